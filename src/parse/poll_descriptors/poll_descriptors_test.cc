#include <gtest/gtest.h>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

using Deadline = model::PollDescriptor::Deadline;

TEST(PollDescriptors, WhoWaitsAndUntilWhen) {
  Parser parser;
  const model::Snapshot s = parser.One(
      "# seep poll descriptors 1\n"
      "37 reader=1523 writer=- read=none write=none\n"
      "40 reader=- writer=88 read=expired write=1500ms\n"
      "41 reader=- writer=- read=none write=none later=7\n");
  EXPECT_TRUE(s.gaps.empty());
  ASSERT_TRUE(s.poll_descriptors);
  ASSERT_EQ(s.poll_descriptors->size(), 3u);
  const model::PollDescriptor& reader = s.poll_descriptors->at(0);
  EXPECT_EQ(reader.fd, 37);
  EXPECT_EQ(reader.reader, 1523u);
  EXPECT_EQ(reader.writer, 0u);
  EXPECT_EQ(reader.read_deadline, Deadline::kNone);
  const model::PollDescriptor& writer = s.poll_descriptors->at(1);
  EXPECT_EQ(writer.writer, 88u);
  EXPECT_EQ(writer.read_deadline, Deadline::kExpired);
  EXPECT_EQ(writer.write_deadline, Deadline::kArmed);
  EXPECT_EQ(writer.write_deadline_ms, 1500u);
}

TEST(PollDescriptors, ALineThatSaysTooLittleIsAGap) {
  Parser parser;
  for (const char* line :
       {"37 reader=1 writer=- read=none", "37 reader=x writer=- read=none write=none",
        "-1 reader=1 writer=- read=none write=none", "37", "37 reader",
        "37 reader=1 writer=- read=5s write=none", "99999999999 reader=1 writer=- read=none write=none"}) {
    const model::Snapshot s = parser.One(std::string("# seep poll descriptors 1\n") + line + "\n");
    EXPECT_TRUE(s.poll_descriptors->empty()) << line;
    EXPECT_EQ(s.gaps.size(), 1u) << line;
  }
}

TEST(PollDescriptors, WithoutAClockADeadlineIsArmedAndNoMore) {
  Parser parser;
  const model::Snapshot s =
      parser.One("# seep poll descriptors 1\n# incomplete\n7 reader=1 writer=- read=armed write=none\n");
  ASSERT_EQ(s.poll_descriptors->size(), 1u);
  EXPECT_EQ(s.poll_descriptors->at(0).read_deadline, Deadline::kArmed);
  EXPECT_FALSE(s.poll_complete);
  EXPECT_TRUE(s.gaps.empty());
}

TEST(PollDescriptors, NoneInUseIsEvidenceToo) {
  Parser parser;
  const model::Snapshot s = parser.One("# seep poll descriptors 1\n");
  ASSERT_TRUE(s.poll_descriptors);
  EXPECT_TRUE(s.poll_descriptors->empty());
}

}  // namespace
}  // namespace seep::parse

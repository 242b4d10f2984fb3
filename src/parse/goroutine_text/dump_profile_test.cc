#include "parse/goroutine_text/dump_profile.h"

#include <gtest/gtest.h>

#include "profile/profile_for_test.h"

namespace seep::parse {
namespace {

constexpr std::string_view kDump =
    "goroutine 1 [chan receive, 12 minutes]:\n"
    "main.main()\n"
    "\t/srv/app/main.go:40 +0x1d\n"
    "\n"
    "goroutine 7 [select, 2 minutes, locked to thread]:\n"
    "net/http.(*persistConn).writeLoop(0xc000180000)\n"
    "\t/usr/local/go/src/net/http/transport.go:2600 +0xe7\n"
    "created by net/http.(*Transport).dialConn in goroutine 1\n"
    "\t/usr/local/go/src/net/http/transport.go:1900 +0x17\n"
    "\n"
    "goroutine 8 [select, 2 minutes, locked to thread]:\n"
    "net/http.(*persistConn).writeLoop(0xc000190000)\n"
    "\t/usr/local/go/src/net/http/transport.go:2600 +0xe7\n"
    "created by net/http.(*Transport).dialConn in goroutine 1\n"
    "\t/usr/local/go/src/net/http/transport.go:1900 +0x17\n"
    "\n";

std::string Labels(const profile::Profile& p, size_t sample) {
  std::string out;
  for (const profile::Label& l : p.label_sets.labels(p.samples.labels[sample]))
    out += std::string(p.text(l.key)) + "=" +
           (l.text ? std::string(p.text(l.text))
                   : std::to_string(l.number) + " " + std::string(p.text(l.unit))) +
           ";";
  return out;
}

TEST(ReadDumpProfile, AlikeGoroutinesAreOneSampleAndTheirStateIsALabel) {
  const auto p = ReadDumpProfile(kDump);
  ASSERT_TRUE(p) << p.error().what;
  EXPECT_EQ(profile::SamplesText(*p), "main.main 1\nnet/http.(*persistConn).writeLoop 2\n");
  EXPECT_EQ(Labels(*p, 0), "state=chan receive;waited=720 seconds;");
  EXPECT_EQ(Labels(*p, 1),
            "created_by=net/http.(*Transport).dialConn;locked=true;state=select;waited=120 seconds;");
  EXPECT_EQ(p->text(p->sample_types[0].type), "goroutine");
  EXPECT_EQ(p->LinesOf(p->samples.stack(0)[0])[0].line, 40);
}

TEST(ReadDumpProfile, OfSeveralDumpsTheLastCounts) {
  std::string twice = std::string(kDump) + "panic: again\n\n" + std::string(kDump.substr(0, 80));
  const auto p = ReadDumpProfile(twice);
  ASSERT_TRUE(p);
  EXPECT_EQ(profile::SamplesText(*p), "main.main 1\n");
  ASSERT_EQ(p->comments.size(), 1u);
  EXPECT_EQ(p->text(p->comments[0]), "The last of 2 dumps in the text");
}

TEST(ReadDumpProfile, WhatIsNoDumpHasNone) {
  for (std::string_view text :
       {"", "goroutine ", "<html>goroutine 1 is fine</html>", "a\0goroutine 1 [running]:\n"}) {
    const auto p = ReadDumpProfile(text);
    ASSERT_FALSE(p);
    EXPECT_EQ(p.error().code, ErrorCode::kNoEvidence);
  }
}

}  // namespace
}  // namespace seep::parse

#include "capture/script_output.h"

#include <gtest/gtest.h>

namespace seep::capture {
namespace {

Result<Captured> Read(const std::string& text, const CaptureOptions& options = {}) {
  return ReadScriptOutput(Bytes(text), options, "x.seep");
}

constexpr char kExample[] =
    "seep-script 1 orders-7:6060\n"
    "#at 0 1763749805 heap 0 6 http://127.0.0.1:6060/debug/pprof/heap\nab\n#at\n"
    "#at 1 1763749835 proc/smaps 1 37 /proc/4711/smaps\ncat: /proc/4711/smaps: Permission denied\n"
    "#at 1 1763749836 goroutine?debug=2 99 13 http://a b\nnot asked for\n"
    "#end 3\n";

TEST(ScriptOutput, BecomesArtifacts) {
  std::string text = kExample;
  text.replace(text.find("1 37 "), 5, "1 40 ");
  const auto read = Read(text);
  ASSERT_TRUE(read.has_value()) << read.error().Text();
  EXPECT_TRUE(read->gaps.empty());
  ASSERT_EQ(read->artifacts.size(), 3u);
  const model::Artifact& heap = read->artifacts[0];
  EXPECT_EQ(heap.name, "heap");
  EXPECT_EQ(heap.source, "http://127.0.0.1:6060/debug/pprof/heap");
  EXPECT_EQ(heap.target, "orders-7:6060");
  EXPECT_EQ(heap.round, 0);
  EXPECT_EQ(heap.at, FromUnixNanos(1763749805'000'000'000));
  EXPECT_EQ(heap.bytes.view(), "ab\n#at");
  EXPECT_FALSE(heap.error);
  EXPECT_EQ(read->artifacts[1].error->code, ErrorCode::kPermission);
  EXPECT_EQ(read->artifacts[1].round, 1);
  EXPECT_EQ(read->artifacts[2].error->code, ErrorCode::kTooLarge);
  EXPECT_EQ(read->artifacts[2].source, "http://a b");
}

TEST(ScriptOutput, CutAnywhereKeepsThePiecesBefore) {
  std::string text = kExample;
  text.replace(text.find("1 37 "), 5, "1 40 ");
  size_t most = 0;
  for (size_t cut = text.find('\n') + 1; cut + 6 < text.size(); ++cut) {
    const auto read = Read(text.substr(0, cut));
    ASSERT_TRUE(read.has_value()) << cut;
    EXPECT_GE(read->artifacts.size(), most);
    most = read->artifacts.size();
    EXPECT_EQ(read->gaps.size(), 1u) << cut;
  }
  EXPECT_EQ(most, 3u);
}

TEST(ScriptOutput, HostileHeadsEndTheStream) {
  for (const char* head :
       {"#at 0 1 a 0 18446744073709551615 x", "#at 0 1 a 0 99999 x", "#at -1 1 a 0 1 x",
        "#at 0 99999999999999 a 0 1 x", "#at 99999999 1 a 0 1 x", "#at", "junk", "", "#at 0 1 a 0"}) {
    const auto read = Read(std::string("seep-script 1 t\n") + head + "\nx\n#end 1\n");
    ASSERT_TRUE(read.has_value()) << head;
    EXPECT_TRUE(read->artifacts.empty()) << head;
    EXPECT_EQ(read->gaps.size(), 1u) << head;
  }
}

TEST(ScriptOutput, SaysThatATerminalDamagedIt) {
  const auto read = Read("seep-script 1 t\r\n#at 0 1 a 0 1 x\r\n");
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().hint.find("kubectl exec -i"), std::string::npos);
  EXPECT_EQ(Read("seep-script 9 t\n").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(Read("other\n").error().code, ErrorCode::kBadInput);
}

TEST(ScriptOutput, CountsPieces) {
  CaptureOptions options;
  options.max_files = 1;
  const auto read = Read("seep-script 1 t\n#at 0 1 a 0 1 x\nx\n#at 0 1 a 0 1 x\nx\n#end 2\n", options);
  EXPECT_EQ(read->artifacts.size(), 1u);
  EXPECT_EQ(read->gaps.size(), 1u);
  EXPECT_EQ(Read("seep-script 1 t\n#end 2\n")->gaps.size(), 1u);
}

}  // namespace
}  // namespace seep::capture

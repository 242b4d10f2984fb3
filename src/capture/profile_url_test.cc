#include "capture/profile_url.h"

#include <gtest/gtest.h>

namespace seep::capture {
namespace {

std::string Adjusted(std::string_view source, int64_t seconds = -1) {
  const auto url = AdjustProfileUrl(source, seconds, -1);
  return url ? url->text : "";
}

// Expected values are what `go tool pprof` of Go 1.26.8 says on stderr.
TEST(ProfileUrlTest, SourcesThatAreUrls) {
  EXPECT_EQ(Adjusted("http://h:1"), "http://h:1/debug/pprof/profile");
  EXPECT_EQ(Adjusted("http://h:1/"), "http://h:1/debug/pprof/profile");
  EXPECT_EQ(Adjusted("localhost:6060"), "http://localhost:6060/debug/pprof/profile");
  EXPECT_EQ(Adjusted("localhost:6060/debug/pprof/heap"), "http://localhost:6060/debug/pprof/heap");
  EXPECT_EQ(Adjusted("127.0.0.1:6060/heap"), "http://127.0.0.1:6060/heap");
  EXPECT_EQ(Adjusted(":6060/heap"), "http://:6060/heap");
  EXPECT_EQ(Adjusted("[::1]:6060/heap"), "http://[::1]:6060/heap");
  EXPECT_EQ(Adjusted("HTTP://h/heap"), "http://h/heap");
  EXPECT_EQ(Adjusted("https+insecure://h:1/heap"), "https+insecure://h:1/heap");
  EXPECT_EQ(Adjusted("http://u:p@h/heap#top"), "http://u:p@h/heap#top");
  EXPECT_EQ(Adjusted("http:///heap"), "http://http:///heap");  // as Go has it
  EXPECT_EQ(Adjusted("mem_2023-11-02_03:55"), "http://mem_2023-11-02_03:55/debug/pprof/profile");
}

TEST(ProfileUrlTest, SourcesThatAreNone) {
  for (const char* source : {"heap.pb.gz", "folder/heap", "/tmp/heap", "-", "", "host/debug/pprof/heap",
                             "a b", "file:///tmp/heap", "file:heap", "x:y:z", "mem:03:55:24", "h:1x/heap"})
    EXPECT_EQ(Adjusted(source), "") << source;
}

TEST(ProfileUrlTest, QueriesAreSortedAndEscaped) {
  EXPECT_EQ(Adjusted("h:1/heap?gc=1&debug=0"), "http://h:1/heap?debug=0&gc=1");
  EXPECT_EQ(Adjusted("h:1/heap?b=2&a=x y&a=1&c"), "http://h:1/heap?a=x+y&a=1&b=2&c=");
  EXPECT_EQ(Adjusted("h:1/heap?a=%2f&b=%zz&c;d=1"), "http://h:1/heap?a=%2F");
  EXPECT_EQ(Adjusted("h:1/a%20b/c d"), "http://h:1/a%20b/c%20d");
  EXPECT_EQ(Adjusted("h:1/heap", 5), "http://h:1/heap?seconds=5");
  EXPECT_EQ(Adjusted("h:1/heap?seconds=9&z=1&a=2", 5), "http://h:1/heap?a=2&seconds=5&z=1");
}

TEST(ProfileUrlTest, HowLongToWait) {
  EXPECT_EQ(AdjustProfileUrl("h:1", -1, -1)->wait_seconds, 60);
  EXPECT_EQ(AdjustProfileUrl("h:1", 30, -1)->wait_seconds, 45);
  EXPECT_EQ(AdjustProfileUrl("h:1?seconds=10", -1, -1)->wait_seconds, 15);
  EXPECT_EQ(AdjustProfileUrl("h:1?seconds=x", -1, -1)->wait_seconds, 60);
  EXPECT_EQ(AdjustProfileUrl("h:1", 30, 7)->wait_seconds, 7);
}

TEST(ProfileUrlTest, WhereNamesAreGivenOut) {
  EXPECT_EQ(SymbolUrl("http://h:1/debug/pprof/heap?gc=1"), "http://h:1/debug/pprof/symbol");
  EXPECT_EQ(SymbolUrl("http://h/pprof/contention"), "http://h/pprof/symbol");
  EXPECT_EQ(SymbolUrl("http://h/a/profilez#f"), "http://h/a/symbolz#f");
  EXPECT_EQ(SymbolUrl("https+insecure://u:p@h/x/../debug/pprof/profile"),
            "https+insecure://u:p@h/debug/pprof/symbol");
  EXPECT_EQ(SymbolUrl("//h/debug/pprof/heap"), "//h/debug/pprof/symbol");
  EXPECT_EQ(SymbolUrl("http://h/%41%20b/heap"), "http://h/A%20b/symbolz");
  for (const char* url : {"http://h", "http://h/", "http://h/../../z"})
    EXPECT_EQ(SymbolUrl(url), "http://h/symbolz") << url;
  for (const char* file : {"/usr/bin/server", "c:/x", "file:///x/debug/pprof/heap", ""})
    EXPECT_EQ(SymbolUrl(file), "") << file;
}

TEST(ProfileUrlTest, FilesOfMappingsThatAreUrls) {
  EXPECT_TRUE(IsAbsoluteUrl("http://h:1/debug/pprof/heap"));
  EXPECT_TRUE(IsAbsoluteUrl("c:/server.exe"));
  for (const char* file : {"/usr/bin/server", "server", "[vdso]", "//anon", ""})
    EXPECT_FALSE(IsAbsoluteUrl(file)) << file;
}

}  // namespace
}  // namespace seep::capture

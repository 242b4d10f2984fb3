#include "capture/url.h"

#include <gtest/gtest.h>

namespace seep::capture {
namespace {

TEST(Url, TakesTheFormsPeopleType) {
  const std::pair<const char*, const char*> kForms[] = {
      {"http://h:6060", "http://h:6060/"},
      {"HTTPS://h", "https://h/"},
      {"https://h:443/x", "https://h/x"},
      {"http://h:443/x", "http://h:443/x"},
      {"h:6060/debug/pprof", "http://h:6060/debug/pprof"},
      {":6060", "http://127.0.0.1:6060/"},
      {"[::1]:6060", "http://[::1]:6060/"},
      {"http://[fe80::1]", "http://[fe80::1]/"},
      {"http://h?x=1", "http://h/?x=1"},
      {"http://h/a?b=http://c#frag", "http://h/a?b=http://c"},
      {"http://u:p@h/a", "http://h/a"},
  };
  for (const auto& [text, expected] : kForms) {
    const auto url = ParseUrl(text);
    ASSERT_TRUE(url.has_value()) << text << ": " << url.error().Text();
    EXPECT_EQ(url->Text(), expected) << text;
  }
  EXPECT_EQ(ParseUrl("http://u:p@h/a")->user_password, "u:p");
}

TEST(Url, RefusesTheRest) {
  for (const char* text : {"ftp://h", "http://h:0", "http://h:65536", "http://h:x", "http://[::1",
                           "http://[::1]x", "http://h/a b", "http://h/\n"}) {
    const auto url = ParseUrl(text);
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kUsage);
  }
}

TEST(Url, KnowsAHostWithAPort) {
  for (const char* text :
       {"h:1", ":6060", "[::1]:6060", "10.0.0.1:80/x", "a.b-c:1/", "h/debug/pprof", "h/debug/pprof/"}) {
    EXPECT_TRUE(LooksLikeHostPort(text)) << text;
  }
  for (const char* text :
       {"", "h", "h/x", "heap.pb.gz", "a/b:1", "h:", "h:x", "h:123456", "c:\\x", "[::1]", "[::1"}) {
    EXPECT_FALSE(LooksLikeHostPort(text)) << text;
  }
}

TEST(Url, ResolvesRedirects) {
  const Url from = *ParseUrl("http://h:1/a/b?q");
  EXPECT_EQ(Resolve(from, "/x")->Text(), "http://h:1/x");
  EXPECT_EQ(Resolve(from, "x")->Text(), "http://h:1/a/x");
  EXPECT_EQ(Resolve(from, "//g/x")->Text(), "http://g/x");
  EXPECT_EQ(Resolve(from, "https://h/x?u=1")->Text(), "https://h/x?u=1");
}

}  // namespace
}  // namespace seep::capture

#include "capture/pprof_endpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace seep::capture {
namespace {

constexpr char kTotal7[] = "goroutine profile: total 7\n";

// Answers from a table of URLs; everything else is 404.
struct Web {
  std::map<std::string, std::string> pages;
  std::map<std::string, Error> errors;
  std::vector<std::string> asked;

  Fetch fetch() {
    return [this](const std::string& url, uint64_t) -> Result<HttpAnswer> {
      asked.push_back(url);
      if (const auto error = errors.find(url); error != errors.end()) return Fail(error->second);
      const auto page = pages.find(url);
      if (page == pages.end())
        return Fail(ErrorCode::kNotFound, "expected status 200, found 404 (not found)", url);
      return HttpAnswer{url, page->second.starts_with('<') ? "text/html" : "text/plain", Bytes(page->second)};
    };
  }
};

struct Fixture {
  Web web;
  CaptureOptions options;
  Clock clock{[] { return FromUnixNanos(1'000'000'000); }, [](Duration) {}};
  std::vector<model::Artifact> artifacts;

  Result<PprofEndpoint> Find(const std::string& text) { return FindPprof(text, web.fetch(), clock); }
  void Take(PprofEndpoint& endpoint, int number) {
    const Fetch fetch = web.fetch();
    const Asking asking{options, fetch, [](const std::string&) {}};
    Round round("t", number, clock, artifacts);
    TakeGoroutines(endpoint, asking, round);
    TakeHeap(endpoint, asking, round);
    TakeOthers(endpoint, asking, round);
    TakeLeakProfile(endpoint, asking, round);
  }
  void Serve(const std::string& base, uint64_t goroutines) {
    for (const char* name : {"goroutine?debug=0", "goroutine?debug=2", "heap", "heap?debug=1", "threadcreate",
                             "block", "mutex", "cmdline"}) {
      web.pages[base + name] = name;
    }
    web.pages[base + "goroutine?debug=1"] = "goroutine profile: total " + std::to_string(goroutines) + "\n";
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const model::Artifact& a : artifacts) names.push_back(a.name + (a.error ? " !" : ""));
    return names;
  }
};

TEST(PprofEndpoint, FindsTheHandlersBehindEveryFormOfTheUrl) {
  for (const char* text : {"http://h:6060", "http://h:6060/", "h:6060", "http://h:6060/debug",
                           "http://h:6060/debug/", "http://h:6060/debug/pprof", "http://h:6060/debug/pprof/",
                           "http://h:6060/debug/pprof/goroutine?debug=1", "http://h:6060/debug/pprof/heap",
                           "http://h:6060/debug/pprof/profile?seconds=30", "http://h:6060/metrics",
                           "http://h:6060/index.html"}) {
    Fixture f;
    f.web.pages["http://h:6060/debug/pprof/goroutine?debug=1"] = kTotal7;
    const auto found = f.Find(text);
    ASSERT_TRUE(found.has_value()) << text << ": " << found.error().Text();
    EXPECT_EQ(found->base, "http://h:6060/debug/pprof/") << text;
    EXPECT_EQ(found->root, "http://h:6060") << text;
    ASSERT_TRUE(found->probe.has_value());
    EXPECT_FALSE(found->has_leak_profile);
  }
}

TEST(PprofEndpoint, FindsOtherPrefixes) {
  for (const char* text : {"http://h/admin/pprof", "http://h/admin/pprof/", "http://h/admin/pprof/heap"}) {
    Fixture f;
    f.web.pages["http://h/admin/pprof/goroutine?debug=1"] = kTotal7;
    const auto found = f.Find(text);
    ASSERT_TRUE(found.has_value()) << text;
    EXPECT_EQ(found->base, "http://h/admin/pprof/");
    EXPECT_EQ(found->root, "http://h");
  }
  Fixture ingress;
  ingress.web.pages["http://h/app1/debug/pprof/goroutine?debug=1"] = kTotal7;
  const auto found = ingress.Find("http://h/app1");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->root, "http://h/app1");  // the host's root may be another application's
}

TEST(PprofEndpoint, FindsHandlersAtTheRoot) {
  Fixture f;
  f.web.pages["http://h:1/goroutine?debug=1"] = kTotal7;
  EXPECT_EQ(f.Find("http://h:1")->base, "http://h:1/");
}

TEST(PprofEndpoint, IsNotFooledByPagesForEverything) {
  Fixture f;
  for (const char* url :
       {"http://h:1/debug/pprof/goroutine?debug=1", "http://h:1/goroutine?debug=1", "http://h:1/app"}) {
    f.web.pages[url] = "<html>single page";
  }
  const auto found = f.Find("http://h:1");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_NE(found.error().what.find("http://h:1/debug/pprof/ (an HTML page)"), std::string::npos)
      << found.error().what;
  EXPECT_NE(found.error().hint.find("net/http/pprof"), std::string::npos);
}

TEST(PprofEndpoint, TakesASingleEvidenceUrl) {
  Fixture f;
  f.web.pages["http://store/profiles/heap-1.pb.gz?v=2"] = "bytes";
  auto found = f.Find("http://store/profiles/heap-1.pb.gz?v=2");
  ASSERT_TRUE(found.has_value()) << found.error().Text();
  EXPECT_TRUE(found->base.empty());
  f.Take(*found, 0);
  EXPECT_EQ(f.Names(), std::vector<std::string>{"heap-1.pb.gz?v=2"});
}

TEST(PprofEndpoint, StopsAtErrorsAnotherPathCannotCure) {
  Fixture f;
  f.web.errors["http://h:1/debug/pprof/goroutine?debug=1"] = {ErrorCode::kUnavailable,
                                                              "no connection to h:1: refused", "u", "hint"};
  const auto found = f.Find("http://h:1");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().what, "no connection to h:1: refused");
  EXPECT_EQ(f.web.asked.size(), 1u);
}

TEST(PprofEndpoint, ReportsARefusalBeforeAMissingPage) {
  Fixture f;
  f.web.errors["http://h:1/debug/pprof/goroutine?debug=1"] = {
      ErrorCode::kPermission, "expected status 200, found 401", "u", "--bearer"};
  EXPECT_EQ(f.Find("http://h:1").error().code, ErrorCode::kPermission);
}

TEST(PprofEndpoint, AsksInTheOrderThatCostsLeast) {
  Fixture f;
  f.Serve("http://h:1/debug/pprof/", 7);
  f.web.pages["http://h:1/debug/pprof/"] = "<a href=goroutineleak?debug=1>";
  f.web.pages["http://h:1/debug/pprof/goroutineleak?debug=1"] = "leaks";
  f.web.pages["http://h:1/metrics"] = "go_goroutines 7\n";
  f.web.pages["http://h:1/debug/vars"] = "{\"memstats\":{}}";
  auto found = f.Find("http://h:1");
  ASSERT_TRUE(found.has_value());
  f.Take(*found, 0);
  const std::vector<std::string> expected = {"goroutine?debug=1",
                                             "goroutine?debug=0",
                                             "goroutine?debug=2",
                                             "heap",
                                             "heap?debug=1",
                                             "threadcreate",
                                             "block",
                                             "mutex",
                                             "cmdline",
                                             "metrics",
                                             "vars",
                                             "goroutineleak?debug=1"};
  EXPECT_EQ(f.Names(), expected);
  const auto probes = std::ranges::count(f.web.asked, "http://h:1/debug/pprof/goroutine?debug=1");
  EXPECT_EQ(probes, 1) << "the search's answer serves the first round";
  f.artifacts.clear();
  f.Take(*found, 1);
  EXPECT_EQ(f.Names(), expected);
}

TEST(PprofEndpoint, KeepsTheDumpWithinTheBudget) {
  Fixture f;
  f.Serve("http://h:1/debug/pprof/", 20'001);
  auto found = f.Find("http://h:1");
  f.Take(*found, 0);
  const Error& error = *f.artifacts[2].error;
  EXPECT_EQ(f.artifacts[2].name, "goroutine?debug=2");
  EXPECT_EQ(error.code, ErrorCode::kTooLarge);
  EXPECT_NE(error.what.find("20,001 goroutines, more than the 20,000 allowed"), std::string::npos)
      << error.what;
  EXPECT_EQ(error.hint, "--dump-budget 20001 allows it");
  for (const std::string& url : f.web.asked) EXPECT_EQ(url.find("debug=2"), std::string::npos);
  Fixture at_limit;
  at_limit.Serve("http://h:1/debug/pprof/", 20'000);
  found = at_limit.Find("http://h:1");
  at_limit.Take(*found, 0);
  EXPECT_FALSE(at_limit.artifacts[2].error);
}

TEST(PprofEndpoint, NeverStopsTheWorldWhenTold) {
  Fixture f;
  f.options.stop_the_world = false;
  f.Serve("http://h:1/debug/pprof/", 7);
  auto found = f.Find("http://h:1");
  f.Take(*found, 0);
  EXPECT_EQ(f.artifacts[2].error->code, ErrorCode::kUnsupported);
  for (const std::string& url : f.web.asked) EXPECT_EQ(url.find("debug=2"), std::string::npos);
}

TEST(PprofEndpoint, OnlyTheRequiredKindsAreMissed) {
  Fixture f;
  f.web.pages["http://h:1/debug/pprof/goroutine?debug=1"] = kTotal7;
  f.web.pages["http://h:1/metrics"] = "<html>catch-all";
  f.web.pages["http://h:1/debug/vars"] = "not json";
  f.web.errors["http://h:1/debug/pprof/block"] = {ErrorCode::kUnavailable, "expected status 200, found 500",
                                                  "u", ""};
  auto found = f.Find("http://h:1");
  f.Take(*found, 0);
  EXPECT_EQ(f.Names(),
            (std::vector<std::string>{"goroutine?debug=1", "goroutine?debug=0 !", "goroutine?debug=2 !",
                                      "heap !", "heap?debug=1 !", "block !"}));
  f.artifacts.clear();
  f.web.asked.clear();
  f.Take(*found, 1);
  EXPECT_EQ(std::ranges::count(f.web.asked, "http://h:1/debug/pprof/mutex"), 0)
      << "what is not there is asked for once";
}

TEST(PprofEndpoint, AServiceThatStopsAnsweringIsNotAskedForADump) {
  Fixture f;
  f.Serve("http://h:1/debug/pprof/", 7);
  auto found = f.Find("http://h:1");
  f.Take(*found, 0);
  f.artifacts.clear();
  f.web.asked.clear();
  f.web.errors["http://h:1/debug/pprof/goroutine?debug=1"] = {ErrorCode::kTimeout, "no whole answer", "u",
                                                              ""};
  f.Take(*found, 1);
  EXPECT_EQ(f.artifacts[0].error->code, ErrorCode::kTimeout);
  for (const std::string& url : f.web.asked) EXPECT_EQ(url.find("debug=2"), std::string::npos);
}

TEST(PprofEndpoint, ReadsTheTotal) {
  EXPECT_EQ(GoroutineTotal("goroutine profile: total 27838\n1 @"), 27838u);
  EXPECT_EQ(GoroutineTotal("goroutine profile: total \n"), std::nullopt);
  EXPECT_EQ(GoroutineTotal("heap profile: 1"), std::nullopt);
  EXPECT_EQ(GoroutineTotal(""), std::nullopt);
}

}  // namespace
}  // namespace seep::capture

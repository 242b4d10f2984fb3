// For tests: the answers of a small Go service with net/http/pprof.
#pragma once

#include <map>
#include <string>

#include "capture/test_server.h"

namespace seep::capture {

struct FakeService {
  std::string prefix = "/debug/pprof/";
  uint64_t goroutines = 7;
  bool leak_profile = false;
  bool metrics = true;
  std::string cmdline = "./orders";

  void operator()(TestConnection& c, const std::string& path) const {
    const std::string gzip("\x1f\x8b\x08\0binary\n#at", 13);
    const std::map<std::string, std::string> pages = {
        {"goroutine?debug=1", fmt::format("goroutine profile: total {}\n1 @ 0x1\n", goroutines)},
        {"goroutine?debug=0", gzip},
        {"goroutine?debug=2", "goroutine 1 [running]:\nmain.main()\n"},
        {"heap", gzip},
        {"heap?debug=1", "heap profile: 0: 0 [0: 0] @ heap/1048576\n"},
        {"threadcreate", gzip},
        {"mutex", gzip},
        {"cmdline", cmdline},
        {"goroutineleak?debug=1", "goroutineleak profile: total 0\n"},
    };
    if (path == "/metrics" && metrics) return c.Answer("go_goroutines 7\n");
    if (path.starts_with(prefix)) {
      const std::string name = path.substr(prefix.size());
      if (name.empty()) {
        return c.Answer(
            leak_profile ? "<a href='goroutineleak?debug=1'>goroutineleak</a>" : "<a href='heap'>heap</a>",
            "text/html");
      }
      const auto page = pages.find(name);
      if (page != pages.end() && (leak_profile || !name.starts_with("goroutineleak")))
        return c.Answer(page->second);
    }
    c.Answer("404 page not found\n", "text/plain; charset=utf-8", 404);
  }
};

}  // namespace seep::capture

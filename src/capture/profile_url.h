// Where `go tool pprof` goes for a source that is no file: the rules of its fetcher (cmd/pprof/pprof.go of Go
// 1.26, adjustURL), and of net/url below it as far as a source can show the difference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seep::capture {

struct ProfileUrl {
  std::string text;          // "http://host:6060/debug/pprof/heap?seconds=5", as it is said on stderr
  int64_t wait_seconds = 0;  // until the answer begins: of the flag, else 1.5 x seconds, else 60
};

// Nothing if the source can be no URL: "heap.pb.gz", "folder/heap". A scheme that is missing is http; a path
// that is missing is /debug/pprof/profile; `seconds` above 0 goes into the query. The query comes out sorted.
std::optional<ProfileUrl> AdjustProfileUrl(std::string_view source, int64_t seconds, int64_t timeout);

// Where the process behind a profile's URL gives out names of addresses, as pprof looks for it (google/pprof
// internal/symbolz/symbolz.go, 2025-11): "http://h/debug/pprof/heap" -> "http://h/debug/pprof/symbol". Empty
// if it is no URL with a host.
std::string SymbolUrl(std::string_view profile_url);

// Whether net/url sees a scheme in it ("http://h/x", "c:/x"): what pprof forgets as a mapping's file.
bool IsAbsoluteUrl(std::string_view text);

}  // namespace seep::capture

#include "cli/pprof/web.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/text.h"
#include "capture/files.h"
#include "cli/pprof/deliver.h"
#include "cli/pprof/viewers.h"
#include "cli/terminal.h"
#include "profile/merge.h"
#include "serve/http_server.h"
#include "serve/pprof_site.h"

namespace seep::cli {
namespace {

struct HostPort {
  std::string host;
  uint16_t port = 0;
};

std::unexpected<Error> BadAddress(std::string_view address, std::string_view why) {
  return Fail(ErrorCode::kUsage, fmt::format("could not split http address: address {}: {}", address, why));
}

// Go's net.SplitHostPort with what pprof takes for granted.
Result<HostPort> ParseAddress(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == address.npos) return BadAddress(address, "missing port in address");
  std::string_view host = address.substr(0, colon);
  const std::string_view port = address.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != host.npos)
    return BadAddress(address, "too many colons in address");
  HostPort out{host.empty() ? "localhost" : std::string(host), 0};
  if (port.empty()) return out;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (error != std::errc() || end != port.data() + port.size())
    return Fail(ErrorCode::kUsage, fmt::format("invalid port number: {}", port));
  return out;
}

// The reports' profile: the base's samples are taken off those with the same stack.
Result<profile::Profile> Subtracted(profile::Profile both_sides) {
  profile::SetLabel(both_sides, "pprof::base", "");
  std::vector<profile::Profile> one;
  one.push_back(std::move(both_sides));
  return profile::Merge(std::move(one));
}

void ShowBrowser(const std::string& url, const Log& log) {
  // It outlives us or not: nobody waits for it.
  if (!StartViewer(Browsers(), url)) log.Warn("no browser was found to show it");
}

// pprof's own file: Go's os.UserConfigDir and "pprof/settings.json". Empty: nothing says where.
std::string ConfigFile() {
  const char* folder = std::getenv("XDG_CONFIG_HOME");
  if (folder != nullptr && folder[0] == '/') return std::string(folder) + "/pprof/settings.json";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return std::string(home) + "/.config/pprof/settings.json";
}

Result<std::string> ReadConfigs() {
  const std::string path = ConfigFile();
  if (path.empty()) return std::string();
  constexpr uint64_t kMostBytes = uint64_t{16} << 20;
  auto bytes = capture::ReadFile(path, kMostBytes);
  if (bytes) return std::string(bytes->view());
  if (bytes.error().code == ErrorCode::kNotFound) return std::string();
  return Fail(bytes.error().code, "could not read settings: " + bytes.error().Text());
}

Status WriteConfigs(std::string_view bytes) {
  const std::string path = ConfigFile();
  if (path.empty()) return Fail(ErrorCode::kUsage, "neither $XDG_CONFIG_HOME nor $HOME are defined");
  for (size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1))
    ::mkdir(path.substr(0, slash).c_str(),
            0700);  // one that is there stays; what fails, fails when written to
  if (const Status written = WriteFile(path, bytes); !written)
    return Fail(written.error().code, "failed to write settings: " + written.error().Text());
  return {};
}

}  // namespace

Status ServeWeb(pipeline::FetchedProfile fetched, WebRequest request, const Console& console) {
  const Log log = console.log();
  SEEP_TRY(const HostPort address, ParseAddress(request.address));
  SEEP_TRY(const auto server, serve::HttpServer::Listen(address.host, address.port));
  serve::SiteSources sources;
  sources.has_base = request.has_base;
  if (request.has_base) sources.both_sides = fetched.profile;
  sources.profile = std::move(fetched.profile);
  if (request.has_base && !request.diff_base) {
    SEEP_TRY(sources.profile, Subtracted(std::move(sources.profile)));
  }
  sources.settings = std::move(request.settings);
  sources.surroundings = LocalSurroundings(console);
  sources.read_configs = &ReadConfigs;
  sources.write_configs = &WriteConfigs;
  sources.draw = [](const std::string& dot) -> Result<std::string> {
    auto svg = DrawGraph("svg", dot);
    if (!svg)
      return Fail(svg.error().code, svg.error().what + " (Graphviz on Debian: apt-get install graphviz)");
    return svg;
  };
  serve::PprofSite site(std::move(sources));
  std::signal(SIGPIPE, SIG_IGN);  // a browser that hangs up ends its answer, not us
  const bool v6 = address.host.find(':') != std::string::npos;
  const std::string url =
      fmt::format("http://{}{}{}:{}", v6 ? "[" : "", address.host, v6 ? "]" : "", server->port());
  log.Warn("Serving web UI on " + url);
  if (!request.no_browser) ShowBrowser(url, log);
  server->Run([&site](const serve::Request& one) { return site.Handle(one); });
  return {};
}

}  // namespace seep::cli

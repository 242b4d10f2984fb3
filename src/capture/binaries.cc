#include "capture/binaries.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace seep::capture {
namespace {

// filepath.Join of Go: empty parts are left out, "a//b/../c" becomes "a/c".
template <class... Parts>
std::string Join(const Parts&... parts) {
  std::string joined;
  for (const std::string& part : {std::string(parts)...}) {
    if (part.empty()) continue;
    if (!joined.empty()) joined += '/';
    joined += part;
  }
  if (joined.empty()) return joined;
  std::string clean = std::filesystem::path(joined).lexically_normal().string();
  if (clean.size() > 1 && clean.ends_with('/')) clean.pop_back();
  return clean;
}

std::vector<std::string> SortedEntries(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    out.push_back(at->path().string());
  std::ranges::sort(out);
  return out;
}

}  // namespace

std::vector<std::string> BinaryPlaces(const std::string& folder, const std::string& file,
                                      const std::string& build_id) {
  std::vector<std::string> out;
  const size_t slash = file.rfind('/');
  const std::string base = slash == std::string::npos ? file : file.substr(slash + 1);
  const std::string parent = slash == std::string::npos ? "." : file.substr(0, slash);
  if (!build_id.empty()) {
    out.push_back(Join(folder, build_id, base));
    std::ranges::move(SortedEntries(Join(folder, build_id)), std::back_inserter(out));
    out.push_back(Join(folder, file, build_id));  // as perf has it
    // LLVM's folders: two digits, then the rest.
    if (build_id.size() > 2)
      out.push_back(Join(folder, build_id.substr(0, 2), build_id.substr(2) + ".debug"));
  }
  if (!file.empty()) {
    out.push_back(Join(folder, base));
    out.push_back(Join(folder, file));
    out.push_back(Join(folder, file + ".debug"));  // this and the next two: as GDB looks
    out.push_back(Join(folder, parent, ".debug", base + ".debug"));
    out.push_back(Join(folder, "usr", "lib", "debug", parent, base + ".debug"));
  }
  return out;
}

}  // namespace seep::capture

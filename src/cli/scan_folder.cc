#include "cli/scan_folder.h"

#include <filesystem>
#include <system_error>

namespace seep::cli {

std::string PrefixOf(const std::string& folder) {
  std::error_code error;
  const std::filesystem::path here = std::filesystem::current_path(error);
  if (error) return folder + "/";
  const std::string below = std::filesystem::path(folder).lexically_relative(here).string();
  if (below == ".") return {};
  return below.empty() || below.starts_with("..") ? folder + "/" : below + "/";
}

}  // namespace seep::cli

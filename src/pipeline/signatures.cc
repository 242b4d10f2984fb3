#include "pipeline/signatures.h"

#include <string>
#include <unordered_map>

#include "seep_signatures.h"

namespace seep::pipeline {

goscan::Program::Finder FindSignatures() {
  constexpr std::string_view kSuffix = ".go.txt";
  std::unordered_map<std::string_view, EmbeddedFile> by_path;
  for (const EmbeddedFile& file : seep_signatures_files()) {
    by_path.emplace(
        std::string_view(file.name).substr(0, std::string_view(file.name).size() - kSuffix.size()), file);
  }
  return [by_path = std::move(by_path)](std::string_view import_path) -> std::vector<goscan::FileText> {
    const auto found = by_path.find(import_path);
    if (found == by_path.end()) return {};
    return {{std::string(found->second.name), found->second.bytes}};
  };
}

}  // namespace seep::pipeline

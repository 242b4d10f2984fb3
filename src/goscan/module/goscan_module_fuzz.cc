// A go.mod, a line "---", and a Go file behind a build constraint: they are read to the end, and no import
// leads out of its folders.
#include <cstdint>
#include <string_view>

#include "goscan/module/build_tags.h"
#include "goscan/module/go_mod.h"
#include "goscan/module/import_folders.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seep::goscan;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t end = bytes.find("\n---\n");
  const std::string_view source = end == bytes.npos ? std::string_view() : bytes.substr(end + 5);
  const std::string_view name = source.substr(0, source.find('\n'));
  const bool built = IsBuilt(name, source, BuildTarget{});
  if (built != IsBuilt(name, source, BuildTarget{})) __builtin_trap();
  GoMod mod = ParseGoMod(bytes.substr(0, end));
  std::vector<std::string> imports = {"a/b", "../b", mod.path + "/x"};
  for (const ModuleVersion& module : mod.requires_) imports.push_back(module.path + "/y");
  for (const Replacement& replaced : mod.replaces) imports.push_back(replaced.from.path);
  if (imports.size() > 200) imports.resize(200);
  const ImportFolders folders({{"/src", std::move(mod)}}, "/cache");
  for (const std::string& import : imports) {
    for (const std::string& folder : folders.Of(import)) {
      if (!folder.starts_with('/')) __builtin_trap();
    }
    if (import.find("..") != import.npos && !folders.Of(import).empty()) __builtin_trap();
  }
  return 0;
}

// The fast reader may say "not mine"; what it reads yaml-cpp must read alike, lines included.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "parse/knowledge/plain_yaml.h"

namespace {

bool Same(const seep::parse::YamlNode& a, const seep::parse::YamlNode& b) {
  if (a.kind != b.kind || a.line != b.line || a.key != b.key || a.key_line != b.key_line ||
      a.text != b.text || a.children.size() != b.children.size()) {
    std::fprintf(stderr, "line %u key '%s' text '%s' and line %u key '%s' text '%s'\n", a.line, a.key.c_str(),
                 a.text.c_str(), b.line, b.key.c_str(), b.text.c_str());
    return false;
  }
  for (size_t i = 0; i < a.children.size(); ++i)
    if (!Same(a.children[i], b.children[i])) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view yaml(reinterpret_cast<const char*>(data), size);
  const auto plain = seep::parse::ReadPlainYaml(yaml);
  if (!plain) return 0;
  const auto any = seep::parse::ReadAnyYaml(yaml, "fuzz.yaml");
  if (!any) {
    // Our own limits (levels, keys) are yaml_node's to enforce; they do not make the file another one.
    std::fprintf(stderr, "%s\n", any.error().Text().c_str());
    std::abort();
  }
  if (!Same(*plain, *any)) std::abort();
  return 0;
}

// A YAML document as a tree that remembers its lines. Only what configuration needs: maps, lists and scalars;
// anchors, aliases and tags are refused, so that a small file stays a small tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seep::parse {

struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kList, kMap } kind = Kind::kNull;
  uint32_t line = 0;               // 1-based, of the value
  std::string key;                 // when it is the value of a map entry
  uint32_t key_line = 0;           // of the key: where a person looks
  std::string text;                // of a scalar
  std::vector<YamlNode> children;  // of a list, or the values of a map in file order
};

// The only document of `yaml`; an empty file is a kNull node. `name` is the file's name for errors.
// Fails on: malformed YAML, several documents, duplicate keys of one map, anchors, aliases, tags, keys that
// are no scalars, more than 4 MiB, 32 levels, 200,000 nodes or 256 keys in one map.
Result<YamlNode> ReadYaml(std::string_view yaml, std::string_view name);

// The same by yaml-cpp alone: what ReadYaml falls back to where plain_yaml.h does not know the file's style.
Result<YamlNode> ReadAnyYaml(std::string_view yaml, std::string_view name);

std::string_view Name(YamlNode::Kind kind);  // "a text", "a list", "a map", "nothing"

}  // namespace seep::parse

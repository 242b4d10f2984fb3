// Tables of fields: how a YAML map becomes a struct. A table is the whole truth about the keys of a map: what
// is not in it is an unknown key, and its names are what the error proposes.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "parse/knowledge/yaml_node.h"

namespace seep::parse {

// Where a value stands, as a chain on the call stack: costs nothing until an error prints it.
struct Place {
  const Place* parent = nullptr;  // null: this is the file, named by `key`
  std::string_view key;
  int index = -1;  // position in a list; -1 = a key

  std::string_view File() const { return parent == nullptr ? key : parent->File(); }
  std::string Path() const;  // "patterns[3].any_of[0].wait"
};

// "file:line", "path: expected ..., found ...".
std::unexpected<Error> FieldError(const Place& place, uint32_t line, std::string_view expected,
                                  std::string_view found, std::string hint = {});
std::unexpected<Error> UnknownWord(const Place& place, uint32_t line, std::string_view what,
                                   std::string_view word, const std::vector<std::string_view>& known);

Status ReadText(const YamlNode& node, const Place& place, std::string& out);  // trailing newlines removed
Status ReadWords(const YamlNode& node, const Place& place,
                 std::vector<std::string>& out);                           // a list, or one text
Status ReadNumber(const YamlNode& node, const Place& place, double& out);  // finite, >= 0
Status ReadCount(const YamlNode& node, const Place& place, uint64_t& out);
Status ReadBool(const YamlNode& node, const Place& place, bool& out);
// The index of the text in `words`.
Result<size_t> ReadChoice(const YamlNode& node, const Place& place, std::span<const std::string_view> words);

template <class T>
struct Field {
  std::string_view key;
  Status (*read)(const YamlNode& node, const Place& place, T& out);
};

// Sets the fields of `out` that the map names; the others keep their values.
template <class T>
Status ReadFields(const YamlNode& map, const Place& place, std::span<const Field<T>> fields, T& out) {
  if (map.kind != YamlNode::Kind::kMap) return FieldError(place, map.line, "a map", Name(map.kind));
  for (const YamlNode& value : map.children) {
    const Place here{&place, value.key, -1};
    const Field<T>* found = nullptr;
    for (const Field<T>& field : fields)
      if (field.key == value.key) found = &field;
    if (found == nullptr) {
      std::vector<std::string_view> known;
      for (const Field<T>& field : fields) known.push_back(field.key);
      return UnknownWord(place, value.key_line, "key", value.key, known);
    }
    SEEP_TRY_VOID(found->read(value, here, out));
  }
  return {};
}

}  // namespace seep::parse

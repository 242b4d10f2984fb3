// The small part of YAML that knowledge files are written in, read without yaml-cpp: every start of seep
// reads all of them, and yaml-cpp takes about 25 ms for 200 KB where this takes less than one.
//
// The part: ASCII without tabs; block maps with keys of letters, digits and '_'; block lists; flow lists and
// maps on one line; plain and quoted scalars on one line ("" without escapes); |- ; >- of one paragraph;
// comments. It never refuses a file: whatever is not surely inside the part is left to yaml-cpp, errors
// included. plain_yaml_fuzz holds the two equal.
#pragma once

#include <optional>
#include <string_view>

#include "parse/knowledge/yaml_node.h"

namespace seep::parse {

std::optional<YamlNode> ReadPlainYaml(std::string_view yaml);

}  // namespace seep::parse

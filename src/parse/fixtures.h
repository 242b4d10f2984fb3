// For the tests of this folder: files of tests/formats/ as artifacts, and one artifact through the front
// door.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "parse/parse.h"

namespace seep::parse {

inline std::string ReadFixture(const std::string& path) {
  std::ifstream in(std::string(SEEP_SOURCE_DIR) + "/tests/formats/" + path, std::ios::binary);
  EXPECT_TRUE(in.good()) << "no fixture " << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// Keeps the table the ids of the snapshots belong to.
struct Parser {
  model::StackTable stacks;

  Result<std::vector<model::Snapshot>> Parse(std::string bytes, std::string name = "loose") {
    model::Artifact artifact;
    artifact.name = std::move(name);
    artifact.source = "test:" + artifact.name;
    artifact.bytes = Bytes(std::move(bytes));
    Context context{stacks, {}};
    return ParseArtifact(artifact, context);
  }
  // The only snapshot there is; an empty one (and a failed test) otherwise.
  model::Snapshot One(std::string bytes, std::string name = "loose") {
    auto result = Parse(std::move(bytes), std::move(name));
    if (!result || result->size() != 1) {
      ADD_FAILURE() << (result ? "several fragments" : result.error().Text());
      return {};
    }
    return std::move(result->front());
  }
  std::string ErrorOf(std::string bytes, std::string name = "loose") {
    auto result = Parse(std::move(bytes), std::move(name));
    return result ? "(no error)" : result.error().Text();
  }
  // "main.store < main.fill < ...", innermost first.
  std::string Functions(model::StackId stack) const {
    std::string text;
    for (model::FrameId frame : stacks.frames(stack)) {
      if (!text.empty()) text += " < ";
      text += stacks.function(frame);
    }
    return text;
  }
};

}  // namespace seep::parse

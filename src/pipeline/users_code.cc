#include "pipeline/users_code.h"

#include <memory>
#include <optional>

#include "detect/frames.h"
#include "pipeline/pipeline.h"

namespace seep::pipeline {
namespace {

struct Asked {
  model::StackTable stacks;
  std::optional<detect::Frames> frames;
};

}  // namespace

std::function<bool(std::string_view function, std::string_view file)> UsersCode() {
  const auto asked = std::make_shared<Asked>();
  return [asked](std::string_view function, std::string_view file) {
    if (!asked->frames) {
      const auto knowledge = LoadKnowledge({});
      asked->frames.emplace(asked->stacks, knowledge ? *knowledge : model::Knowledge());
    }
    return asked->frames->IsUser(asked->stacks.AddFrame(function, file, 0));
  };
}

}  // namespace seep::pipeline

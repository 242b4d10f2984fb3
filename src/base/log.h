// What seep says while it works. Libraries get a Log; only cli/ decides where it goes (stderr, or nowhere).
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace seep {

class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;
  Log() = default;
  explicit Log(Sink progress, Sink warning = {})
      : progress_(std::move(progress)), warning_(std::move(warning)) {}

  // What is being waited for: "asking http://... for its heap profile".
  void Progress(std::string_view line) const {
    if (progress_) progress_(line);
  }
  void Warn(std::string_view line) const {
    if (warning_) warning_(line);
  }

 private:
  Sink progress_;
  Sink warning_;
};

}  // namespace seep

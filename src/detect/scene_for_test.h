// For the tests of this folder: evidence in a few words.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "detect/analysis.h"

// Designated initializers leave the rest to their defaults on purpose, as in the library.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace seep::detect {

struct Scene {
  model::StackTable stacks;
  model::Knowledge knowledge{
      .patterns = {}, .findings = {}, .owners = {}, .standard_packages = {"net", "net/http", "sync", "time"}};
  model::Series series;

  // Functions innermost first; the user's own stand in a file of their own, the library's in the module
  // cache.
  model::FrameId Frame(std::string_view function, std::string_view file = "/srv/app/x.go") {
    return stacks.AddFrame(function, file, 7);
  }
  model::StackId Stack(std::initializer_list<std::string_view> functions) {
    std::vector<model::FrameId> frames;
    for (std::string_view f : functions) frames.push_back(Frame(f));
    return stacks.AddStack(frames);
  }
  // The snapshot `seconds` after the first.
  model::Snapshot& At(double seconds) {
    series.snapshots.emplace_back();
    series.snapshots.back().at = FromUnixNanos(1'700'000'000'000'000'000) + FromSeconds(seconds);
    return series.snapshots.back();
  }
  // Goroutines first .. last-1 of one stack.
  static void Add(model::Snapshot& s, model::StackId stack, model::Wait wait, uint64_t first, uint64_t last) {
    if (!s.dump) s.dump.emplace();
    for (uint64_t id = first; id < last; ++id)
      s.dump->goroutines.push_back(
          {.goid = id, .parent = 0, .stack = stack, .creator = {}, .state = {}, .labels = {}, .wait = wait});
  }
};

}  // namespace seep::detect

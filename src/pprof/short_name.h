// Function names as graphs show them (google/pprof internal/graph/graph.go, 2025-11).
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace seep::pprof {

// Takes package paths of Go, packages and arguments of Java, and namespaces of C++ off. Holds compiled
// expressions: make one for many names.
class NameShortener {
 public:
  NameShortener();
  ~NameShortener();
  NameShortener(const NameShortener&) = delete;
  NameShortener& operator=(const NameShortener&) = delete;

  std::string operator()(std::string_view function) const;

 private:
  struct Expressions;
  std::unique_ptr<const Expressions> expressions_;
};

}  // namespace seep::pprof

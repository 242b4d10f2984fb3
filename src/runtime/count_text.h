// Goroutines read from outside as goroutine?debug=1 prints them: their number by stack and labels, most
// first (runtime/pprof/pprof.go, printCountProfile and printStackRecord):
//
//   goroutine profile: total 6056
//   3000 @ 0x43c3ce 0x40a7ed ...
//   # labels: {"k":"v"}
//   #       0x6b3f54        net/http.(*persistConn).readLoop+0xd54
//   /usr/local/go/src/net/http/transport.go:2205
//
// Columns are set by tabs, as text/tabwriter does with a tab width of 8.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/calls.h"
#include "runtime/labels.h"
#include "runtime/stack_key.h"

namespace seep::runtime {

class CountText {
 public:
  explicit CountText(const GoProcess& process) : calls_(process), labels_(process) {}
  void Add(const SeenGoroutine& seen);
  std::string Take();

 private:
  struct Stack {
    uint64_t count = 0;
    std::string key;  // "@ 0x... 0x...", and the line of labels
    std::vector<uint64_t> call_pcs;
  };
  std::string KeyOf(std::span<const Frame> frames, uint64_t labels);
  void Print(const Stack& stack, std::string& out);

  Calls calls_;
  LabelReader labels_;
  uint64_t total_ = 0;
  std::vector<Stack> stacks_;
  std::unordered_map<Hash128, size_t, HashOf128> places_;
};

}  // namespace seep::runtime

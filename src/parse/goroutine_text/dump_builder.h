// Goroutines in the order of the text -> dumps. Decides where one dump ends and the next begins.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "model/goroutine.h"
#include "parse/format.h"

namespace seep::parse {

// The goids of one dump: a hash table of blocks of 64 numbers. Dumps go through the goroutines roughly in the
// order of their birth, so neighbouring blocks are neighbours in memory, in runs of 4096: random access to a
// table beyond the caches would be a quarter of all time. Where goids are far apart a block holds one
// goroutine and costs it 32 to 64 bytes.
class GoidSet {
 public:
  bool Insert(uint64_t goid);  // false: it was there already
  void Clear();

 private:
  struct Block {
    uint64_t number = 0;   // goid / 64
    uint64_t members = 0;  // bit goid % 64; none: the slot is free
  };
  static size_t Home(uint64_t number, size_t mask) {
    return (number + MultiplyFold(number >> 12, 0x9E3779B97F4A7C15ull)) & mask;
  }
  Block& Find(uint64_t number);
  void Grow();

  std::vector<Block> blocks_;  // open addressing, a power of two
  size_t used_ = 0;
};

class DumpBuilder {
 public:
  struct Dump {
    model::GoroutineDump goroutines;
    std::optional<Time> at;  // from the log prefix
    size_t creators = 0;     // goroutines with a "created by"
    size_t no_creators = 0;  // and without, the main goroutine not counted
  };

  // `expected`: about how many goroutines the text holds; a hint.
  DumpBuilder(Context& context, size_t expected);

  // State and wait of the text between "[" and ",".
  struct State {
    StringId id;
    model::Wait wait = model::Wait::kUnknown;
  };
  State Intern(std::string_view state);
  StringId InternLabels(std::string_view between_braces);

  // `goroutine` is complete but for `wait` (given as printed, refined here) and `arguments` (given apart).
  // Goroutine 0, the scheduler's stack of a thread, is no goroutine and is left out.
  void Add(model::Goroutine goroutine, std::span<const uint64_t> arguments,
           std::optional<Time> at = std::nullopt);
  // A "panic: ", "exit status 2", ...: what comes next is another dump. "SIGQUIT: quit" right behind "-----"
  // is not: with GOTRACEBACK=crash every further thread then prints the goroutine it runs, which the first
  // one could not.
  void Boundary(bool sigquit);
  void Dashes() { dashes_ = true; }
  // A line that belongs to no dump. A goroutine that was running when it was printed begins another dump
  // behind such a line: it is the one that asked for the dump, or a panic.
  void Stray() {
    stray_ = true;
    dashes_ = false;
  }
  // The text ended inside a goroutine.
  void Truncated();
  // Every goroutine so far had its "created by": one without is not complete.
  bool ExpectsCreator() const {
    return !dumps_.empty() && !boundary_ && dumps_.back().creators > 0 && dumps_.back().no_creators == 0;
  }
  // So many dumps that the text is no evidence any more.
  bool Full() const { return dumps_.size() >= kMostDumps; }

  // One goroutine alone, running: a panic or a logged stack. Left out beside real dumps, and counted.
  std::vector<Dump> Take(size_t& traces_left_out);

  Context& context() { return context_; }

 private:
  static constexpr size_t kMostDumps = 4096;
  struct Known {
    std::string_view text;
    State state;
  };

  void Begin();
  void Close();
  bool Replace(const model::Goroutine& goroutine, std::span<const uint64_t> arguments);
  uint32_t KeepArguments(Dump& dump, std::span<const uint64_t> arguments);
  model::Wait Refined(const model::Goroutine& goroutine);

  Context& context_;
  size_t expected_;
  std::vector<Dump> dumps_;
  GoidSet goids_;
  std::unordered_map<uint64_t, size_t> places_;  // goid -> index; made when a thread repeats goroutines
  std::array<Known, 64> states_{};
  std::vector<uint8_t> semaphore_waits_;  // by StackId: refined "semacquire", 255 = not asked yet
  bool boundary_ = false;
  bool stray_ = false;
  bool dashes_ = false;
  bool continues_ = false;
  bool arguments_kept_ = true;
  std::optional<Dump> trace_;  // the last single running goroutine, in case there is nothing else
  size_t traces_ = 0;
};

}  // namespace seep::parse

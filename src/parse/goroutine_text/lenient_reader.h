// The patient way through a dump, line by line: log prefixes, carriage returns, tabs turned into spaces,
// blank lines doubled, elided and foreign frames, ancestors, lines of others in between, a text that ends
// anywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parse/goroutine_text/dump_builder.h"
#include "parse/goroutine_text/dump_lines.h"
#include "parse/goroutine_text/log_prefix.h"

namespace seep::parse {

class LenientReader {
 public:
  explicit LenientReader(DumpBuilder& builder) : builder_(builder) {}

  // Reads one goroutine, or one line between goroutines, at `p`; returns what follows. `p` begins a line.
  const char* Read(const char* p, const char* end);

  // A goroutine without a prefix was read: lines after it have none.
  void ForgetPrefix() { prefix_ = {}; }

  std::string_view go_version() const { return go_version_; }

 private:
  struct Line {
    std::string_view raw;   // without the newline and white space at the end
    std::string_view text;  // without prefix and indentation, too
    bool indented = false;
    bool ended = true;  // by a newline
  };
  enum class Awaits : uint8_t { kNothing, kFunctionFile, kCreatorFile, kForeignFile };

  static constexpr size_t kLongestPrefix = 512;

  // `p` moves behind the line.
  Line Next(const char*& p, const char* end) const;
  // A header, raw or behind a prefix; the prefix of the goroutine is learnt from it.
  std::optional<GoroutineHeader> Header(const Line& line);
  const char* ReadGoroutine(const GoroutineHeader& header, const char* p, const char* end);
  const char* ReadBetween(const Line& line, const char* p, const char* end);
  // One line of a goroutine.
  void Take(const Line& line, DumpLine kind);
  bool TakeFile(const Line& line);
  bool TakeForeignFile(const Line& line);
  void Await(Awaits what, const Line& line);
  void GiveUpWaiting();
  void AddFrame(std::string_view function, std::string_view file, uint32_t line);
  void Finish(bool text_ended);

  DumpBuilder& builder_;
  LogPrefix prefix_;
  std::string go_version_;

  // The goroutine being read.
  model::Goroutine goroutine_;
  std::vector<model::FrameId> frames_;
  std::vector<uint64_t> arguments_;
  Awaits awaits_ = Awaits::kNothing;
  std::string_view waiting_;  // the line whose file line is awaited
  bool complete_ = false;     // creator or ancestors were read: no frames of this goroutine follow
  bool cut_off_ = false;      // the last line ends in the middle
  bool stray_ = false;        // a line of somebody else stood in it
};

}  // namespace seep::parse

// The fast way through a dump: goroutines printed exactly as the runtime prints them, without prefix,
// carriage returns, elided frames or anything else unusual. Walks the StackTrie along the text. Whatever it
// does not know it leaves, whole, to the LenientReader, and whatever it reads it reads as the LenientReader
// would (goroutine_text_fuzz.cc holds it to that).
#pragma once

#include <array>

#include "parse/goroutine_text/dump_builder.h"
#include "parse/goroutine_text/dump_lines.h"
#include "parse/goroutine_text/stack_trie.h"

namespace seep::parse {

class PlainReader {
 public:
  explicit PlainReader(DumpBuilder& builder) : builder_(builder), trie_(builder.context().stacks) {}

  // Reads the goroutine whose header begins at `p`, up to and with the blank line behind it, or up to the
  // next header, and adds it. nullptr: not plain, nothing was added. The last goroutine of a text never is:
  // it may be cut.
  const char* Read(const char* p, const char* end);

 private:
  static constexpr size_t kMostFrames = 256;  // the runtime prints 100 at most; deeper texts are not its own

  const char* ReadHeader(const char* p, const char* end, model::Goroutine& goroutine);
  const char* ReadFrame(StackTrie::Node function, const char* p, const char* end);
  const char* ReadCreated(StackTrie::Node created, const char* p, const char* end,
                          model::Goroutine& goroutine);
  bool Separated(StackTrie::Node node, const char* p, const char* end) const;
  StackTrie::Node FindFunction(const char* p, const char* end);
  StackTrie::Node FindFile(StackTrie::Node before, const char* p, const char* end, std::string_view function,
                           StackTrie::Piece kind);
  const char* EndOfFile(StackTrie::Node file, const char* p, const char* end) const;

  DumpBuilder& builder_;
  StackTrie trie_;
  StackTrie::Node node_ = StackTrie::kRoot;  // the last frame read
  size_t frames_ = 0;
  std::array<uint64_t, kMostFrames> arguments_;
};

}  // namespace seep::parse

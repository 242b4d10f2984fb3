// One line that is being typed: what each key does to it. Knows no terminal, so that a test can type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seep::cli {

enum class Key : uint8_t {
  kText,  // a character; any other key has none
  kEnter,
  kTab,
  kLeft,
  kRight,
  kHome,
  kEnd,
  kWordLeft,
  kWordRight,
  kUp,
  kDown,
  kBackspace,
  kDelete,
  kDeleteOrLeave,  // ^D
  kCutWordLeft,
  kCutLeft,
  kCutRight,
  kPaste,
  kInterrupt,  // ^C
  kRedraw,     // ^L
  kNone,       // a sequence that means nothing here
};

struct KeyPress {
  Key key = Key::kNone;
  std::string text;  // of kText: one character in UTF-8
};

// Takes the first key off `bytes`, as xterm and the Linux console send them (xterm's ctlseqs.txt); nothing
// when they end inside of one. Never takes more than one character or one escape sequence.
bool TakeKey(std::string& bytes, KeyPress& out);

class EditedLine {
 public:
  enum class State : uint8_t { kTyping, kComplete, kRedraw, kDone, kDiscarded, kLeave };

  State Press(const KeyPress& press);
  // Tab: the words that may stand from `begin` to the cursor. One is put in with a space behind it (unless
  // it ends with '='), several as far as they agree; true if that changed anything.
  bool Complete(size_t begin, const std::vector<std::string>& words);
  // An empty line; the one before joins the history unless it is empty or the same again.
  void Next();

  const std::string& text() const { return text_; }
  size_t cursor() const { return cursor_; }  // in bytes, never inside a character

 private:
  size_t Before(size_t at) const;
  size_t After(size_t at) const;
  size_t WordBefore() const;
  size_t WordAfter() const;
  void Cut(size_t begin, size_t end);
  void Recall(size_t entry);

  std::string text_;
  size_t cursor_ = 0;
  std::string cut_;
  std::vector<std::string> history_;
  size_t shown_ = 0;   // the entry on display; history_.size() is the line being typed
  std::string typed_;  // that line while an entry is on display
};

}  // namespace seep::cli

#include "cli/pprof/edited_line.h"

#include <algorithm>
#include <utility>

namespace seep::cli {
namespace {

constexpr size_t kMaxHistory = 1000;
constexpr size_t kMaxSequence = 16;  // no key of any terminal is longer

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

size_t CharacterLength(char first) {
  const auto c = static_cast<unsigned char>(first);
  if (c >= 0xF0) return 4;
  if (c >= 0xE0) return 3;
  return c >= 0xC0 ? 2 : 1;
}

Key ControlKey(char c) {
  switch (c) {
    case '\r':
    case '\n':
      return Key::kEnter;
    case '\t':
      return Key::kTab;
    case '\x7f':
    case 'H' & 0x1f:
      return Key::kBackspace;
    case 'A' & 0x1f:
      return Key::kHome;
    case 'B' & 0x1f:
      return Key::kLeft;
    case 'C' & 0x1f:
      return Key::kInterrupt;
    case 'D' & 0x1f:
      return Key::kDeleteOrLeave;
    case 'E' & 0x1f:
      return Key::kEnd;
    case 'F' & 0x1f:
      return Key::kRight;
    case 'K' & 0x1f:
      return Key::kCutRight;
    case 'L' & 0x1f:
      return Key::kRedraw;
    case 'N' & 0x1f:
      return Key::kDown;
    case 'P' & 0x1f:
      return Key::kUp;
    case 'U' & 0x1f:
      return Key::kCutLeft;
    case 'W' & 0x1f:
      return Key::kCutWordLeft;
    case 'Y' & 0x1f:
      return Key::kPaste;
    default:
      return Key::kNone;
  }
}

// Of what stands between "ESC [" (or "ESC O") and the end of the sequence: "A", "1;5C", "3~".
Key SequenceKey(std::string_view sequence) {
  const bool with_modifier = sequence.find(';') != sequence.npos;
  switch (sequence.back()) {
    case 'A':
      return Key::kUp;
    case 'B':
      return Key::kDown;
    case 'C':
      return with_modifier ? Key::kWordRight : Key::kRight;
    case 'D':
      return with_modifier ? Key::kWordLeft : Key::kLeft;
    case 'F':
      return Key::kEnd;
    case 'H':
      return Key::kHome;
    case '~':
      if (sequence == "3~") return Key::kDelete;
      if (sequence == "1~" || sequence == "7~") return Key::kHome;
      if (sequence == "4~" || sequence == "8~") return Key::kEnd;
      return Key::kNone;
    default:
      return Key::kNone;
  }
}

// Behind an ESC.
bool TakeEscape(std::string& bytes, KeyPress& out) {
  if (bytes.size() < 2) return false;
  out = {};
  if (bytes[1] != '[' && bytes[1] != 'O') {  // Alt and a letter
    if (bytes[1] == 'b') out.key = Key::kWordLeft;
    if (bytes[1] == 'f') out.key = Key::kWordRight;
    if (bytes[1] == '\x7f') out.key = Key::kCutWordLeft;
    bytes.erase(0, 2);
    return true;
  }
  size_t end = 2;
  while (end < bytes.size() && end < kMaxSequence && (bytes[end] < '@' || bytes[end] > '~')) ++end;
  if (end == bytes.size()) return false;
  out.key = SequenceKey(std::string_view(bytes).substr(2, end - 1));
  bytes.erase(0, end + 1);
  return true;
}

}  // namespace

bool TakeKey(std::string& bytes, KeyPress& out) {
  if (bytes.empty()) return false;
  const char first = bytes[0];
  if (first == '\x1b') return TakeEscape(bytes, out);
  if (static_cast<unsigned char>(first) < 0x20 || first == '\x7f') {
    out = {ControlKey(first), {}};
    bytes.erase(0, 1);
    return true;
  }
  const size_t length = CharacterLength(first);
  size_t have = 1;
  while (have < length && have < bytes.size() && IsContinuation(bytes[have])) ++have;
  if (have < length && have == bytes.size()) return false;
  // Half a character, or a continuation without a beginning, is none.
  const bool whole = have == length && !IsContinuation(first);
  out = whole ? KeyPress{Key::kText, bytes.substr(0, have)} : KeyPress{};
  bytes.erase(0, have);
  return true;
}

size_t EditedLine::Before(size_t at) const {
  if (at > 0) --at;
  while (at > 0 && IsContinuation(text_[at])) --at;
  return at;
}

size_t EditedLine::After(size_t at) const {
  if (at < text_.size()) ++at;
  while (at < text_.size() && IsContinuation(text_[at])) ++at;
  return at;
}

size_t EditedLine::WordBefore() const {
  size_t at = cursor_;
  while (at > 0 && text_[at - 1] == ' ') --at;
  while (at > 0 && text_[at - 1] != ' ') --at;
  return at;
}

size_t EditedLine::WordAfter() const {
  size_t at = cursor_;
  while (at < text_.size() && text_[at] == ' ') ++at;
  while (at < text_.size() && text_[at] != ' ') ++at;
  return at;
}

void EditedLine::Cut(size_t begin, size_t end) {
  if (begin == end) return;
  cut_ = text_.substr(begin, end - begin);
  text_.erase(begin, end - begin);
  cursor_ = begin;
}

void EditedLine::Recall(size_t entry) {
  if (entry > history_.size() || entry == shown_) return;
  if (shown_ == history_.size()) typed_ = text_;
  shown_ = entry;
  text_ = entry == history_.size() ? typed_ : history_[entry];
  cursor_ = text_.size();
}

EditedLine::State EditedLine::Press(const KeyPress& press) {
  switch (press.key) {
    case Key::kText:
      text_.insert(cursor_, press.text);
      cursor_ += press.text.size();
      break;
    case Key::kEnter:
      return State::kDone;
    case Key::kTab:
      return State::kComplete;
    case Key::kLeft:
      cursor_ = Before(cursor_);
      break;
    case Key::kRight:
      cursor_ = After(cursor_);
      break;
    case Key::kHome:
      cursor_ = 0;
      break;
    case Key::kEnd:
      cursor_ = text_.size();
      break;
    case Key::kWordLeft:
      cursor_ = WordBefore();
      break;
    case Key::kWordRight:
      cursor_ = WordAfter();
      break;
    case Key::kUp:
      if (shown_ > 0) Recall(shown_ - 1);
      break;
    case Key::kDown:
      Recall(shown_ + 1);
      break;
    case Key::kDeleteOrLeave:
      if (text_.empty()) return State::kLeave;
      [[fallthrough]];
    case Key::kDelete:
      text_.erase(cursor_, After(cursor_) - cursor_);
      break;
    case Key::kBackspace: {
      const size_t begin = Before(cursor_);
      text_.erase(begin, cursor_ - begin);
      cursor_ = begin;
      break;
    }
    case Key::kCutWordLeft:
      Cut(WordBefore(), cursor_);
      break;
    case Key::kCutLeft:
      Cut(0, cursor_);
      break;
    case Key::kCutRight:
      Cut(cursor_, text_.size());
      break;
    case Key::kPaste:
      text_.insert(cursor_, cut_);
      cursor_ += cut_.size();
      break;
    case Key::kInterrupt:
      return text_.empty() ? State::kLeave : State::kDiscarded;
    case Key::kRedraw:
      return State::kRedraw;
    case Key::kNone:
      break;
  }
  return State::kTyping;
}

bool EditedLine::Complete(size_t begin, const std::vector<std::string>& words) {
  if (words.empty() || begin > cursor_) return false;
  std::string agreed = words[0];
  for (const std::string& word : words)
    agreed.resize(static_cast<size_t>(std::ranges::mismatch(agreed, word).in1 - agreed.begin()));
  while (!agreed.empty() && words.size() > 1 && agreed.size() < words[0].size() &&
         IsContinuation(words[0][agreed.size()]))
    agreed.pop_back();
  const bool at_space = cursor_ < text_.size() && text_[cursor_] == ' ';
  if (words.size() == 1 && !at_space && !agreed.ends_with('=')) agreed += ' ';
  const std::string_view had = std::string_view(text_).substr(begin, cursor_ - begin);
  // Words that contain what was typed, not at their beginning, may agree in less than was typed.
  if (agreed == had || (words.size() > 1 && agreed.size() <= had.size())) return false;
  text_.replace(begin, cursor_ - begin, agreed);
  cursor_ = begin + agreed.size();
  return true;
}

void EditedLine::Next() {
  if (!text_.empty() && (history_.empty() || history_.back() != text_)) history_.push_back(text_);
  if (history_.size() > kMaxHistory) history_.erase(history_.begin());
  text_.clear();
  typed_.clear();
  cursor_ = 0;
  shown_ = history_.size();
}

}  // namespace seep::cli

#include "goscan/syntax/lexer.h"

#include <array>
#include <cstring>
#include <utility>

#include "goscan/syntax/parser.h"
#include "goscan/syntax/utf8.h"

namespace seep::goscan {
namespace {

enum CharClass : uint8_t { kOther = 0, kLetter = 1, kDigit = 2, kHex = 4, kBlank = 8 };

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (int c = 'a'; c <= 'z'; ++c) classes[c] = kLetter | (c <= 'f' ? kHex : 0);
  for (int c = 'A'; c <= 'Z'; ++c) classes[c] = kLetter | (c <= 'F' ? kHex : 0);
  for (int c = '0'; c <= '9'; ++c) classes[c] = kDigit | kHex;
  classes['_'] = kLetter;
  for (unsigned char c : {' ', '\t', '\r'}) classes[c] = kBlank;
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

constexpr size_t kKeywordSlots = 64;
constexpr size_t KeywordSlot(const unsigned char* word, size_t size) {
  return (word[0] + word[1] * 2u + word[size - 1] * 13u + size * 10u) % kKeywordSlots;
}
struct Keyword {
  Token token = Token::kIdent;
  uint8_t size = 0;
  char text[12] = {};
};

constexpr std::pair<Token, std::string_view> kKeywords[] = {
    {Token::kBreak, "break"},
    {Token::kCase, "case"},
    {Token::kChan, "chan"},
    {Token::kConst, "const"},
    {Token::kContinue, "continue"},
    {Token::kDefault, "default"},
    {Token::kDefer, "defer"},
    {Token::kElse, "else"},
    {Token::kFallthrough, "fallthrough"},
    {Token::kFor, "for"},
    {Token::kFunc, "func"},
    {Token::kGo, "go"},
    {Token::kGoto, "goto"},
    {Token::kIf, "if"},
    {Token::kImport, "import"},
    {Token::kInterface, "interface"},
    {Token::kMap, "map"},
    {Token::kPackage, "package"},
    {Token::kRange, "range"},
    {Token::kReturn, "return"},
    {Token::kSelect, "select"},
    {Token::kStruct, "struct"},
    {Token::kSwitch, "switch"},
    {Token::kType, "type"},
    {Token::kVar, "var"},
};

consteval std::array<Keyword, kKeywordSlots> MakeKeywords() {
  std::array<Keyword, kKeywordSlots> slots{};
  for (const auto& [token, text] : kKeywords) {
    unsigned char bytes[12] = {};
    for (size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<unsigned char>(text[i]);
    Keyword& slot = slots[KeywordSlot(bytes, text.size())];
    if (slot.size != 0) throw "two keywords share a slot: change KeywordSlot";
    slot.token = token;
    slot.size = static_cast<uint8_t>(text.size());
    for (size_t i = 0; i < text.size(); ++i) slot.text[i] = text[i];
  }
  return slots;
}
constexpr std::array<Keyword, kKeywordSlots> kKeywordTable = MakeKeywords();

void FindLines(Tree& tree) {
  const std::string_view source = tree.source;
  tree.lines.reserve(source.size() / 24 + 1);
  tree.lines.push_back(0);
  for (size_t at = source.find('\n'); at != std::string_view::npos; at = source.find('\n', at + 1)) {
    tree.lines.push_back(static_cast<Offset>(at + 1));
  }
}

// The first byte from `at` on that is beyond ASCII or NUL; the size of the source when there is none. Eight
// bytes at a time: all of every file goes this way, and all of most files all the way.
size_t NextOdd(std::string_view source, size_t at) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kHighs = 0x8080808080808080u;
  for (; at + 8 <= source.size(); at += 8) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, source.data() + at, sizeof(bytes));
    // The second half is for bytes below 0x80 exact: a byte is 0 when subtracting one borrows.
    if ((bytes & kHighs) != 0 || ((bytes - kOnes) & kHighs) != 0) break;
  }
  while (at < source.size() && static_cast<signed char>(source[at]) > 0) ++at;
  return at;
}

// Bytes that are an error wherever they stand, in comments and strings too.
void CheckEncoding(Tree& tree, Offset from) {
  const std::string_view source = tree.source;
  for (size_t at = NextOdd(source, from); at < source.size(); at = NextOdd(source, at)) {
    const Character c = DecodeUtf8(source.substr(at));
    if (!c.valid) AddError(tree, static_cast<Offset>(at), "a byte that is no UTF-8");
    if (c.valid && c.value == 0) AddError(tree, static_cast<Offset>(at), "a NUL byte");
    if (c.valid && c.value == 0xFEFF)
      AddError(tree, static_cast<Offset>(at), "a byte order mark inside the file");
    at += static_cast<size_t>(c.size);
  }
}

}  // namespace

bool WantsError(const Tree& tree, Offset at) {
  if (tree.errors.size() >= kMaxErrors) return false;
  return tree.errors.empty() || tree.PositionOf(tree.errors.back().at).line != tree.PositionOf(at).line;
}

void AddError(Tree& tree, Offset at, std::string what) {
  if (WantsError(tree, at)) tree.errors.push_back({at, std::move(what)});
}

Lexer::Lexer(Tree& tree)
    : tree_(tree),
      text_(reinterpret_cast<const unsigned char*>(tree.source.data())),
      size_(static_cast<Offset>(tree.source.size())) {
  FindLines(tree);
  if (tree.source.starts_with("\xFF\xFE") || tree.source.starts_with("\xFE\xFF")) {
    AddError(tree, 0, "UTF-16, where UTF-8 is expected");
    at_ = size_;
    return;
  }
  if (tree.source.starts_with("\xEF\xBB\xBF")) at_ = 3;
  CheckEncoding(tree, at_);
}

void Lexer::Emit(Token which, bool ends_line) {
  token = which;
  end = at_;
  insert_semicolon_ = ends_line;
}

void Lexer::Semicolon(Offset at) {
  token = Token::kSemicolon;
  begin = end = at;
  put_in = true;
  insert_semicolon_ = false;
}

bool Lexer::Take(char wanted) {
  if (At(at_) != static_cast<unsigned char>(wanted)) return false;
  ++at_;
  return true;
}

// Passes blanks and comments. True when a line ended on the way that is a semicolon, which is then the word.
bool Lexer::SkipBlanks() {
  while (at_ < size_) {
    const unsigned char c = text_[at_];
    if (kClasses[c] == kBlank) {
      ++at_;
    } else if (c == '\n') {
      if (insert_semicolon_) {
        Semicolon(at_++);
        return true;
      }
      ++at_;
    } else if (c == '/' && (At(at_ + 1) == '/' || At(at_ + 1) == '*')) {
      if (CommentAhead()) return true;
    } else {
      return false;
    }
  }
  return false;
}

void Lexer::Next() {
  put_in = false;
  if (SkipBlanks()) return;
  begin = at_;
  if (at_ >= size_) {
    if (insert_semicolon_) return Semicolon(at_);
    return Emit(Token::kEof, false);
  }
  const unsigned char c = text_[at_];
  const uint8_t cls = kClasses[c];
  if (cls & kLetter) return Name();
  if (cls & kDigit || (c == '.' && kClasses[At(at_ + 1)] & kDigit)) return Number();
  if (c >= 0x80) return NameBeyondAscii();
  ++at_;
  switch (c) {
    case '"':
      return String();
    case '`':
      return RawString();
    case '\'':
      return Rune();
    default:
      return Operator(c);
  }
}

void Lexer::Name() {
  Offset at = at_ + 1;
  while (at < size_ && kClasses[text_[at]] & (kLetter | kDigit)) ++at;
  at_ = at;
  if (at < size_ && text_[at] >= 0x80) return NameBeyondAscii();
  const Offset size = at - begin;
  if (size > 1 && size <= 11) {
    const Keyword& slot = kKeywordTable[KeywordSlot(text_ + begin, size)];
    if (slot.size == size && std::memcmp(slot.text, text_ + begin, size) == 0) {
      using enum Token;
      const Token word = slot.token;
      return Emit(word, word == kBreak || word == kContinue || word == kFallthrough || word == kReturn);
    }
  }
  Emit(Token::kIdent, true);
}

// A name that has such a character, or begins with one; or a character that begins nothing.
void Lexer::NameBeyondAscii() {
  while (at_ < size_) {
    const unsigned char c = text_[at_];
    if (c < 0x80) {
      if (!(kClasses[c] & (kLetter | kDigit))) break;
      ++at_;
      continue;
    }
    const Character character = DecodeUtf8(tree_.source.substr(at_));
    const bool letter = IsLetterBeyondAscii(character.value);
    if (!letter && (at_ == begin || !IsDigitBeyondAscii(character.value))) break;
    at_ += static_cast<Offset>(character.size);
  }
  if (at_ == begin) return Illegal();
  Emit(Token::kIdent, true);
}

void Lexer::Illegal() {
  const Character character = DecodeUtf8(tree_.source.substr(begin));
  if (character.value == 0x201C || character.value == 0x201D) {
    AddError(tree_, begin, "a curly quotation mark, where '\"' is expected");
  } else if (character.valid && character.value != 0xFEFF) {
    AddError(tree_, begin, "a character that begins no word of Go");
  }
  at_ = begin + static_cast<Offset>(character.size);
  Emit(Token::kIllegal, insert_semicolon_);
}

// A comment. True when it is of several lines and the first of its line breaks is a semicolon.
bool Lexer::CommentAhead() {
  Comment comment{at_, size_};
  const std::string_view source = tree_.source;
  if (text_[at_ + 1] == '/') {
    const size_t line_end = source.find('\n', at_);
    if (line_end != std::string_view::npos) comment.end = static_cast<Offset>(line_end);
  } else {
    const size_t close = source.find("*/", at_ + 2);
    if (close == std::string_view::npos) {
      AddError(tree_, at_, "a comment that does not end");
    } else {
      comment.end = static_cast<Offset>(close + 2);
    }
  }
  tree_.comments.push_back(comment);
  CheckLineDirective(comment);
  at_ = comment.end;
  if (!insert_semicolon_ || text_[comment.begin + 1] == '/') return false;
  const size_t line_break = source.find('\n', comment.begin);
  if (line_break >= comment.end) return false;
  Semicolon(static_cast<Offset>(line_break));
  return true;
}

// `//line file:3:7` at the start of a line, and `/*line file:3*/` anywhere, must end in numbers that can be
// meant.
void Lexer::CheckLineDirective(const Comment& comment) {
  std::string_view text = tree_.source.substr(comment.begin, comment.end - comment.begin);
  if (text.substr(2, 5) != "line ") return;
  if (text[1] == '/' && comment.begin > 0 && text_[comment.begin - 1] != '\n') return;
  if (text[1] == '*') {
    if (!text.ends_with("*/")) return;
    text.remove_suffix(2);
  }
  if (text.ends_with('\r')) text.remove_suffix(1);
  text.remove_prefix(7);
  constexpr uint64_t kMost = 1 << 30;
  // The number after the last colon: kNone without a colon, 0 for what is none or out of range.
  constexpr uint64_t kNone = ~uint64_t{0};
  const auto last_number = [](std::string_view in) -> uint64_t {
    const size_t colon = in.rfind(':');
    if (colon == std::string_view::npos) return kNone;
    uint64_t value = 0;
    for (const char c : in.substr(colon + 1)) {
      if (c < '0' || c > '9') return 0;
      value = value > kMost ? value : value * 10 + static_cast<uint64_t>(c - '0');
    }
    return value > kMost ? 0 : value;
  };
  const uint64_t last = last_number(text);
  if (last == kNone) return;
  if (last == 0) AddError(tree_, comment.begin, "a //line directive without a number that can be a line");
  // Two numbers are line and column; a first part that is no number belongs to the name of the file.
  const std::string_view before = text.substr(0, text.rfind(':'));
  const size_t colon = before.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == before.size()) return;
  if (before.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) return;
  if (last_number(before) == 0) AddError(tree_, comment.begin, "a //line directive with line 0");
}

Token Lexer::Assignable(Token plain, Token with_assign) {
  return Take('=') ? with_assign : plain;
}

// `first` is passed already.
void Lexer::Operator(unsigned char first) {
  using enum Token;
  switch (first) {
    case '(':
      return Emit(kLparen, false);
    case ')':
      return Emit(kRparen, true);
    case '[':
      return Emit(kLbrack, false);
    case ']':
      return Emit(kRbrack, true);
    case '{':
      return Emit(kLbrace, false);
    case '}':
      return Emit(kRbrace, true);
    case ',':
      return Emit(kComma, false);
    case ';':
      return Emit(kSemicolon, false);
    case '~':
      return Emit(kTilde, false);
    case '.':
      if (At(at_) != '.' || At(at_ + 1) != '.') return Emit(kPeriod, false);
      at_ += 2;
      return Emit(kEllipsis, false);
    case ':':
      return Emit(Assignable(kColon, kDefine), false);
    case '=':
      return Emit(Assignable(kAssign, kEql), false);
    case '!':
      return Emit(Assignable(kNot, kNeq), false);
    case '*':
      return Emit(Assignable(kMul, kMulAssign), false);
    case '/':
      return Emit(Assignable(kQuo, kQuoAssign), false);
    case '%':
      return Emit(Assignable(kRem, kRemAssign), false);
    case '^':
      return Emit(Assignable(kXor, kXorAssign), false);
    case '+':
      if (Take('+')) return Emit(kInc, true);
      return Emit(Assignable(kAdd, kAddAssign), false);
    case '-':
      if (Take('-')) return Emit(kDec, true);
      return Emit(Assignable(kSub, kSubAssign), false);
    case '|':
      if (Take('|')) return Emit(kLor, false);
      return Emit(Assignable(kOr, kOrAssign), false);
    case '&':
    case '<':
    case '>':
      return AngleOrAmpersand(first);
    default:
      return Illegal();
  }
}

void Lexer::AngleOrAmpersand(unsigned char first) {
  using enum Token;
  if (first == '&') {
    if (Take('&')) return Emit(kLand, false);
    if (Take('^')) return Emit(Assignable(kAndNot, kAndNotAssign), false);
    return Emit(Assignable(kAnd, kAndAssign), false);
  }
  if (first == '<') {
    if (Take('-')) return Emit(kArrow, false);
    if (Take('<')) return Emit(Assignable(kShl, kShlAssign), false);
    return Emit(Assignable(kLss, kLeq), false);
  }
  if (Take('>')) return Emit(Assignable(kShr, kShrAssign), false);
  return Emit(Assignable(kGtr, kGeq), false);
}

}  // namespace seep::goscan

// Numbers, strings and runes: their extent, and what makes them wrong.
#include "goscan/syntax/lexer.h"
#include "goscan/syntax/utf8.h"

namespace seep::goscan {
namespace {

constexpr bool IsDecimal(unsigned char c) {
  return c >= '0' && c <= '9';
}
constexpr unsigned char Lower(unsigned char c) {
  return c | 0x20;
}
// 16 for what is no digit of any base.
constexpr uint32_t DigitValue(unsigned char c) {
  if (IsDecimal(c)) return c - '0';
  const unsigned char lower = Lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10u : 16u;
}

constexpr int kSawDigit = 1;
constexpr int kSawSeparator = 2;
constexpr Offset kNowhere = ~Offset{0};

}  // namespace

// Passes digits and '_'. In bases up to ten any decimal digit is passed, and *invalid is the first that is
// too large.
int Lexer::Digits(int base, Offset* invalid) {
  int seen = 0;
  for (; at_ < size_; ++at_) {
    const unsigned char c = text_[at_];
    if (c == '_') {
      seen |= kSawSeparator;
      continue;
    }
    if (base <= 10 ? !IsDecimal(c) : DigitValue(c) >= 16) break;
    seen |= kSawDigit;
    if (base <= 10 && c >= '0' + base && *invalid == kNowhere) *invalid = at_;
  }
  return seen;
}

void Lexer::Fraction(char prefix, int* seen, int base, Offset* invalid) {
  if (prefix == 'o' || prefix == 'b')
    AddError(tree_, at_, "a point in a number that is not decimal or hexadecimal");
  ++at_;
  *seen |= Digits(base, invalid);
}

void Lexer::Exponent(char prefix, int* seen) {
  const unsigned char mark = Lower(text_[at_]);
  if (mark == 'e' && prefix != 0 && prefix != '0')
    AddError(tree_, at_, "an 'e' exponent of a number that is not decimal");
  if (mark == 'p' && prefix != 'x')
    AddError(tree_, at_, "a 'p' exponent of a number that is not hexadecimal");
  ++at_;
  if (At(at_) == '+' || At(at_) == '-') ++at_;
  Offset ignored = 0;
  const int digits = Digits(10, &ignored);
  *seen |= digits;
  if (!(digits & kSawDigit)) AddError(tree_, at_, "an exponent without digits");
}

void Lexer::Number() {
  Token kind = Token::kInt;
  int base = 10;
  char prefix = 0;
  int seen = 0;
  Offset invalid = kNowhere;
  if (text_[at_] != '.') {
    if (text_[at_] == '0') {
      ++at_;
      switch (Lower(At(at_))) {
        case 'x':
          base = 16, prefix = 'x', ++at_;
          break;
        case 'o':
          base = 8, prefix = 'o', ++at_;
          break;
        case 'b':
          base = 2, prefix = 'b', ++at_;
          break;
        default:
          base = 8, prefix = '0', seen = kSawDigit;
      }
    }
    seen |= Digits(base, &invalid);
  }
  if (At(at_) == '.') {
    kind = Token::kFloat;
    Fraction(prefix, &seen, base, &invalid);
  }
  if (!(seen & kSawDigit)) AddError(tree_, at_, "a number without digits");
  if (const unsigned char c = Lower(At(at_)); c == 'e' || c == 'p') {
    kind = Token::kFloat;
    Exponent(prefix, &seen);
  } else if (prefix == 'x' && kind == Token::kFloat) {
    AddError(tree_, at_, "a hexadecimal number with a point needs a 'p' exponent");
  }
  if (Take('i')) kind = Token::kImag;
  if (kind == Token::kInt && invalid != kNowhere)
    AddError(tree_, invalid, "a digit too large for the base of its number");
  Emit(kind, true);
  if (seen & kSawSeparator) CheckSeparators();
}

// A '_' stands between two digits, or between the prefix and a digit.
void Lexer::CheckSeparators() {
  const std::string_view number = tree_.source.substr(begin, end - begin);
  size_t i = 0;
  bool hexadecimal = false;
  bool after_digit = false;
  bool after_separator = false;
  if (number.size() >= 2 && number[0] == '0') {
    const unsigned char mark = Lower(static_cast<unsigned char>(number[1]));
    hexadecimal = mark == 'x';
    if (hexadecimal || mark == 'o' || mark == 'b') after_digit = true, i = 2;
  }
  for (; i < number.size(); ++i) {
    const auto c = static_cast<unsigned char>(number[i]);
    const bool digit = IsDecimal(c) || (hexadecimal && DigitValue(c) < 16);
    if (c == '_' ? !after_digit : !digit && after_separator) break;
    after_separator = c == '_';
    after_digit = digit;
  }
  if (i < number.size() || after_separator)
    AddError(tree_, begin + static_cast<Offset>(i), "a '_' that is not between digits");
}

// After the backslash. False when it is no escape: it then stands at what is wrong.
bool Lexer::Escape(unsigned char quote) {
  const Offset from = at_;
  if (at_ >= size_) {
    AddError(tree_, at_, "an escape that does not end");
    return false;
  }
  const unsigned char c = text_[at_];
  int digits = 0;
  uint32_t base = 16;
  uint32_t most = 0x10FFFF;
  switch (c) {
    case 'a':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case '\\':
      ++at_;
      return true;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
      digits = 3, base = 8, most = 255;
      break;
    case 'x':
      digits = 2, most = 255, ++at_;
      break;
    case 'u':
      digits = 4, ++at_;
      break;
    case 'U':
      digits = 8, ++at_;
      break;
    default:
      if (c == quote) {
        ++at_;
        return true;
      }
      AddError(tree_, from, "an escape that Go does not have");
      return false;
  }
  uint32_t value = 0;
  for (; digits > 0; --digits, ++at_) {
    const uint32_t digit = DigitValue(At(at_));
    if (digit >= base) {
      AddError(tree_, at_, "an escape with too few digits");
      return false;
    }
    value = value * base + digit;
  }
  if (value <= most && (value < 0xD800 || value >= 0xE000)) return true;
  AddError(tree_, from, "an escape that is no character");
  return false;
}

void Lexer::String() {
  for (;;) {
    while (at_ < size_ && text_[at_] != '"' && text_[at_] != '\\' && text_[at_] != '\n') ++at_;
    if (at_ >= size_ || text_[at_] == '\n') {
      AddError(tree_, begin, "a string that does not end on its line");
      break;
    }
    if (text_[at_++] == '"') break;
    Escape('"');
  }
  Emit(Token::kString, true);
}

void Lexer::RawString() {
  const size_t close = tree_.source.find('`', at_);
  if (close == std::string_view::npos) {
    AddError(tree_, begin, "a string that does not end");
    at_ = size_;
  } else {
    at_ = static_cast<Offset>(close + 1);
  }
  Emit(Token::kString, true);
}

void Lexer::Rune() {
  bool valid = true;
  int count = 0;
  for (;;) {
    if (at_ >= size_ || text_[at_] == '\n') {
      if (valid) AddError(tree_, begin, "a character that does not end on its line");
      valid = false;
      break;
    }
    const Character c = DecodeUtf8(tree_.source.substr(at_));
    at_ += static_cast<Offset>(c.size);
    if (c.value == '\'') break;
    ++count;
    if (c.value == '\\' && !Escape('\'')) valid = false;
  }
  if (valid && count != 1) AddError(tree_, begin, "quotes around not exactly one character");
  Emit(Token::kChar, true);
}

}  // namespace seep::goscan

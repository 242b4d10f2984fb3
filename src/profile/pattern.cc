#include "profile/pattern.h"

#include <re2/re2.h>

#include <optional>
#include <utility>

namespace seep::profile {
namespace {

// Length of the UTF-8 sequence at the beginning of `s`; 0 if there is none. Go and RE2 know the same ones:
// no overlong forms, no surrogates, nothing above U+10FFFF.
size_t SequenceLength(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || s.size() < n) return 0;
  for (size_t i = 1; i < n; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned char next = byte(1);
  if ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) || (lead == 0xF0 && next < 0x90) ||
      (lead == 0xF4 && next > 0x8F))
    return 0;
  return n;
}

// Where the first byte that belongs to no sequence is.
size_t ValidPrefix(std::string_view s) {
  size_t i = 0;
  while (i < s.size()) {
    const size_t n = SequenceLength(s.substr(i));
    if (n == 0) break;
    i += n;
  }
  return i;
}

// Each stray byte as U+FFFD.
std::string Repaired(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    const size_t n = SequenceLength(s);
    if (n == 0) {
      out += "\xEF\xBF\xBD";
      s.remove_prefix(1);
    } else {
      out += s.substr(0, n);
      s.remove_prefix(n);
    }
  }
  return out;
}

std::string_view GoReason(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
      return "expression too large";
    case RE2::NoError:
    case RE2::ErrorInternal:
      break;
  }
  return "regexp/syntax: internal error";
}

std::unexpected<Error> Refuse(std::string_view reason, std::string_view part) {
  return Fail(ErrorCode::kUsage,
              "error parsing regexp: " + std::string(reason) + ": `" + std::string(part) + "`");
}

// Go's syntax in RE2's of 2022: (?<name>...) is (?P<name>...). What RE2 knows and Go does not is `\C`: its
// place is returned in `foreign`.
std::string Translated(std::string_view text, std::optional<size_t>& foreign) {
  std::string out;
  bool in_class = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      if (text[i + 1] == 'Q' && !in_class) {
        const size_t end = text.find("\\E", i + 2);
        const size_t stop = end == std::string_view::npos ? text.size() : end + 2;
        out += text.substr(i, stop - i);
        i = stop - 1;
        continue;
      }
      if (text[i + 1] == 'C' && !foreign) foreign = i;
      out += text.substr(i++, 2);
      continue;
    }
    if (in_class) {
      if (text[i] == ']') in_class = false;
    } else if (text[i] == '[') {
      in_class = true;
      out += text[i];
      if (i + 1 < text.size() && text[i + 1] == '^') out += text[++i];
      if (i + 1 < text.size() && text[i + 1] == ']') out += text[++i];
      continue;
    } else if (text.substr(i).starts_with("(?<")) {
      out += "(?P<";
      i += 2;
      continue;
    }
    out += text[i];
  }
  return out;
}

}  // namespace

Pattern::Pattern(std::string text, std::shared_ptr<const re2::RE2> compiled)
    : text_(std::move(text)), compiled_(std::move(compiled)) {}

Result<Pattern> Pattern::Compile(std::string_view text) {
  if (const size_t valid = ValidPrefix(text); valid < text.size())
    return Refuse("invalid UTF-8", text.substr(valid));
  std::optional<size_t> foreign;
  const std::string translated = Translated(text, foreign);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(int64_t{64} << 20);
  auto compiled = std::make_shared<RE2>(translated, options);
  if (!compiled->ok()) {
    std::string part = compiled->error_arg();
    if (part == translated) part = text;
    return Refuse(GoReason(compiled->error_code()), part);
  }
  if (foreign) return Refuse("invalid escape sequence", text.substr(*foreign, 2));
  return Pattern(std::string(text), std::move(compiled));
}

bool Pattern::Matches(std::string_view subject) const {
  if (ValidPrefix(subject) != subject.size()) return RE2::PartialMatch(Repaired(subject), *compiled_);
  return RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), *compiled_);
}

bool StringMatcher::operator()(StringId id) {
  if (id.value >= known_.size()) known_.resize(strings_->size(), 0);
  uint8_t& known = known_[id.value];
  if (known == 0) known = pattern_->Matches(strings_->View(id)) ? 2 : 1;
  return known == 2;
}

}  // namespace seep::profile

#include "profile/pattern.h"

#include <re2/re2.h>

#include <algorithm>
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

// What RE2 lets pass, or words otherwise, and Go refuses: its place and Go's error.
struct Refused {
  size_t at = 0;
  std::string_view reason, part;
};

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Goes through the characters of an expression, telling escapes, classes and groups apart.
class Translator {
 public:
  explicit Translator(std::string_view text) : text_(text) {
    const size_t valid = ValidPrefix(text);
    for (size_t i = 0; i < valid && !refused;) i += Next(i);
    if (valid < text.size() && !refused) refused = {valid, "invalid UTF-8", text.substr(valid)};
  }

  // Go's syntax in RE2's of 2022: (?<name>...) is (?P<name>...).
  std::string translated;
  std::optional<Refused> refused;

 private:
  // Copies what stands at `i`; its length.
  size_t Next(size_t i) {
    const std::string_view rest = text_.substr(i);
    size_t length = 1;
    if (rest.starts_with("\\Q") && !in_class_) {
      length = std::min(rest.find("\\E", 2), rest.size() - 2) + 2;
    } else if (rest[0] == '\\') {
      if (rest.starts_with("\\C")) refused = {i, "invalid escape sequence", rest.substr(0, 2)};
      length = std::min<size_t>(rest.size(), 2);
    } else if (in_class_) {
      in_class_ = rest[0] != ']';
    } else if (rest[0] == '[') {
      in_class_ = true;
      if (rest.substr(length).starts_with('^')) ++length;
      if (rest.substr(length).starts_with(']')) ++length;
    } else if (rest.starts_with("(?<") || rest.starts_with("(?P<")) {
      length = rest.find('<') + 1;
      const std::string_view name = rest.substr(length, rest.find('>', length) - length);
      if (rest.find('>') != std::string_view::npos && !std::ranges::all_of(name, IsNameCharacter))
        refused = {i, "invalid named capture", rest.substr(0, length + name.size() + 1)};
      translated += "(?P<";
      return length;
    }
    translated += rest.substr(0, length);
    return length;
  }

  std::string_view text_;
  bool in_class_ = false;
};

RE2::Options GoOptions() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(int64_t{64} << 20);
  return options;
}

// Errors that more text could mend.
bool IsOpenEnd(RE2::ErrorCode code) {
  return code == RE2::ErrorMissingBracket || code == RE2::ErrorMissingParen ||
         code == RE2::ErrorTrailingBackslash;
}

std::unexpected<Error> Refuse(const RE2& failed, std::string_view text, const std::string& translated) {
  std::string part = failed.error_arg();
  if (part == translated) part = text;
  // Named groups that were written without the P.
  if (part.starts_with("(?P<") && text.find(part) == std::string_view::npos) part.erase(2, 1);
  if (failed.error_code() == RE2::ErrorRepeatSize && part.ends_with('?')) part.pop_back();
  return Refuse(GoReason(failed.error_code()), part);
}

}  // namespace

Pattern::Pattern(std::string text, std::shared_ptr<const re2::RE2> compiled)
    : text_(std::move(text)), compiled_(std::move(compiled)) {}

Result<Pattern> Pattern::Compile(std::string_view text) {
  const Translator parts(text);
  if (parts.refused) {
    // Go reports the first error; there may be one before.
    const std::string_view before = text.substr(0, parts.refused->at);
    const std::string translated = Translator(before).translated;
    const RE2 compiled(translated, GoOptions());
    if (!compiled.ok() && !IsOpenEnd(compiled.error_code())) return Refuse(compiled, text, translated);
    return Refuse(parts.refused->reason, parts.refused->part);
  }
  auto compiled = std::make_shared<RE2>(parts.translated, GoOptions());
  if (!compiled->ok()) return Refuse(*compiled, text, parts.translated);
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

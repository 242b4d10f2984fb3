#include "parse/knowledge/fields.h"

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace seep::parse {
namespace {

// Enough of a wrong value to recognise it.
std::string Quoted(std::string_view text) {
  constexpr size_t kShown = 60;
  std::string shown = Printable(text.substr(0, kShown));
  return fmt::format("'{}{}'", shown, text.size() > kShown ? "..." : "");
}

std::string Found(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kScalar ? Quoted(node.text) : std::string(Name(node.kind));
}

std::unexpected<Error> At(const Place& place, uint32_t line, std::string_view message, std::string hint) {
  const std::string path = place.Path();
  return Fail(ErrorCode::kBadInput,
              path.empty() ? std::string(message) : fmt::format("{}: {}", path, message),
              fmt::format("{}:{}", place.File(), line), std::move(hint));
}

}  // namespace

std::string Place::Path() const {
  if (parent == nullptr) return {};
  std::string path = parent->Path();
  if (index >= 0) return fmt::format("{}[{}]", path, index);
  return path.empty() ? Printable(key) : fmt::format("{}.{}", path, Printable(key));
}

std::unexpected<Error> FieldError(const Place& place, uint32_t line, std::string_view expected,
                                  std::string_view found, std::string hint) {
  return At(place, line, fmt::format("expected {}, found {}", expected, found), std::move(hint));
}

std::unexpected<Error> UnknownWord(const Place& place, uint32_t line, std::string_view what,
                                   std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view near = DidYouMean(word, known);
  return At(place, line,
            fmt::format("unknown {} {}; expected one of: {}", what, Quoted(word), fmt::join(known, ", ")),
            near.empty() ? std::string() : fmt::format("did you mean '{}'?", near));
}

Status ReadText(const YamlNode& node, const Place& place, std::string& out) {
  if (node.kind != YamlNode::Kind::kScalar) return FieldError(place, node.line, "a text", Found(node));
  std::string_view text = node.text;
  while (text.ends_with('\n')) text.remove_suffix(1);
  out = text;
  return {};
}

Status ReadWords(const YamlNode& node, const Place& place, std::vector<std::string>& out) {
  std::vector<std::string> words;
  if (node.kind == YamlNode::Kind::kScalar) {
    words.push_back(node.text);
  } else if (node.kind == YamlNode::Kind::kList) {
    for (size_t i = 0; i < node.children.size(); ++i) {
      const Place here{&place, {}, static_cast<int>(i)};
      SEEP_TRY_VOID(ReadText(node.children[i], here, words.emplace_back()));
    }
  } else {
    return FieldError(place, node.line, "a list of texts", Found(node));
  }
  for (size_t i = 0; i < words.size(); ++i)
    if (words[i].empty()) return FieldError(place, node.line, "texts that are not empty", "an empty one");
  out = std::move(words);
  return {};
}

Status ReadNumber(const YamlNode& node, const Place& place, double& out) {
  double value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, value);
  if (node.kind != YamlNode::Kind::kScalar || error != std::errc() || stop != end || !std::isfinite(value) ||
      value < 0)
    return FieldError(place, node.line, "a number, 0 or more", Found(node));
  out = value;
  return {};
}

Status ReadCount(const YamlNode& node, const Place& place, uint64_t& out) {
  uint64_t value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, value);
  if (node.kind != YamlNode::Kind::kScalar || error != std::errc() || stop != end)
    return FieldError(place, node.line, "a whole number, 0 or more", Found(node));
  out = value;
  return {};
}

Status ReadBool(const YamlNode& node, const Place& place, bool& out) {
  constexpr std::string_view kWords[] = {"false", "true"};
  SEEP_TRY(const size_t index, ReadChoice(node, place, kWords));
  out = index == 1;
  return {};
}

Result<size_t> ReadChoice(const YamlNode& node, const Place& place, std::span<const std::string_view> words) {
  if (node.kind != YamlNode::Kind::kScalar)
    return FieldError(place, node.line, fmt::format("one of: {}", fmt::join(words, ", ")), Found(node));
  for (size_t i = 0; i < words.size(); ++i)
    if (words[i] == node.text) return i;
  return UnknownWord(place, node.line, "word", node.text, {words.begin(), words.end()});
}

}  // namespace seep::parse

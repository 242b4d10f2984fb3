#include "parse/knowledge/yaml_node.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <istream>
#include <optional>
#include <streambuf>

#include "parse/knowledge/plain_yaml.h"

namespace seep::parse {
namespace {

constexpr size_t kMaxBytes = size_t{4} << 20;
constexpr size_t kMaxNodes = 200'000;
constexpr size_t kMaxDepth = 32;
constexpr size_t kMaxKeys = 256;  // of one map: looking for duplicates is quadratic

// yaml-cpp wants a stream; this one reads the bytes where they are.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view bytes) {
    char* begin = const_cast<char*>(bytes.data());  // streambuf's get area is never written to
    setg(begin, begin, begin + bytes.size());
  }
};

// Thrown by the handler and caught at the edge: yaml-cpp has no other way to be stopped.
struct Refused : std::exception {
  Refused(uint32_t at, std::string text) : line(at), what_text(std::move(text)) {}
  uint32_t line;
  std::string what_text;
};

uint32_t Line(const YAML::Mark& mark) {
  return mark.line < 0 ? 0 : static_cast<uint32_t>(mark.line) + 1;
}

YamlNode NodeAt(const YAML::Mark& mark, YamlNode::Kind kind) {
  YamlNode node;
  node.kind = kind;
  node.line = Line(mark);
  return node;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseExtras(mark, "", anchor);
    if (AwaitsKey()) throw Refused(Line(mark), "an empty key; expected a name before ':'");
    Attach(NodeAt(mark, YamlNode::Kind::kNull));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused(Line(mark), "an alias ('*name') is not supported; write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    RefuseExtras(mark, tag, anchor);
    if (AwaitsKey()) {
      RefuseDuplicate(mark, value);
      open_.back().key = value;
      open_.back().key_line = Line(mark);
      return;
    }
    YamlNode node = NodeAt(mark, YamlNode::Kind::kScalar);
    node.text = value;
    Attach(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Level {
    YamlNode node;
    std::optional<std::string> key = std::nullopt;  // read, its value not yet
    uint32_t key_line = 0;
  };

  bool AwaitsKey() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::kMap && !open_.back().key.has_value();
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    RefuseExtras(mark, tag, anchor);
    if (AwaitsKey()) throw Refused(Line(mark), "a list or map as a key; expected a name");
    if (open_.size() >= kMaxDepth)
      throw Refused(Line(mark), fmt::format("nested deeper than {} levels", kMaxDepth));
    open_.push_back({.node = NodeAt(mark, kind)});
  }

  void Close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Attach(std::move(node));
  }

  void Attach(YamlNode node) {
    if (++nodes_ > kMaxNodes) throw Refused(node.line, fmt::format("more than {} values", kMaxNodes));
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = open_.back();
    if (level.key.has_value()) {
      node.key = std::move(*level.key);
      node.key_line = level.key_line;
      level.key.reset();
    }
    level.node.children.push_back(std::move(node));
  }

  static void RefuseExtras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    // "!" is yaml-cpp's tag of quoted scalars, "?" of plain ones.
    if (!tag.empty() && tag != "!" && tag != "?")
      throw Refused(Line(mark), fmt::format("the tag '{}' is not supported; remove it", tag));
    if (anchor != 0) throw Refused(Line(mark), "an anchor ('&name') is not supported; remove it");
  }

  void RefuseDuplicate(const YAML::Mark& mark, const std::string& key) const {
    if (open_.back().node.children.size() >= kMaxKeys)
      throw Refused(Line(mark), fmt::format("more than {} keys in one map", kMaxKeys));
    for (const YamlNode& child : open_.back().node.children)
      if (child.key == key)
        throw Refused(Line(mark), fmt::format("the key '{}' is there twice; the first is on line {}", key,
                                              child.key_line));
  }

  YamlNode root_;
  std::vector<Level> open_;
  size_t nodes_ = 0;
};

std::unexpected<Error> Malformed(std::string_view name, uint32_t line, std::string what) {
  return Fail(ErrorCode::kBadInput, std::move(what), fmt::format("{}:{}", name, line));
}

}  // namespace

std::string_view Name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a text";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return "nothing";
}

Result<YamlNode> ReadYaml(std::string_view yaml, std::string_view name) {
  if (std::optional<YamlNode> plain = ReadPlainYaml(yaml)) return *std::move(plain);
  return ReadAnyYaml(yaml, name);
}

Result<YamlNode> ReadAnyYaml(std::string_view yaml, std::string_view name) {
  if (yaml.size() > kMaxBytes)
    return Fail(ErrorCode::kTooLarge,
                fmt::format("{} bytes of YAML; expected at most {}", yaml.size(), kMaxBytes),
                std::string(name), "split the file");
  try {
    ViewBuffer buffer(yaml);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    TreeBuilder builder;
    parser.HandleNextDocument(builder);
    YamlNode root = builder.TakeRoot();
    TreeBuilder rest;
    if (parser.HandleNextDocument(rest))
      return Malformed(name, rest.TakeRoot().line, "a second YAML document; expected one (remove the '---')");
    return root;
  } catch (const Refused& refused) {
    return Malformed(name, refused.line, refused.what_text);
  } catch (const YAML::Exception& error) {
    return Malformed(name, Line(error.mark), fmt::format("not YAML: {}", error.msg));
  }
}

}  // namespace seep::parse

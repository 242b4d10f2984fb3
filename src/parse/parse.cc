#include "parse/parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "parse/inflate/inflate.h"

namespace seep::parse {
namespace {

constexpr size_t kHead = 4096;

const Format* Recognise(const Sample& sample) {
  std::vector<const Format*> formats(AllFormats().begin(), AllFormats().end());
  std::ranges::sort(formats, [](const Format* a, const Format* b) {
    return a->priority != b->priority ? a->priority > b->priority : a->name < b->name;
  });
  for (const Format* format : formats)
    if (format->sniff(sample)) return format;
  return nullptr;
}

// A control character no text has among the first bytes.
bool IsBinary(std::string_view text) {
  return std::ranges::any_of(text.substr(0, 256),
                             [](unsigned char c) { return c < 0x20 && (c < '\t' || c > '\r') && c != 0x1b; });
}

std::string Hex(std::string_view bytes) {
  std::string out;
  for (const unsigned char c : bytes) out += fmt::format("{}{:02x}", out.empty() ? "" : " ", c);
  return out;
}

std::string_view FirstLineOf(std::string_view text) {
  return Trim(text.substr(0, text.find('\n')));
}

// Says what it is instead, as far as the first bytes tell.
Error Unrecognised(const model::Artifact& artifact, std::string_view bytes) {
  const std::string_view text = Trim(bytes.substr(0, kHead));
  const std::string expected = "expected a pprof profile, a goroutine dump, /metrics or a /proc file";
  Error error{ErrorCode::kNoEvidence, "", artifact.source, ""};
  if (text.empty()) {
    error.what = expected + ", found an empty answer";
    error.hint = "was the disk full, or the request cut short? Take it again";
  } else if (text.starts_with("<") &&
             (text.find("<html") != text.npos || text.find("<!DOCTYPE") != text.npos ||
              text.find("<!doctype") != text.npos || text.find("<HTML") != text.npos)) {
    error.what = expected + ", found an HTML page";
    error.hint = "is this the pprof port and path? A proxy or a login page may have answered";
  } else if (text.find("404") != text.npos || text.find("not found") != text.npos ||
             text.find("Not Found") != text.npos) {
    error.what = expected + ", found an error page: " + Printable(FirstLineOf(text).substr(0, 60));
    error.hint = "the address has no such profile; look at /debug/pprof/ on the same port";
  } else if (IsBinary(text)) {
    error.what = expected + ", found binary data: " + Hex(text.substr(0, 8));
    error.hint = "a pprof profile begins with 1f 8b when compressed, as Go writes it";
  } else {
    error.what = expected + ", found: " + Printable(FirstLineOf(text).substr(0, 40));
    error.hint = "if it is a goroutine dump, it must hold a line like 'goroutine 1 [running]:'";
  }
  return error;
}

}  // namespace

Result<std::vector<model::Snapshot>> ParseArtifact(const model::Artifact& artifact, Context& context) {
  if (artifact.error) return Fail(*artifact.error);
  auto inflated = Inflate(artifact.bytes, context.limits);
  if (!inflated) {
    Error error = std::move(inflated).error();
    error.where = artifact.source;
    return Fail(std::move(error));
  }
  const std::string_view bytes = inflated->bytes.view();
  const Format* format = Recognise({artifact.name, bytes.substr(0, kHead)});
  if (format == nullptr) return Fail(Unrecognised(artifact, bytes));
  auto fragments = format->parse(artifact, bytes, context);
  if (!fragments) {
    Error error = std::move(fragments).error();
    if (error.where.empty()) error.where = artifact.source;
    return Fail(std::move(error));
  }
  for (model::Snapshot& fragment : *fragments) {
    if (fragment.sources.empty())
      fragment.sources.push_back(
          {std::string(format->name), artifact.source, fragment.at, artifact.bytes.size()});
    if (inflated->truncated) {
      fragment.gaps.push_back(
          {artifact.name, artifact.source + ": the compressed data ends early; what came before was read",
           "take it again"});
    }
  }
  return fragments;
}

}  // namespace seep::parse

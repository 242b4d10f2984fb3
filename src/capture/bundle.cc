#include "capture/bundle.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/cursor.h"
#include "base/text.h"

namespace seep::capture {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMagic = "seep-bundle ";
constexpr std::string_view kVersion = "1";
constexpr size_t kMaxHeader = 64 * 1024;
constexpr int kLevel = 3;
// A bundle may claim anything. Goroutine dumps, the most repetitive evidence there is, pack 100 to 200 : 1;
// zstd itself can do 30,000 : 1. All members together may unpack to this many times the bundle's size (or to
// kFreeBytes).
constexpr uint64_t kMaxRatio = 2000;
constexpr uint64_t kFreeBytes = uint64_t{64} << 20;
// The writer's own bundles always pass the reader's limit: it packs better than 1000 : 1 only while such
// members have together no more than 32 MiB. (1000 x + 32 MiB is at most 2000 x or 64 MiB, whichever is
// more.)
constexpr uint64_t kWriteRatio = 1000;
constexpr uint64_t kWriteFree = kFreeBytes / 2;

constexpr std::array<std::pair<ErrorCode, const char*>, 8> kCodes = {
    {{ErrorCode::kBadInput, "bad-input"},
     {ErrorCode::kNotFound, "not-found"},
     {ErrorCode::kPermission, "permission"},
     {ErrorCode::kTooLarge, "too-large"},
     {ErrorCode::kTimeout, "timeout"},
     {ErrorCode::kUnavailable, "unavailable"},
     {ErrorCode::kUnsupported, "unsupported"},
     {ErrorCode::kUsage, "usage"}}};

const char* CodeName(ErrorCode code) {
  const auto* found = std::ranges::find(kCodes, code, &std::pair<ErrorCode, const char*>::first);
  return found == kCodes.end() ? "bad-input" : found->second;
}

ErrorCode CodeOf(std::string_view name) {
  for (const auto& [code, text] : kCodes) {
    if (name == text) return code;
  }
  return ErrorCode::kBadInput;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The packed form, or nothing where packing does not pay (profiles are gzip already).
std::string Pack(std::string_view bytes, uint64_t& free_left) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), kLevel);
  if (ZSTD_isError(size) != 0 || size >= bytes.size()) return {};
  if (bytes.size() / size > kWriteRatio) {
    if (bytes.size() > free_left) return {};
    free_left -= bytes.size();
  }
  packed.resize(size);
  return packed;
}

void WriteMember(const model::Artifact& artifact, uint64_t& free_left, std::string& out) {
  Json header;
  header["name"] = artifact.name;
  header["source"] = artifact.source;
  if (!artifact.target.empty()) header["target"] = artifact.target;
  if (artifact.round >= 0) header["round"] = artifact.round;
  if (artifact.at) header["at"] = FormatTime(*artifact.at);
  if (artifact.modified) header["modified"] = FormatTime(*artifact.modified);
  if (artifact.error) {
    const Error& e = *artifact.error;
    header["error"] = {{"code", CodeName(e.code)}, {"what", e.what}, {"where", e.where}, {"hint", e.hint}};
    out += Dump(header) + "\n";
    return;
  }
  const std::string_view bytes = artifact.bytes.view();
  const std::string packed = Pack(bytes, free_left);
  const std::string_view stored = packed.empty() ? bytes : std::string_view(packed);
  header["encoding"] = packed.empty() ? "none" : "zstd";
  header["size"] = bytes.size();
  header["stored"] = stored.size();
  out += Dump(header) + "\n";
  out += stored;
  out += '\n';
}

std::string Text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<uint64_t> Number(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<uint64_t>();
}

// Unpacks to exactly `size` bytes. The memory grows with what really comes out, not with what the header
// claims.
std::optional<std::string> Unpack(std::string_view stored, uint64_t size) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::string bytes;
  std::string block(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{stored.data(), stored.size(), 0};
  while (true) {
    ZSTD_outBuffer out{block.data(), block.size(), 0};
    const size_t left = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(left) != 0 || out.pos > size - bytes.size()) return std::nullopt;
    bytes.append(block.data(), out.pos);
    if (left == 0 && in.pos == in.size) break;
    if (in.pos == in.size && out.pos < block.size()) return std::nullopt;  // cut off
  }
  if (bytes.size() != size) return std::nullopt;
  return bytes;
}

class Reader {
 public:
  Reader(const Bytes& bytes, const CaptureOptions& options, const std::string& source)
      : bytes_(bytes),
        in_(bytes.view()),
        max_members_(options.max_files),
        max_unpacked_(std::min(options.max_file, std::max(kFreeBytes, bytes.size() * kMaxRatio))),
        source_(source) {}

  Result<Captured> Read() {
    SEEP_TRY_VOID(Magic());
    while (Member()) {
    }
    if (!end_seen_) Cut();
    return std::move(captured_);
  }

 private:
  Status Magic() {
    const std::string_view line = in_.Line();
    if (!line.starts_with(kMagic)) {
      return Fail(ErrorCode::kBadInput, "expected a bundle's first line \"seep-bundle 1\"", source_);
    }
    if (line.substr(kMagic.size()) == kVersion) return {};
    return Fail(ErrorCode::kUnsupported,
                fmt::format("expected bundle version {}, found \"{}\"", kVersion,
                            Printable(line.substr(kMagic.size(), 20))),
                source_, "a newer seep wrote it: use that one");
  }

  // False at the end, wherever that is.
  bool Member() {
    const std::string_view head = in_.Rest().substr(0, kMaxHeader);
    const size_t newline = head.find('\n');
    if (newline == std::string_view::npos) return false;
    const Json header = Json::parse(in_.Line(), nullptr, false);
    if (!header.is_object()) return false;
    if (header.contains("end")) {
      end_seen_ = true;
      const auto expected = Number(header, "end");
      if (expected && *expected != members_) {
        AddGap("members of " + source_, fmt::format("{} were written, {} are there", *expected, members_),
               "copy the bundle again");
      }
      return false;
    }
    if (members_ == max_members_) {
      AddGap("the rest of " + source_, fmt::format("a bundle may hold {}", Plural(max_members_, "member")),
             "--max-files raises it");
      end_seen_ = true;
      return false;
    }
    if (const auto gap = header.find("gap"); gap != header.end()) {
      if (gap->is_object()) AddGap(Text(*gap, "what"), Text(*gap, "why"), Text(*gap, "how"));
      ++members_;
      return true;
    }
    return Artifact(header);
  }

  bool Artifact(const Json& header) {
    model::Artifact artifact;
    artifact.name = Text(header, "name");
    artifact.source = Text(header, "source");
    if (artifact.source.empty()) artifact.source = source_ + ":" + artifact.name;
    artifact.target = Text(header, "target");
    if (const auto round = Number(header, "round"); round && *round < 1'000'000)
      artifact.round = static_cast<int>(*round);
    artifact.at = ParseTime(Text(header, "at"));
    artifact.modified = ParseTime(Text(header, "modified"));
    if (const auto error = header.find("error"); error != header.end() && error->is_object()) {
      artifact.error = Error{CodeOf(Text(*error, "code")), Text(*error, "what"), Text(*error, "where"),
                             Text(*error, "hint")};
    } else if (!Content(header, artifact)) {
      return false;
    }
    captured_.artifacts.push_back(std::move(artifact));
    ++members_;
    return true;
  }

  bool Content(const Json& header, model::Artifact& artifact) {
    const auto size = Number(header, "size");
    const auto stored_size = Number(header, "stored");
    if (!size || !stored_size) return false;
    const size_t at = bytes_.size() - in_.Left();
    const auto stored = in_.Take(*stored_size);
    if (!stored || !in_.Skip('\n')) return false;
    const std::string encoding = Text(header, "encoding");
    auto bad = [&](ErrorCode code, std::string what, std::string hint = "copy the bundle again") {
      artifact.error = Error{code, std::move(what), source_ + ":" + artifact.name, std::move(hint)};
    };
    if (encoding != "none" && encoding != "zstd") {
      bad(ErrorCode::kUnsupported,
          fmt::format("expected encoding none or zstd, found \"{}\"", Printable(encoding.substr(0, 20))),
          "a newer seep wrote it: use that one");
    } else if (*size > max_unpacked_ - unpacked_) {
      bad(ErrorCode::kTooLarge,
          fmt::format("the bundle's members would unpack to more than {}",
                      FormatBytes(static_cast<double>(max_unpacked_))),
          "no evidence packs that well: this bundle is damaged or hostile; --max-file bounds it too");
    } else if (encoding == "none") {
      if (*size != *stored_size)
        bad(ErrorCode::kBadInput, "size and stored differ though it is not packed");
      else
        artifact.bytes = bytes_.Part(at, *size);
    } else if (auto text = Unpack(*stored, *size)) {
      unpacked_ += *size;
      artifact.bytes = Bytes(std::move(*text));
    } else {
      bad(ErrorCode::kBadInput, fmt::format("expected {} of zstd data, found damage", Plural(*size, "byte")));
    }
    return true;
  }

  void Cut() {
    AddGap("the end of " + source_, fmt::format("the bundle is cut off after {}", Plural(members_, "member")),
           "copy or capture it again");
  }

  void AddGap(std::string what, std::string why, std::string how) {
    captured_.gaps.push_back({std::move(what), std::move(why), std::move(how)});
  }

  const Bytes& bytes_;
  Cursor in_;
  uint64_t max_members_;
  uint64_t max_unpacked_;
  const std::string& source_;
  Captured captured_;
  uint64_t members_ = 0;
  uint64_t unpacked_ = 0;
  bool end_seen_ = false;
};

}  // namespace

std::string WriteBundle(const Captured& captured) {
  std::string out = fmt::format("{}{}\n", kMagic, kVersion);
  uint64_t free_left = kWriteFree;
  for (const model::Artifact& artifact : captured.artifacts) WriteMember(artifact, free_left, out);
  for (const model::Gap& gap : captured.gaps) {
    out += Dump(Json{{"gap", {{"what", gap.what}, {"why", gap.why}, {"how", gap.how}}}}) + "\n";
  }
  out += Dump(Json{{"end", captured.artifacts.size() + captured.gaps.size()}}) + "\n";
  return out;
}

Result<Captured> ReadBundle(const Bytes& bytes, const CaptureOptions& options, const std::string& source) {
  return Reader(bytes, options, source).Read();
}

}  // namespace seep::capture

#include "parse/inflate/inflate.h"

#include <fmt/format.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/text.h"

namespace seep::parse {
namespace {

// Below this the ratio says nothing: a few bytes of zstd may well stand for a few hundred kilobytes of one
// letter.
constexpr uint64_t kAlwaysAllowed = 1 << 20;

// malloc'ed rather than a std::string: realloc moves pages instead of bytes, and fresh room is never touched
// before it is written, so a guess that is far too large costs address space only.
class Output {
 public:
  explicit Output(uint64_t limit) : limit_(limit) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { std::free(data_); }

  char* end() const { return data_ + size_; }
  size_t room() const { return capacity_ - size_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool AtLimit() const { return capacity_ >= limit_; }
  void Wrote(size_t n) { size_ += n; }

  // Makes room for `capacity` bytes, at most the limit; false when the machine has not that much.
  bool Reserve(uint64_t capacity) {
    capacity = std::min(capacity, limit_);
    if (capacity <= capacity_) return true;
    void* larger = std::realloc(data_, capacity);
    if (larger == nullptr) return false;
    data_ = static_cast<char*>(larger);
    capacity_ = capacity;
    return true;
  }
  bool Grow() { return Reserve(std::max<uint64_t>(uint64_t{capacity_} * 2, 64 * 1024)); }

  Bytes Release() {
    if (size_ == 0) return Bytes();
    if (void* smaller = std::realloc(data_, size_); smaller != nullptr) data_ = static_cast<char*>(smaller);
    capacity_ = 0;
    char* const data = std::exchange(data_, nullptr);  // first, so that nothing can free it twice
    std::shared_ptr<const void> owner(data, [](const void* p) { std::free(const_cast<void*>(p)); });
    return Bytes(std::move(owner), {data, std::exchange(size_, 0)});
  }

 private:
  uint64_t limit_;
  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

Error TooLarge(std::string_view format, size_t input, const ParseLimits& limits) {
  if (input * limits.inflate_ratio < limits.inflated_bytes) {
    return {
        ErrorCode::kTooLarge,
        fmt::format("{} data of {} unpacks to more than {} times its size: refused as a decompression bomb",
                    format, FormatBytes(static_cast<double>(input)), limits.inflate_ratio),
        "", "if it is genuine, unpack it with a tool of your own and give seep the result"};
  }
  return {ErrorCode::kTooLarge,
          fmt::format("{} data unpacks to more than the limit of {}", format,
                      FormatBytes(static_cast<double>(limits.inflated_bytes))),
          "", "raise --max-inflated"};
}

Error NoMemory(std::string_view format, uint64_t wanted) {
  return {ErrorCode::kTooLarge,
          fmt::format("no memory for the {} the {} data unpacks to", FormatBytes(static_cast<double>(wanted)),
                      format),
          "", "run seep where there is more"};
}

Error Damaged(std::string_view format, std::string_view detail) {
  return {ErrorCode::kBadInput, fmt::format("damaged {} data: {}", format, detail), "",
          "it may have passed through something that changes bytes (a text-mode copy, a terminal); take it "
          "again"};
}

uint64_t Allowed(size_t input, const ParseLimits& limits) {
  return std::min(limits.inflated_bytes, std::max(kAlwaysAllowed, input * limits.inflate_ratio));
}

bool IsGzip(std::string_view s) {
  return s.starts_with("\x1f\x8b");
}
bool IsZstd(std::string_view s) {
  return s.starts_with("\x28\xb5\x2f\xfd");
}

// What follows the last member: nothing, or the zeros that tape and block devices pad with (gzip(1) skips
// them, too).
bool OnlyPadding(std::string_view rest) {
  return rest.find_first_not_of('\0') == rest.npos;
}

enum class Member { kDone, kCutOff };

// One member by zlib, which unlike libdeflate hands out what it has when the input ends.
Result<Member> SlowMember(std::string_view& rest, Output& out, size_t input, const ParseLimits& limits) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return Fail(NoMemory("gzip", 64 * 1024));
  const std::unique_ptr<z_stream, int (*)(z_stream*)> close(&stream, inflateEnd);
  while (true) {
    if (out.room() == 0) {
      if (out.AtLimit()) return Fail(TooLarge("gzip", input, limits));
      if (!out.Grow()) return Fail(NoMemory("gzip", uint64_t{out.capacity()} * 2));
    }
    // avail_in and avail_out are 32 bits wide: at most a gigabyte at a time.
    constexpr size_t kStep = size_t{1} << 30;
    const auto in_step = static_cast<uInt>(std::min(rest.size(), kStep));
    const auto out_step = static_cast<uInt>(std::min(out.room(), kStep));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
    stream.avail_in = in_step;
    stream.next_out = reinterpret_cast<Bytef*>(out.end());
    stream.avail_out = out_step;
    const int code = inflate(&stream, Z_NO_FLUSH);
    rest.remove_prefix(in_step - stream.avail_in);
    out.Wrote(out_step - stream.avail_out);
    if (code == Z_STREAM_END) return Member::kDone;
    if (code != Z_OK && code != Z_BUF_ERROR)
      return Fail(Damaged("gzip", stream.msg != nullptr ? stream.msg : "not readable"));
    if (rest.empty() && stream.avail_out != 0) return Member::kCutOff;
  }
}

// One member by libdeflate. It has no streams: when the room is too small it starts again with twice as much.
Result<Member> FastMember(libdeflate_decompressor* decompressor, std::string_view& rest, Output& out,
                          size_t input, const ParseLimits& limits) {
  while (true) {
    size_t used = 0;
    size_t written = 0;
    const libdeflate_result code = libdeflate_gzip_decompress_ex(decompressor, rest.data(), rest.size(),
                                                                 out.end(), out.room(), &used, &written);
    switch (code) {
      case LIBDEFLATE_SUCCESS:
        rest.remove_prefix(used);
        out.Wrote(written);
        return Member::kDone;
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if (out.AtLimit()) return Fail(TooLarge("gzip", input, limits));
        if (!out.Grow()) return Fail(NoMemory("gzip", uint64_t{out.capacity()} * 2));
        break;
      default:  // cut off or damaged: libdeflate does not tell which
        return SlowMember(rest, out, input, limits);
    }
  }
}

// Bytes to make room for at first: the last four bytes of a whole single-member file are its size (RFC 1952,
// ISIZE).
uint64_t GuessGzip(std::string_view input) {
  uint64_t size = 0;
  for (size_t i = 0; i < 4 && input.size() >= 18; ++i)
    size |= uint64_t{static_cast<unsigned char>(input[input.size() - 4 + i])} << (8 * i);
  const bool credible = size >= input.size() / 2 && size <= input.size() * 1032;
  // One byte more than the size, so that a full buffer always means "too small".
  return credible ? size + 1 : uint64_t{input.size()} * 4 + 64;
}

Result<Inflated> InflateGzip(std::string_view input, const ParseLimits& limits) {
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  Output out(Allowed(input.size(), limits));
  if (decompressor == nullptr) return Fail(NoMemory("gzip", 64 * 1024));
  if (!out.Reserve(GuessGzip(input)) && !out.Reserve(uint64_t{input.size()} * 4) && !out.Grow())
    return Fail(NoMemory("gzip", input.size()));
  std::string_view rest = input;
  Inflated result;
  while (IsGzip(rest)) {
    SEEP_TRY(const Member member, FastMember(decompressor.get(), rest, out, input.size(), limits));
    result.truncated = member == Member::kCutOff;
    if (result.truncated) break;
  }
  if (!result.truncated) {
    // A next member whose first bytes are missing, or something glued on: what came before stands on its own
    // checksum.
    result.trailing = rest.size();
    result.truncated = !OnlyPadding(rest);
  }
  if (result.truncated && out.size() == 0)
    return Fail(
        ErrorCode::kBadInput,
        fmt::format("gzip data ends after {}, before anything can be unpacked", Plural(input.size(), "byte")),
        "", "the copy is incomplete; take it again");
  result.bytes = out.Release();
  return result;
}

Result<Inflated> InflateZstd(std::string_view input, const ParseLimits& limits) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (context == nullptr) return Fail(NoMemory("zstd", 256 * 1024));
  Output out(Allowed(input.size(), limits));
  const unsigned long long said = ZSTD_getFrameContentSize(input.data(), input.size());
  const bool known = said != ZSTD_CONTENTSIZE_UNKNOWN && said != ZSTD_CONTENTSIZE_ERROR;
  // A size in the header is a claim: beyond sixteen times the input it has to prove itself by growing.
  if (!out.Reserve(std::min<uint64_t>(known ? said + 1 : input.size() * 4, input.size() * 16 + 64 * 1024)))
    return Fail(NoMemory("zstd", input.size()));
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  size_t expected = 1;  // 0: the last frame is complete
  while (true) {
    if (out.room() == 0) {
      if (out.AtLimit()) return Fail(TooLarge("zstd", input.size(), limits));
      if (!out.Grow()) return Fail(NoMemory("zstd", uint64_t{out.capacity()} * 2));
    }
    ZSTD_outBuffer step{out.end(), out.room(), 0};
    const size_t read_before = in.pos;
    expected = ZSTD_decompressStream(context.get(), &step, &in);
    out.Wrote(step.pos);
    if (ZSTD_isError(expected)) {
      if (out.size() != 0 && OnlyPadding(input.substr(read_before))) break;
      return Fail(Damaged("zstd", ZSTD_getErrorName(expected)));
    }
    if (in.pos == in.size && (expected == 0 || step.pos < step.size)) break;
  }
  Inflated result;
  result.truncated = expected != 0;
  if (result.truncated && out.size() == 0)
    return Fail(
        ErrorCode::kBadInput,
        fmt::format("zstd data ends after {}, before anything can be unpacked", Plural(input.size(), "byte")),
        "", "the copy is incomplete; take it again");
  result.bytes = out.Release();
  return result;
}

}  // namespace

Result<Inflated> Inflate(const Bytes& input, const ParseLimits& limits) {
  if (IsGzip(input.view())) return InflateGzip(input.view(), limits);
  if (IsZstd(input.view())) return InflateZstd(input.view(), limits);
  return Inflated{input, false};
}

}  // namespace seep::parse

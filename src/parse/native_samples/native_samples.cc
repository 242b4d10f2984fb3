#include "parse/native_samples/native_samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/number_at.h"

namespace seep::parse {
namespace {

constexpr std::string_view kMagic = "seepnat1";
constexpr uint64_t kWord = 8, kModuleSize = 32, kRecordSize = 16, kStackHead = 4;
constexpr uint64_t kMaxFrames = 1024, kMaxModules = 1 << 16;
constexpr size_t kMaxSizes = 256;  // of one stack; what more there are is in its sum only

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  Result<model::NativeSamples> Read() {
    if (!file_.starts_with(kMagic))
      return Fail(ErrorCode::kBadInput,
                  "no file of seep's native sampler: it does not begin with \"seepnat1\"");
    if (file_.size() < 20 * kWord)
      return Fail(ErrorCode::kBadInput,
                  fmt::format("a header of {} bytes is cut off after {}", 20 * kWord, file_.size()));
    out_.pid = Header(1);
    out_.rate = Header(2);
    out_.start_time = Header(3);
    out_.samples = Header(16);
    out_.frees = Header(17);
    out_.lost_blocks = Header(18);
    out_.lost_stacks = Header(19);
    if (Header(4) >= 22 * kWord) {
      out_.sampling = Header(20) != 0;
      out_.met = Header(21);
    }
    if (out_.rate == 0) return Fail(ErrorCode::kBadInput, "a sampling rate of 0 bytes");
    ReadModules();
    ReadStacks();
    ReadLive();
    return std::move(out_);
  }

 private:
  uint64_t Header(uint64_t word) const { return NumberAt<uint64_t>(file_, word * kWord).value_or(0); }

  void ReadModules() {
    const std::string_view table = PartAt(file_, Header(4));
    const std::string_view names = PartAt(file_, Header(6), Header(7));
    const uint64_t count = std::min({Header(13), Header(5), kMaxModules});
    for (uint64_t i = 0; i < count; ++i) {
      const auto start = NumberAt<uint64_t>(table, i * kModuleSize);
      const auto limit = NumberAt<uint64_t>(table, i * kModuleSize + 8);
      const auto bias = NumberAt<uint64_t>(table, i * kModuleSize + 16);
      const auto name = NumberAt<uint64_t>(table, i * kModuleSize + 24);
      if (!name) return;
      const auto path = TextAt(names, *name);
      if (!path || *start == 0 || *limit <= *start) continue;
      const bool known = std::ranges::any_of(
          out_.modules, [&](const model::NativeModule& m) { return m.start == *start && m.limit == *limit; });
      if (!known) out_.modules.push_back({*start, *limit, *bias, std::string(*path)});
    }
    std::ranges::sort(out_.modules, {}, &model::NativeModule::start);
  }

  void ReadStacks() {
    stacks_ = PartAt(file_, Header(11));
    const uint64_t words = std::min({Header(15), Header(12), uint64_t{stacks_.size() / kWord}});
    for (uint64_t at = 0; at + kStackHead <= words;) {
      const uint64_t frames = Word(at + 1);
      // A stack being written, and whatever is behind it.
      if (frames > kMaxFrames || frames > words - at - kStackHead || (frames == 0 && at != 0)) return;
      by_word_.emplace(at, out_.stacks.size());
      model::NativeStack stack;
      for (uint64_t i = 0; i < frames; ++i) stack.calls.push_back(Word(at + kStackHead + i));
      stack.allocated.objects = static_cast<double>(Word(at + 2)) / 1024;
      stack.allocated.bytes = static_cast<double>(Word(at + 3));
      out_.stacks.push_back(std::move(stack));
      at += kStackHead + frames;
    }
  }
  uint64_t Word(uint64_t index) const { return NumberAt<uint64_t>(stacks_, index * kWord).value_or(0); }

  // The size is one of few, and mostly the one that came last.
  static void AddSize(model::NativeStack& stack, uint64_t size, double objects) {
    const auto at = std::ranges::lower_bound(stack.sizes, size, {}, &model::NativeSize::bytes);
    if (at != stack.sizes.end() && at->bytes == size)
      at->objects += objects;
    else if (stack.sizes.size() < kMaxSizes)
      stack.sizes.insert(at, {size, objects});
  }

  void ReadLive() {
    const std::string_view keys = PartAt(file_, Header(8)), records = PartAt(file_, Header(9));
    const uint64_t slots =
        std::min({Header(10), uint64_t{keys.size() / kWord}, uint64_t{records.size() / kRecordSize}});
    for (uint64_t i = 0; i < slots; ++i) {
      if (NumberAt<uint64_t>(keys, i * kWord).value_or(0) <= 1) continue;
      const uint64_t size = NumberAt<uint64_t>(records, i * kRecordSize).value_or(0);
      const uint32_t word = NumberAt<uint32_t>(records, i * kRecordSize + 8).value_or(0);
      const uint32_t kind = NumberAt<uint32_t>(records, i * kRecordSize + 12).value_or(0);
      const auto found = by_word_.find(word);
      if (found == by_word_.end() || size == 0 || size >> 47 != 0) continue;
      // The chance with which a block of this size is sampled: it stands for its inverse of such blocks.
      const double bytes = static_cast<double>(size);
      const double stands_for = -1 / std::expm1(-bytes / static_cast<double>(out_.rate));
      model::NativeStack& stack = out_.stacks[found->second];
      (kind == 1 ? stack.live_mapped : stack.live).Add({stands_for, stands_for * bytes});
      if (kind != 1) AddSize(stack, size, stands_for);
      ++stack.live_samples;
    }
  }

  std::string_view file_, stacks_;
  std::unordered_map<uint64_t, size_t> by_word_;
  model::NativeSamples out_;
};

}  // namespace

Result<model::NativeSamples> ParseNativeSamples(std::string_view file) {
  return Reader(file).Read();
}

}  // namespace seep::parse

// Everything that is read of a process, of a recorded one with words changed: anywhere in what a first, clean
// run read, from the beginning on or in the middle of the reading. The first byte says whether the process is
// opened anew (a multiple of 8: that takes most of the time) or only read anew; then each ten bytes are one
// change:
//
//   u16 which of the words   u8 from which read on, in dozens   u8 how: as it is, xor, added   u32, u16 the
//   low and the high bits of the value
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/number_at.h"
#include "runtime/collections.h"
#include "runtime/dump_text.h"
#include "runtime/goroutine_profile.h"
#include "runtime/heap_profile.h"
#include "runtime/http_transports.h"
#include "runtime/poll_descriptors.h"
#include "runtime/recorded_process_for_test.h"
#include "runtime/spans.h"
#include "runtime/threads.h"

namespace seep::runtime {
namespace {

struct Change {
  uint64_t address = 0, value = 0;
  uint64_t from = 0;  // number of the read
  uint8_t how = 0;
};

class ChangedImage final : public model::ProcessImage {
 public:
  ChangedImage(const model::ProcessImage& base, std::vector<Change> changes)
      : base_(base), changes_(std::move(changes)) {}

  void Read(std::span<model::ReadPart> parts) const override {
    base_.Read(parts);
    for (model::ReadPart& part : parts) {
      ++reads_;
      if (part.ok && record != nullptr && part.to.size() <= 4096)
        for (uint64_t at = part.address & ~uint64_t{7}; at < part.address + part.to.size(); at += 8)
          record->push_back(at);
      for (const Change& c : changes_)
        if (part.ok && c.from <= reads_) Apply(c, part);
    }
  }
  const std::vector<model::MemoryRange>& ranges() const override { return base_.ranges(); }

  std::vector<uint64_t>* record = nullptr;

 private:
  static void Apply(const Change& c, const model::ReadPart& part) {
    if (c.address < part.address || c.address - part.address + 8 > part.to.size()) return;
    char* to = part.to.data() + (c.address - part.address);
    uint64_t word = 0;
    std::memcpy(&word, to, sizeof word);
    word = c.how % 3 == 0 ? c.value : c.how % 3 == 1 ? word ^ c.value : word + c.value;
    std::memcpy(to, &word, sizeof word);
  }

  const model::ProcessImage& base_;
  std::vector<Change> changes_;
  mutable uint64_t reads_ = 0;
};

// What it says does not matter here, only that it is said.
template <class T>
void Use(const T&) {}

void ReadEverything(const GoProcess& go) {
  PollDescriptors descriptors(go);
  HttpTransports transports(go);
  DumpText dump(go, uint64_t{1} << 40);
  GoroutineProfile profile(go);
  Use(ReadGoroutines(go, [&](const SeenGoroutine& seen) {
    descriptors.See(seen);
    transports.See(seen);
    dump.Add(seen);
    profile.Add(seen);
  }));
  Use(descriptors.Read());
  Use(profile.Take());
  Use(ReadSpans(go));
  Use(ReadThreads(go));
  const NamedGlobals globals = FindNamedGlobals(go);
  Use(ReadHeapProfile(go, globals));
  Use(ReadCollections(go, globals));
}

struct Base {
  std::unique_ptr<parse::core::CoreImage> image;
  GoProcess go;
  std::vector<uint64_t> words;  // that a clean run reads
};

Base MakeBase() {
  Base base;
  base.image = RecordedProcess(SEEP_SOURCE_DIR);
  if (base.image == nullptr) std::abort();
  ChangedImage clean(*base.image, {});
  clean.record = &base.words;
  auto go = OpenGoProcess(clean);
  if (!go) std::abort();
  base.go = std::move(*go);
  ReadEverything(base.go);
  std::ranges::sort(base.words);
  base.words.erase(std::ranges::unique(base.words).begin(), base.words.end());
  return base;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Base kBase = MakeBase();
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<Change> changes;
  constexpr size_t kRecord = 10, kMostChanges = 64;
  for (size_t at = 0; at + kRecord <= input.size() && changes.size() < kMostChanges; at += kRecord) {
    Change c;
    const uint64_t which = uint64_t{*seep::NumberAt<uint16_t>(input, at)} * kBase.words.size() >> 16;
    c.address = kBase.words[which];
    c.from = uint64_t{*seep::NumberAt<uint8_t>(input, at + 2)} * 12;
    c.how = *seep::NumberAt<uint8_t>(input, at + 3);
    c.value = *seep::NumberAt<uint32_t>(input, at + 4) | uint64_t{*seep::NumberAt<uint16_t>(input, at + 8)}
                                                             << 48;
    changes.push_back(c);
  }
  const ChangedImage image(*kBase.image, std::move(changes));
  if (data[0] % 8 == 0) {
    if (const auto go = OpenGoProcess(image)) ReadEverything(*go);
    return 0;
  }
  GoProcess go = kBase.go;
  go.image = &image;
  ReadEverything(go);
  return 0;
}

}  // namespace seep::runtime

#include "runtime/spans.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/number_at.h"
#include "runtime/globals.h"
#include "runtime/nearby_reads.h"

namespace seep::runtime {
namespace {

constexpr uint64_t kPage = 8192;                    // runtime/mheap.go pageSize
constexpr uint64_t kMostSpans = uint64_t{1} << 27;  // a terabyte of the smallest
constexpr uint64_t kSystemPage = 4096;
constexpr size_t kAtOnce = 4096;
constexpr uint64_t kArena = uint64_t{64} << 20;
constexpr size_t kMostArenas = 1 << 18;     // 16 TiB
constexpr uint8_t kInUse = 1, kManual = 2;  // mSpanState

struct Span {
  uint64_t start = 0, bytes = 0, objects = 0, object_bytes = 0, bits = 0;
  uint8_t state = 0, span_class = 0;
};

// Nothing where it is no span, or a hostile one: then no sum can run over.
bool ReadSpan(const Layout& layout, std::string_view bytes, Span& span) {
  const auto at = [](int32_t offset) { return static_cast<uint64_t>(offset); };
  // One that is given back stays in the list, to be used again; its other fields mean nothing.
  if (NumberAt<uint8_t>(bytes, at(layout.mspan_state)) == uint8_t{0}) return true;
  if (!LooksLikeSpan(layout, bytes)) return false;
  span.start = NumberAt<uint64_t>(bytes, at(layout.mspan_start)).value_or(0);
  span.bytes = NumberAt<uint64_t>(bytes, at(layout.mspan_npages)).value_or(0) * kPage;
  span.state = NumberAt<uint8_t>(bytes, at(layout.mspan_state)).value_or(0);
  span.span_class = NumberAt<uint8_t>(bytes, at(layout.mspan_span_class)).value_or(0);
  span.objects = NumberAt<uint16_t>(bytes, at(layout.mspan_alloc_count)).value_or(0);
  span.object_bytes = NumberAt<uint64_t>(bytes, at(layout.mspan_elem_size)).value_or(0);
  span.bits = NumberAt<uint64_t>(bytes, at(layout.mspan_alloc_bits)).value_or(0);
  if (span.state != kInUse) return true;
  return span.object_bytes > 0 && span.object_bytes <= span.bytes &&
         span.objects <= span.bytes / span.object_bytes;
}

class Sums {
 public:
  void Add(const Span& span, uint64_t record) {
    all_.a_span = record;
    if (span.state == kInUse && span.bits / kSystemPage != last_bits_) {
      last_bits_ = span.bits / kSystemPage;
      if (bits_.size() < kMostArenas) bits_.insert(last_bits_);
    }
    if (span.state == kManual || span.state == kInUse) AddArenas(span);
    if (span.state == kManual) all_.stack_bytes += span.bytes;
    if (span.state != kInUse) return;
    // spanClass: the number of the size class, and in bit 0 whether objects have no pointers.
    const bool large = span.span_class < 2, has_pointers = (span.span_class & 1) == 0;
    SizeClass& c = classes_[{large ? 0 : span.object_bytes, has_pointers}];
    c.object_bytes = large ? 0 : span.object_bytes;
    c.has_pointers = has_pointers;
    ++c.spans;
    c.objects += span.objects;
    c.live_bytes += span.objects * span.object_bytes;
    c.held_bytes += span.bytes;
  }
  void AddUnreadable(uint64_t count = 1) { all_.unreadable += count; }
  size_t size() const { return classes_.size(); }

  HeapSpans Take(uint64_t listed) {
    all_.listed = listed;
    for (const uint64_t page : bits_) all_.bit_pages.push_back(page * kSystemPage);
    for (const uint64_t i : arenas_) {
      if (all_.arenas.empty() || all_.arenas.back().second != i * kArena)
        all_.arenas.emplace_back(i * kArena, i * kArena);
      all_.arenas.back().second = (i + 1) * kArena;
    }
    for (const auto& [key, c] : classes_) {
      all_.objects += c.objects;
      all_.live_bytes += c.live_bytes;
      all_.held_bytes += c.held_bytes;
      all_.classes.push_back(c);
    }
    std::ranges::sort(all_.classes, [](const SizeClass& a, const SizeClass& b) {
      if (a.live_bytes != b.live_bytes) return a.live_bytes > b.live_bytes;
      return std::pair(a.object_bytes, a.has_pointers) < std::pair(b.object_bytes, b.has_pointers);
    });
    return std::move(all_);
  }

 private:
  void AddArenas(const Span& span) {
    const uint64_t last = (span.start + span.bytes - 1) / kArena;
    for (uint64_t i = span.start / kArena; i <= last && arenas_.size() < kMostArenas; ++i) arenas_.insert(i);
  }

  HeapSpans all_;
  std::set<uint64_t> arenas_;
  std::set<uint64_t> bits_;  // pages
  uint64_t last_bits_ = 0;
  // 68 sizes, with and without pointers.
  std::map<std::pair<uint64_t, bool>, SizeClass> classes_;
};

constexpr size_t kMostClasses = 1 << 12;  // of hostile memory

}  // namespace

Result<HeapSpans> ReadSpans(const GoProcess& process) {
  struct {
    uint64_t address = 0, length = 0;
  } list;
  const uint64_t global = process.globals.allspans;
  if (global == 0 || !process.image->ReadInto(global, {reinterpret_cast<char*>(&list), sizeof list}))
    return Fail(ErrorCode::kUnavailable, "the runtime's list of spans was not found in its memory", "",
                "take another look: it is moved when it grows");
  if (list.length > kMostSpans)
    return Fail(ErrorCode::kBadInput, fmt::format("a list of {} spans: that is no length", list.length));
  const Layout& layout = *process.layout;
  Sums sums;
  NearbyReads reads(*process.image);
  std::vector<uint64_t> addresses;
  for (uint64_t at = 0; at < list.length; at += addresses.size()) {
    addresses.assign(std::min<uint64_t>(kAtOnce, list.length - at), 0);
    if (!process.image->ReadInto(list.address + 8 * at,
                                 {reinterpret_cast<char*>(addresses.data()), 8 * addresses.size()})) {
      // The list was moved, or ends before it says so: what follows is not there either.
      if (at == 0)
        return Fail(ErrorCode::kUnavailable, "the list of spans cannot be read", "", "take another look");
      sums.AddUnreadable(list.length - at);
      break;
    }
    reads.Clear();
    for (const uint64_t address : addresses) reads.Add(address, static_cast<size_t>(layout.mspan_size));
    reads.Fetch();
    for (size_t i = 0; i < addresses.size(); ++i) {
      Span span;
      if (ReadSpan(layout, reads[i], span) && sums.size() < kMostClasses)
        sums.Add(span, addresses[i]);
      else
        sums.AddUnreadable();
    }
  }
  return sums.Take(list.length);
}

}  // namespace seep::runtime

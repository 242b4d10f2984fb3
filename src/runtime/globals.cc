#include "runtime/globals.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/number_at.h"

namespace seep::runtime {
namespace {

using model::ProcessImage;

constexpr uint64_t kMostData = uint64_t{1} << 30;      // of one module that is looked through
constexpr uint64_t kMostElements = uint64_t{1} << 28;  // of a list: more is no length
constexpr size_t kProbed = 8;                          // elements of a list that must look right
constexpr uint32_t kScanBit = 0x1000;                  // _Gscan (runtime/runtime2.go)

// A slice as it stands in data: {address, length, capacity}.
struct Slice {
  uint64_t address = 0, length = 0, capacity = 0;
};

// A stretch of a program's data, and a sink for each of its words.
class DataWalk {
 public:
  DataWalk(const ProcessImage& image, uint64_t begin, uint64_t end)
      : image_(image), begin_(begin), end_(end) {}

  // Calls visit(address, the three words from there on) for every aligned word that can be read and is not 0.
  // Pages of zeros, of which some programs have many megabytes, are passed over; the others are added to
  // `touched`, where there is one.
  template <class Visit>
  void Words(Visit visit, std::vector<std::pair<uint64_t, uint64_t>>* touched = nullptr) {
    constexpr uint64_t kPiece = 1 << 20, kPage = 4096;
    std::string bytes;
    for (uint64_t at = begin_; at < end_; at += kPiece) {
      bytes.resize(std::min<uint64_t>(kPiece + 2 * sizeof(uint64_t), end_ - at));
      if (!image_.ReadInto(at, bytes)) continue;
      for (size_t page = 0; page < bytes.size() && page < kPiece; page += kPage) {
        const size_t size = std::min<size_t>(kPage, bytes.size() - page);
        if (IsZero(std::string_view(bytes).substr(page, size))) continue;
        if (touched != nullptr) Touch(*touched, at + page, at + page + size);
        for (size_t i = page; i + sizeof(uint64_t) <= page + size; i += 8) {
          Slice words;  // behind the end of the data there is nothing
          std::memcpy(&words, bytes.data() + i, std::min(sizeof words, bytes.size() - i));
          if (words.address != 0) visit(at + i, words);
        }
      }
    }
  }

 private:
  static bool IsZero(std::string_view page) {
    return page.front() == 0 && std::memcmp(page.data(), page.data() + 1, page.size() - 1) == 0;
  }
  static void Touch(std::vector<std::pair<uint64_t, uint64_t>>& touched, uint64_t begin, uint64_t end) {
    if (!touched.empty() && touched.back().second == begin)
      touched.back().second = end;
    else
      touched.emplace_back(begin, end);
  }

  const ProcessImage& image_;
  uint64_t begin_, end_;
};

// Elements of a list of pointers, and what they point to.
class Elements {
 public:
  Elements(const ProcessImage& image, size_t size)
      : image_(image), size_(size), bytes_(kProbed * size, '\0') {}

  // The first few elements. The last are read too, for a list that is not as long as it says is none; how
  // they look says nothing in a list that grows. Nothing where one cannot be read.
  std::span<const uint64_t> Read(const Slice& slice) {
    const size_t count = std::min<uint64_t>(slice.length, kProbed), front = (count + 1) / 2,
                 back = count - front;
    char* const to = reinterpret_cast<char*>(addresses_.data());
    std::array<model::ReadPart, 2> ends = {{
        {slice.address, {to, 8 * front}, false},
        {slice.address + 8 * (slice.length - back), {to + 8 * front, 8 * back}, back == 0},
    }};
    image_.Read({ends.data(), back == 0 ? 1U : 2U});
    if (!ends[0].ok || !ends[1].ok) return {};
    std::array<model::ReadPart, kProbed> parts;
    for (size_t i = 0; i < count; ++i) {
      if (addresses_[i] == 0 || addresses_[i] % 8 != 0) return {};
      parts[i] = {addresses_[i], {bytes_.data() + i * size_, size_}, false};
    }
    image_.Read({parts.data(), count});
    const auto unread = [](const model::ReadPart& p) { return !p.ok; };
    if (std::ranges::any_of(std::span(parts.data(), count), unread)) return {};
    return {addresses_.data(), front};
  }
  std::string_view at(size_t i) const { return std::string_view(bytes_).substr(i * size_, size_); }

 private:
  const ProcessImage& image_;
  size_t size_;
  std::array<uint64_t, kProbed> addresses_{};
  std::string bytes_;
};

class Search {
 public:
  explicit Search(GoProcess& process)
      : process_(process),
        layout_(*process.layout),
        goroutines_(*process.image, static_cast<size_t>(layout_.g_size)),
        spans_(*process.image, static_cast<size_t>(layout_.mspan_size)) {}

  void Module(uint64_t begin, uint64_t end) {
    const auto look = [this](uint64_t address, const Slice& words) {
      TryLists(address, words);
      TryBucket(address, words.address);
      TryReasons(address, words);
    };
    DataWalk(*process_.image, begin, end).Words(look, &process_.touched_data);
  }

 private:
  // Where the runtime makes its lists and what they point to: memory of its own, which no file is behind.
  // Without this a large program's tables of functions would be looked at one by one.
  bool Allocated(uint64_t address) const {
    const model::MemoryRange* range = process_.image->RangeOf(address);
    return range != nullptr && range->readable && range->writable &&
           (range->path.empty() || range->path.starts_with('['));
  }

  void TryLists(uint64_t address, const Slice& slice) {
    if (slice.address == 0 || slice.address % 8 != 0 || slice.length < 2 || slice.length > slice.capacity ||
        slice.capacity > kMostElements || !Allocated(slice.address))
      return;
    // Of several that look like it, it is the longest.
    if (slice.length > goroutine_count_ && AreGoroutines(slice)) {
      goroutine_count_ = slice.length;
      process_.globals.allgs = address;
    } else if (slice.length > span_count_ && slice.length >= kProbed && AreSpans(slice)) {
      span_count_ = slice.length;
      process_.globals.allspans = address;
    }
  }

  bool AreGoroutines(const Slice& slice) {
    const std::span<const uint64_t> found = goroutines_.Read(slice);
    // One that is being created or whose stack is being moved does not look like one just then, and a thread
    // that is at that may wait for a processor for long.
    size_t others = 0;
    for (size_t i = 0; i < found.size(); ++i)
      if (!LooksLikeG(layout_, found[i], goroutines_.at(i))) ++others;
    return !found.empty() && others <= found.size() / 4;
  }

  bool AreSpans(const Slice& slice) {
    const std::span<const uint64_t> found = spans_.Read(slice);
    for (size_t i = 0; i < found.size(); ++i)
      if (!LooksLikeSpan(layout_, spans_.at(i))) return false;
    return !found.empty();
  }

  // The newest heap sample site. An object on the heap can look like one by chance; it is not the head of a
  // list of them.
  void TryBucket(uint64_t address, uint64_t pointer) {
    if (pointer == 0 || pointer % 8 != 0 || !Allocated(pointer)) return;
    const size_t sites = SitesFrom(pointer);
    if (sites <= site_count_) return;
    site_count_ = sites;
    process_.globals.mbuckets = address;
  }

  // As many as it takes to be sure; 0: what `bucket` leads to is no list of sites.
  size_t SitesFrom(uint64_t bucket) const {
    constexpr size_t kEnough = 256;
    size_t count = 0;
    for (; bucket != 0 && count < kEnough; ++count) {
      std::array<char, 64> bytes;
      if (!process_.image->ReadInto(bucket, bytes)) return 0;
      const std::string_view view(bytes.data(), bytes.size());
      if (count == 0 ? !LooksLikeBucket(view) : !IsOfMemory(view)) return 0;
      bucket = NumberAt<uint64_t>(view, static_cast<uint64_t>(layout_.bucket_allnext)).value_or(0);
    }
    return count;
  }

  // Its call stack lies in Go's text.
  bool LooksLikeBucket(std::string_view bucket) const {
    const auto word = [&](int32_t offset) {
      return NumberAt<uint64_t>(bucket, static_cast<uint64_t>(offset)).value_or(0);
    };
    return IsOfMemory(bucket) && word(layout_.bucket_hash) != 0 && word(layout_.bucket_bytes) != 0 &&
           word(layout_.bucket_nstk) > 0 && process_.functions.Find(word(layout_.bucket_size));
  }
  bool IsOfMemory(std::string_view bucket) const {
    constexpr uint64_t kMemProfile = 1, kMostFrames = 1024;
    const auto word = [&](int32_t offset) {
      return NumberAt<uint64_t>(bucket, static_cast<uint64_t>(offset)).value_or(0);
    };
    return word(layout_.bucket_type) == kMemProfile && word(layout_.bucket_nstk) <= kMostFrames;
  }

  // waitReasonStrings begins with "" and, in every version, "GC assist marking".
  void TryReasons(uint64_t address, const Slice& words) {
    constexpr std::string_view kFirst = "GC assist marking";
    if (!process_.wait_reasons.empty() || words.length != kFirst.size()) return;
    if (Text(words.address, kFirst.size()) != kFirst) return;
    if (process_.image->Value<uint64_t>(address - 8) != std::optional<uint64_t>(0)) return;
    process_.wait_reasons.emplace_back();
    constexpr uint64_t kMostReasons = 100, kLongest = 64;
    for (uint64_t i = 0; i < kMostReasons; ++i) {
      const auto at = process_.image->Value<uint64_t>(address + 16 * i);
      const auto length = process_.image->Value<uint64_t>(address + 16 * i + 8);
      if (!at || !length || *length == 0 || *length > kLongest) break;
      std::string text = Text(*at, *length);
      const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
      if (text.empty() || !std::ranges::all_of(text, printable)) break;
      process_.wait_reasons.push_back(std::move(text));
    }
  }

  std::string Text(uint64_t address, size_t length) const {
    std::string text(length, '\0');
    return process_.image->ReadInto(address, text) ? text : std::string();
  }

  GoProcess& process_;
  const Layout& layout_;
  Elements goroutines_, spans_;
  uint64_t goroutine_count_ = 0, span_count_ = 0;
  size_t site_count_ = 0;
};

}  // namespace

bool LooksLikeG(const Layout& layout, uint64_t address, std::string_view bytes) {
  const auto word = [&](int32_t offset) {
    return NumberAt<uint64_t>(bytes, static_cast<uint64_t>(offset)).value_or(0);
  };
  constexpr uint32_t kDead = 6, kMostStatus = 11;
  constexpr uint64_t kLargestStack = uint64_t{1} << 30, kLargestId = uint64_t{1} << 48;
  const auto status =
      NumberAt<uint32_t>(bytes, static_cast<uint64_t>(layout.g_status)).value_or(~0U) & ~kScanBit;
  // gobuf is {sp, pc, g, ctxt, ...}; in a g the third is the g itself from its first start on.
  if (word(layout.g_sched_ctxt - 8) != address || status > kMostStatus) return false;
  if (word(layout.g_goid) > kLargestId) return false;
  if (status == kDead || status == kMostStatus) return true;
  const uint64_t low = word(layout.g_stack_lo), high = word(layout.g_stack_hi), sp = word(layout.g_sched_sp);
  return low < high && high - low <= kLargestStack && low % 8 == 0 && word(layout.g_goid) != 0 && sp >= low &&
         sp <= high;
}

bool LooksLikeSpan(const Layout& layout, std::string_view bytes) {
  constexpr uint64_t kPage = 8192, kMostPages = uint64_t{1} << 24;  // runtime/mheap.go pageSize
  const auto word = [&](int32_t offset) {
    return NumberAt<uint64_t>(bytes, static_cast<uint64_t>(offset)).value_or(0);
  };
  const uint64_t start = word(layout.mspan_start), pages = word(layout.mspan_npages);
  const auto state = NumberAt<uint8_t>(bytes, static_cast<uint64_t>(layout.mspan_state)).value_or(255);
  return start != 0 && start % kPage == 0 && pages > 0 && pages < kMostPages && state <= 2;
}

namespace {

// Calls visit(begin, end) for every stretch of the modules' data.
template <class Visit>
void ForData(const GoProcess& process, Visit visit) {
  for (const parse::pclntab::Module& module : process.modules) {
    const auto word = [&](int32_t offset) {
      return process.image->Value<uint64_t>(module.address + static_cast<uint64_t>(offset)).value_or(0);
    };
    // Begin and end of each stand side by side. Go's linker puts them in this order, that of C in its own.
    const Layout& layout = *process.layout;
    for (const int32_t part : {layout.moduledata_noptrdata, layout.moduledata_data, layout.moduledata_bss,
                               layout.moduledata_noptrbss}) {
      const uint64_t begin = word(part) & ~uint64_t{7}, end = word(part + 8);
      if (begin < end && end - begin <= kMostData) visit(begin, end);
    }
  }
}

// The list that begins with `chunk`; empty if it is none.
std::vector<uint64_t> ChunksFrom(const ProcessImage& image, uint64_t chunk) {
  constexpr size_t kMostChunks = 1 << 16;  // 16 GiB
  constexpr uint64_t kPage = 4096;
  std::vector<uint64_t> chunks;
  while (chunk != 0) {
    const model::MemoryRange* range = image.RangeOf(chunk);
    if (chunk % kPage != 0 || range == nullptr || !range->writable || chunks.size() == kMostChunks) return {};
    chunks.push_back(chunk);
    const auto next = image.Value<uint64_t>(chunk);
    if (!next) return {};
    chunk = *next;
  }
  return chunks;
}

}  // namespace

void FindGlobals(GoProcess& process) {
  process.touched_data.clear();
  Search search(process);
  ForData(process, [&](uint64_t begin, uint64_t end) { search.Module(begin, end); });
}

std::vector<uint64_t> FindPersistentChunks(const GoProcess& process, uint64_t inside) {
  std::vector<uint64_t> longest;  // other variables lead into the middle of the list
  const auto has_it = [inside](uint64_t chunk) {
    return inside >= chunk && inside - chunk < kPersistentChunk;
  };
  const auto look = [&](uint64_t, const Slice& words) {
    if (words.address % 4096 != 0) return;
    std::vector<uint64_t> chunks = ChunksFrom(*process.image, words.address);
    if (chunks.size() > longest.size() && std::ranges::any_of(chunks, has_it)) longest = std::move(chunks);
  };
  const auto walk = [&](uint64_t begin, uint64_t end) { DataWalk(*process.image, begin, end).Words(look); };
  // What the other lists were found in.
  for (const auto& [begin, end] : process.touched_data) walk(begin, end);
  if (process.touched_data.empty()) ForData(process, walk);
  std::ranges::sort(longest);
  return longest;
}

std::vector<uint64_t> FindAllm(const GoProcess& process, const std::unordered_set<uint64_t>& known) {
  constexpr size_t kMostThreads = 20'000;  // Go itself ends a program at 10,000
  size_t budget = 2'000'000;               // memory that lies may hold chains without end
  // The m that an address leads to, if there is a known one among them.
  const auto length = [&](uint64_t m) {
    size_t count = 0;
    bool right = false;
    for (; m != 0; ++count) {
      const model::MemoryRange* range = process.image->RangeOf(m);
      if (m % 8 != 0 || range == nullptr || !range->writable || count == kMostThreads || budget == 0)
        return size_t{0};
      --budget;
      right = right || known.contains(m);
      const auto next = process.image->Value<uint64_t>(m + static_cast<uint64_t>(process.layout->m_alllink));
      if (!next) return size_t{0};
      m = *next;
    }
    return right ? count : 0;
  };
  std::vector<uint64_t> found;
  size_t longest = 1;
  ForData(process, [&](uint64_t begin, uint64_t end) {
    DataWalk(*process.image, begin, end).Words([&](uint64_t address, const Slice& words) {
      const size_t count = words.address == 0 ? 0 : length(words.address);
      if (count > longest) found.clear();
      if (count >= longest && count > 0) found.push_back(address);
      longest = std::max(longest, count);
    });
  });
  return found;
}

}  // namespace seep::runtime

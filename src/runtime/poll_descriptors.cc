#include "runtime/poll_descriptors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/number_at.h"
#include "runtime/globals.h"
#include "runtime/nearby_reads.h"

namespace seep::runtime {
namespace {

constexpr uint64_t kLooked = 1024;  // bytes of a waiting goroutine's stack: pollWait is among its first calls
constexpr size_t kMostFound = 4'000'000;  // more descriptors than a process can have open
constexpr uint64_t kMostFd = 1 << 30;

}  // namespace

PollDescriptors::PollDescriptors(const GoProcess& process) : process_(process) {
  const auto io_wait = std::ranges::find(process.wait_reasons, "IO wait");
  if (io_wait != process.wait_reasons.end())
    io_wait_ = static_cast<uint8_t>(io_wait - process.wait_reasons.begin());
}

void PollDescriptors::See(const SeenGoroutine& seen) {
  if (io_wait_ == 0 || seen.g.status != Status::kWaiting || seen.g.reason != io_wait_) return;
  goids_.emplace(seen.g.address, seen.g.goid);
  if (looked_) return;
  // Words of its stack that point to something which holds its own address where a pollDesc does.
  const auto self = static_cast<uint64_t>(process_.layout->polldesc_self);
  std::vector<uint64_t> candidates;
  for (uint64_t at = seen.g.at.sp; at < seen.g.at.sp + kLooked; at += 8) {
    const uint64_t word = seen.stack.Word(at).value_or(0);
    if (word % 8 == 0 && word > self && process_.image->RangeOf(word) != nullptr) candidates.push_back(word);
  }
  std::vector<uint64_t> selves(candidates.size());
  std::vector<model::ReadPart> parts;
  for (size_t i = 0; i < candidates.size(); ++i)
    parts.push_back({candidates[i] + self, {reinterpret_cast<char*>(&selves[i]), 8}, false});
  process_.image->Read(parts);
  for (size_t i = 0; i < candidates.size(); ++i)
    if (parts[i].ok && selves[i] == candidates[i]) LookFrom(candidates[i]);
}

void PollDescriptors::LookFrom(uint64_t first) {
  if (std::exchange(looked_, true)) return;
  const std::vector<uint64_t> chunks = FindPersistentChunks(process_, first);
  for (const uint64_t chunk : chunks) LookThrough(chunk, chunk + kPersistentChunk);
  complete_ = !chunks.empty() && found_.size() < kMostFound;
  if (!complete_) LookThrough(first - std::min(first, kPersistentChunk), first + kPersistentChunk);
}

void PollDescriptors::LookThrough(uint64_t begin, uint64_t end) {
  const Layout& layout = *process_.layout;
  const auto self = static_cast<uint64_t>(layout.polldesc_self);
  std::string page(4096, '\0'), bytes;
  const uint64_t first = begin & ~uint64_t{4095};
  // Page by page: what lies around a chunk may not be there.
  for (uint64_t at = first; at < end; at += page.size()) {
    if (!process_.image->ReadInto(at, page)) page.assign(page.size(), '\0');
    bytes += page;
  }
  for (uint64_t at = self; at + 8 <= bytes.size(); at += 8) {
    const uint64_t desc = first + at - self;
    if (NumberAt<uint64_t>(bytes, at) != std::optional(desc) || found_.size() >= kMostFound) continue;
    const auto word = [&](int32_t offset) {
      return NumberAt<uint64_t>(bytes, at - self + static_cast<uint64_t>(offset)).value_or(0);
    };
    if (word(layout.polldesc_fd) > kMostFd) continue;
    found_.push_back(desc);
  }
}

std::vector<PollDescriptor> PollDescriptors::Read() const {
  const Layout& layout = *process_.layout;
  NearbyReads reads(*process_.image);
  std::vector<PollDescriptor> out;
  constexpr size_t kBatch = 4096;
  for (size_t first = 0; first < found_.size(); first += kBatch) {
    const size_t count = std::min(kBatch, found_.size() - first);
    reads.Clear();
    for (size_t i = 0; i < count; ++i)
      reads.Add(found_[first + i], static_cast<size_t>(layout.polldesc_size));
    reads.Fetch();
    for (size_t i = 0; i < count; ++i) {
      const std::string_view bytes = reads[i];
      const auto word = [&](int32_t offset) {
        return NumberAt<uint64_t>(bytes, static_cast<uint64_t>(offset)).value_or(0);
      };
      const auto closing =
          NumberAt<uint8_t>(bytes, static_cast<uint64_t>(layout.polldesc_closing)).value_or(1);
      if (word(layout.polldesc_self) != found_[first + i] || closing != 0 ||
          word(layout.polldesc_fd) > kMostFd)
        continue;
      const auto goid = [&](int32_t side) {
        const auto found = goids_.find(word(side));
        return found == goids_.end() ? uint64_t{0} : found->second;
      };
      out.push_back({static_cast<int32_t>(word(layout.polldesc_fd)), goid(layout.polldesc_rg),
                     goid(layout.polldesc_wg), static_cast<int64_t>(word(layout.polldesc_rd)),
                     static_cast<int64_t>(word(layout.polldesc_wd))});
    }
  }
  std::ranges::sort(out, {}, [](const PollDescriptor& d) { return std::tuple(d.fd, d.reader, d.writer); });
  return out;
}

std::string PollDescriptorText(const std::vector<PollDescriptor>& descriptors, bool complete,
                               std::optional<uint64_t> now) {
  std::string out = "# seep poll descriptors 1\n";
  if (!complete) out += "# incomplete\n";
  const auto goroutine = [](uint64_t goid) { return goid == 0 ? std::string("-") : std::to_string(goid); };
  const auto deadline = [&](int64_t at) -> std::string {
    if (at == 0) return "none";
    if (at < 0 || (now && at <= static_cast<int64_t>(*now))) return "expired";
    if (!now) return "armed";
    return fmt::format("{}ms", (static_cast<uint64_t>(at) - *now) / 1'000'000);
  };
  for (const PollDescriptor& d : descriptors)
    fmt::format_to(std::back_inserter(out), "{} reader={} writer={} read={} write={}\n", d.fd,
                   goroutine(d.reader), goroutine(d.writer), deadline(d.read_deadline),
                   deadline(d.write_deadline));
  return out;
}

}  // namespace seep::runtime

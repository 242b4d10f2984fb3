#include "runtime/goroutines.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/number_at.h"
#include "runtime/globals.h"
#include "runtime/nearby_reads.h"

namespace seep::runtime {
namespace {

constexpr uint64_t kMostListed = uint64_t{1} << 25;    // 33 million: their stacks alone would be 70 GB
constexpr uint64_t kReadOnDemand = uint64_t{4} << 30;  // bytes of deep stacks, of all goroutines together
constexpr size_t kBatch = 1024;                        // read together: a few megabytes
constexpr uint64_t kFirstLook = 4096;                  // bytes of a stack that are read at once
constexpr int kTries = 3;
constexpr uint32_t kScanBit = 0x1000;

class Reader {
 public:
  Reader(const GoProcess& process, const OnGoroutine& see)
      : process_(process),
        layout_(*process.layout),
        see_(see),
        first_(*process.image),
        stacks_(*process.image),
        again_(*process.image),
        unwinder_(process) {}

  Result<GoroutineCounts> Run() {
    SEEP_TRY(const std::vector<uint64_t> listed, ListGoroutines(process_));
    counts_.listed = listed.size();
    for (size_t i = 0; i < listed.size(); i += kBatch)
      Batch(std::span(listed).subspan(i, std::min(kBatch, listed.size() - i)));
    if (process_.image->Replaced())
      return Fail(ErrorCode::kUnavailable, "it became another program while it was read", "", "try again");
    if (counts_.listed > 0 && counts_.unreadable == counts_.listed)
      return Fail(ErrorCode::kUnavailable, "its goroutines cannot be read any more: it ended meanwhile");
    return counts_;
  }

 private:
  void Batch(std::span<const uint64_t> addresses) {
    // Those that are not settled yet, in their order.
    std::vector<uint64_t> left(addresses.begin(), addresses.end());
    for (int i = 0; i < kTries && !left.empty(); ++i) left = Try(left);
    counts_.moved += left.size();
  }

  // Reads each, hands on those that stood still, and gives back those that did not.
  std::vector<uint64_t> Try(const std::vector<uint64_t>& addresses) {
    first_.Clear();
    for (const uint64_t address : addresses) first_.Add(address, static_cast<size_t>(layout_.g_size));
    first_.Fetch();
    std::vector<G> read;
    for (size_t i = 0; i < addresses.size(); ++i) Settle(addresses[i], first_[i], read);
    stacks_.Clear();
    for (const G& g : read) stacks_.Add(g.at.sp, std::min(g.stack_high - g.at.sp, kFirstLook));
    stacks_.Fetch();
    again_.Clear();
    for (const G& g : read) again_.Add(g.address, static_cast<size_t>(layout_.g_size));
    again_.Fetch();
    std::vector<uint64_t> moved;
    for (size_t i = 0; i < read.size(); ++i) {
      if (StoodStill(read[i], again_[i]))
        HandOn(read[i], stacks_[i]);
      else
        moved.push_back(read[i].address);
    }
    return moved;
  }

  // Counts what is no goroutine to look at; the others are added to `read`.
  void Settle(uint64_t address, std::string_view bytes, std::vector<G>& read) {
    if (bytes.empty() || !LooksLikeG(layout_, address, bytes)) {
      ++counts_.unreadable;
      return;
    }
    const G g = Parse(address, bytes);
    if (g.status == Status::kDead || g.status == Status::kDeadExtra || g.status == Status::kIdle)
      ++counts_.dead;
    else
      read.push_back(g);
  }

  uint64_t Word(std::string_view bytes, int32_t offset) const {
    return offset < 0 ? 0 : NumberAt<uint64_t>(bytes, static_cast<uint64_t>(offset)).value_or(0);
  }
  Status StatusIn(std::string_view bytes) const {
    const auto status = NumberAt<uint32_t>(bytes, static_cast<uint64_t>(layout_.g_status)).value_or(0);
    return static_cast<Status>(status & ~kScanBit);
  }

  G Parse(uint64_t address, std::string_view bytes) {
    G g;
    g.address = address;
    g.goid = Word(bytes, layout_.g_goid);
    g.parent = Word(bytes, layout_.g_parent_goid);
    g.created = Word(bytes, layout_.g_gopc);
    g.start = Word(bytes, layout_.g_startpc);
    g.waits_since = Word(bytes, layout_.g_waitsince);
    g.labels = Word(bytes, layout_.g_labels);
    g.stack_low = Word(bytes, layout_.g_stack_lo);
    g.stack_high = Word(bytes, layout_.g_stack_hi);
    g.status = StatusIn(bytes);
    g.reason = NumberAt<uint8_t>(bytes, static_cast<uint64_t>(layout_.g_waitreason)).value_or(0);
    g.locked = Word(bytes, layout_.g_lockedm) != 0;
    g.at = {Word(bytes, layout_.g_sched_pc), Word(bytes, layout_.g_sched_sp),
            Word(bytes, layout_.g_sched_bp)};
    if (g.status == Status::kSyscall) {
      g.at = {Word(bytes, layout_.g_syscallpc), Word(bytes, layout_.g_syscallsp),
              Word(bytes, layout_.g_syscallbp)};
    }
    if (g.at.sp < g.stack_low || g.at.sp > g.stack_high)
      g.at.sp = g.stack_high;  // on its way: found out below
    g.system = OwnerOf(g.start) != Owner::kProgram;
    return g;
  }

  // isSystemGoroutine of runtime/traceback.go, by the function that a goroutine began with: those of the
  // runtime are its own, but for those that are there to run the program's code.
  enum class Owner : uint8_t {
    kProgram,
    kRuntime,
    kWhoeverRuns,  // runs finalizers and cleanups: the program's while one of these has not returned
  };
  Owner OwnerOf(uint64_t start) {
    const auto [found, added] = owners_.try_emplace(start, Owner::kProgram);
    if (!added) return found->second;
    const std::string_view name = NameAt(start);
    if (name == "runtime.runfinq" || name == "runtime.runFinalizers" || name == "runtime.runCleanups")
      found->second = Owner::kWhoeverRuns;
    else if (name.starts_with("runtime.") && name != "runtime.main" && name != "runtime.corostart" &&
             name != "runtime.handleAsyncEvent")
      found->second = Owner::kRuntime;
    return found->second;
  }
  std::string_view NameAt(uint64_t pc) const {
    const auto place = process_.functions.Find(pc);
    return place ? place->function().name : std::string_view();
  }

  bool StoodStill(const G& g, std::string_view bytes) {
    if (bytes.empty() || !LooksLikeG(layout_, g.address, bytes)) return false;
    const G now = Parse(g.address, bytes);
    if (now.goid != g.goid || now.status != g.status) return false;
    if (g.status == Status::kRunning) return true;  // nothing is said of where it is
    return g.status != Status::kCopystack && now.at.sp == g.at.sp && now.at.pc == g.at.pc &&
           now.stack_high == g.stack_high && now.reason == g.reason;
  }

  void HandOn(G g, std::string_view bytes) {
    frames_.clear();
    StackMemory stack(*process_.image, g.stack_high, &on_demand_);
    stack.Use(g.at.sp, bytes);
    bool whole = true;
    if (g.status != Status::kRunning) whole = unwinder_.Unwind(g.at, stack, frames_);
    if (OwnerOf(g.start) == Owner::kWhoeverRuns) {
      g.system = std::ranges::all_of(
          frames_, [&](const Frame& frame) { return NameAt(frame.CallPc()).starts_with("runtime."); });
    }
    ++counts_.seen;
    if (!whole) ++counts_.cut;
    see_({g, frames_, !whole, stack});
  }

  const GoProcess& process_;
  const Layout& layout_;
  const OnGoroutine& see_;
  NearbyReads first_, stacks_, again_;
  Unwinder unwinder_;
  std::vector<Frame> frames_;
  uint64_t on_demand_ = kReadOnDemand;
  std::unordered_map<uint64_t, Owner> owners_;  // by the address of the function it began with
  GoroutineCounts counts_;
};

}  // namespace

Result<std::vector<uint64_t>> ListGoroutines(const GoProcess& process) {
  const auto address = process.image->Value<uint64_t>(process.globals.allgs);
  const auto length = process.image->Value<uint64_t>(process.globals.allgs + 8);
  if (!address || !length)
    return Fail(ErrorCode::kUnavailable, "its list of goroutines cannot be read: it ended meanwhile");
  if (*length > kMostListed)
    return Fail(ErrorCode::kBadInput, fmt::format("its list of goroutines claims {} entries", *length));
  std::vector<uint64_t> listed;
  constexpr uint64_t kPiece = 1 << 16;
  // By pieces: a length that lies is found out before memory for it is taken.
  for (uint64_t done = 0; done < *length; done += kPiece) {
    const uint64_t count = std::min(kPiece, *length - done);
    listed.resize(done + count);
    if (!process.image->ReadInto(*address + 8 * done,
                                 {reinterpret_cast<char*>(listed.data() + done), 8 * count}))
      return Fail(
          ErrorCode::kUnavailable,
          fmt::format("its list of goroutines ends after {} of {} entries: it moved or ended meanwhile", done,
                      *length));
  }
  return listed;
}

Result<GoroutineCounts> ReadGoroutines(const GoProcess& process, const OnGoroutine& see) {
  return Reader(process, see).Run();
}

std::optional<uint64_t> MinutesOf(const G& g, std::optional<uint64_t> now) {
  constexpr uint64_t kMinute = 60'000'000'000;
  const bool waits =
      g.status == Status::kWaiting || g.status == Status::kSyscall || g.status == Status::kLeaked;
  if (!waits || g.waits_since == 0 || !now || *now < g.waits_since + kMinute) return std::nullopt;
  return (*now - g.waits_since) / kMinute;
}

std::string StateOf(const GoProcess& process, const G& g) {
  const auto named = [&](std::string_view fallback) -> std::string {
    const bool known = g.reason != 0 && g.reason < process.wait_reasons.size();
    return known ? process.wait_reasons[g.reason] : std::string(fallback);
  };
  switch (g.status) {
    case Status::kIdle:
      return "idle";
    case Status::kRunnable:
      return "runnable";
    case Status::kRunning:
      return "running";
    case Status::kSyscall:
      return "syscall";
    case Status::kWaiting:
      return named("waiting");
    case Status::kDead:
      return "dead";
    case Status::kCopystack:
      return "copystack";
    case Status::kPreempted:
      return "preempted";
    case Status::kLeaked:
      return named("leaked") + " (leaked)";
    case Status::kDeadExtra:
      return "dead";
  }
  return "???";
}

}  // namespace seep::runtime

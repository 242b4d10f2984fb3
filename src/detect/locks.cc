#include "detect/locks.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace seep::detect {
namespace {

using model::Goroutine;
using model::Wait;

// A lock is a field of the object around it; an object that large is no candidate any more.
constexpr uint64_t kObjectSize = 4096;
constexpr size_t kHolders = 3;

bool WaitsForLock(Wait wait) {
  return wait == Wait::kMutexLock || wait == Wait::kRWMutexLock || wait == Wait::kRWMutexRLock ||
         wait == Wait::kSemacquire;
}

bool Within(uint64_t object, uint64_t field) {
  return object != 0 && field >= object && field - object < kObjectSize;
}

// The lock's address: the argument of the outermost sync frame that printed one, else the semaphore rounded
// down to it.
uint64_t LockAddress(const Analysis& a, std::span<const model::FrameId> frames,
                     std::span<const uint64_t> arguments) {
  uint64_t semaphore = 0;
  uint64_t lock = 0;
  for (size_t i = 0; i < frames.size() && i < arguments.size(); ++i) {
    const std::string_view f = a.stacks.function(frames[i]);
    if (!f.starts_with("sync.") && !f.starts_with("internal/sync.")) break;
    if (arguments[i] == 0) continue;
    if (f.find("Semacquire") != f.npos)
      semaphore = arguments[i];
    else
      lock = arguments[i];
  }
  return lock != 0 ? lock : semaphore & ~uint64_t{7};
}

struct View {
  const Goroutine* g;
  std::span<const model::FrameId> frames;
  std::span<const uint64_t> arguments;
};

LockWaiter ReadWaiter(const Analysis& a, const View& v) {
  LockWaiter waiter{.goid = v.g->goid, .lock = LockAddress(a, v.frames, v.arguments)};
  for (size_t i = 0; i < v.frames.size(); ++i) {
    if (!a.frames.IsUser(v.frames[i])) continue;
    waiter.site = v.frames[i];
    waiter.receiver = i < v.arguments.size() ? v.arguments[i] : 0;
    break;
  }
  return waiter;
}

// Goroutines that run code of the object around a lock, and do not wait for that lock.
void FindHolders(const Analysis& a, const std::vector<View>& others, Lock& lock) {
  for (const View& v : others) {
    if (lock.holders.size() == kHolders) return;
    for (size_t i = 0; i < v.frames.size() && i < v.arguments.size(); ++i) {
      const bool same_object =
          Within(v.arguments[i], lock.address) && std::ranges::any_of(lock.waiters, [&](const LockWaiter& w) {
            return w.receiver == v.arguments[i];
          });
      if (!same_object || !a.frames.IsUser(v.frames[i])) continue;
      lock.holders.push_back({v.g->goid, v.frames[i], v.g->wait});
      break;
    }
  }
}

// Two waiters cross when each waits for a lock in the other's object.
uint64_t CountCrossed(const std::vector<Lock>& locks) {
  std::multimap<uint64_t, const LockWaiter*> by_receiver;
  for (const Lock& lock : locks)
    for (const LockWaiter& w : lock.waiters)
      if (w.receiver != 0) by_receiver.emplace(w.receiver, &w);
  uint64_t crossed = 0;
  for (const Lock& lock : locks) {
    for (const LockWaiter& w : lock.waiters) {
      if (w.receiver == 0 || Within(w.receiver, w.lock)) continue;
      // The object around w.lock starts at or below it.
      auto it = by_receiver.upper_bound(w.lock);
      bool found = false;
      for (int steps = 0; !found && it != by_receiver.begin() && steps < 64; ++steps) {
        --it;
        if (!Within(it->first, w.lock)) break;
        found = it->second != &w && Within(w.receiver, it->second->lock);
      }
      crossed += found;
    }
  }
  return crossed;
}

}  // namespace

Locks GatherLocks(const Analysis& a) {
  Locks result;
  if (a.piles.snapshots.empty()) return result;
  const model::Snapshot& newest = a.series.snapshots[a.piles.snapshots.back()];
  if (!newest.dump || newest.dump->arguments.empty()) return result;
  std::map<uint64_t, Lock> locks;
  std::vector<View> others;
  for (const Goroutine& g : newest.dump->goroutines) {
    const auto frames = a.stacks.frames(g.stack);
    const View view{&g, frames, newest.dump->ArgumentsOf(g, frames.size())};
    if (WaitsForLock(g.wait) && !view.arguments.empty()) {
      const LockWaiter waiter = ReadWaiter(a, view);
      if (waiter.lock != 0 && waiter.site) {
        Lock& lock = locks[waiter.lock];
        lock.address = waiter.lock;
        lock.waiters.push_back(waiter);
        ++result.waiters;
        continue;
      }
    }
    others.push_back(view);
  }
  for (auto& [address, lock] : locks) result.locks.push_back(std::move(lock));
  std::ranges::stable_sort(result.locks, std::ranges::greater{},
                           [](const Lock& l) { return l.waiters.size(); });
  for (size_t i = 0; i < result.locks.size() && i < 8; ++i) FindHolders(a, others, result.locks[i]);
  result.crossed = CountCrossed(result.locks);
  return result;
}

}  // namespace seep::detect

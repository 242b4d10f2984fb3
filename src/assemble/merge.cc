#include "assemble/merge.h"

#include <iterator>

namespace seep::assemble {
namespace {

template <class T>
void Take(std::optional<T>& into, std::optional<T>& from) {
  if (!into && from) into = std::move(from);
}

void Take(std::string& into, const std::string& from) {
  if (into.empty()) into = from;
}

// MemStats come from several places (heap?debug=1, metrics, expvar), each with fields of its own.
void TakeFields(model::MemStats& into, const model::MemStats& from) {
  using Field = std::optional<uint64_t> model::MemStats::*;
  static constexpr Field kFields[] = {
      &model::MemStats::alloc,         &model::MemStats::total_alloc,  &model::MemStats::sys,
      &model::MemStats::mallocs,       &model::MemStats::frees,        &model::MemStats::heap_alloc,
      &model::MemStats::heap_sys,      &model::MemStats::heap_idle,    &model::MemStats::heap_inuse,
      &model::MemStats::heap_released, &model::MemStats::heap_objects, &model::MemStats::stack_inuse,
      &model::MemStats::stack_sys,     &model::MemStats::mspan_sys,    &model::MemStats::mcache_sys,
      &model::MemStats::buck_hash_sys, &model::MemStats::gc_sys,       &model::MemStats::other_sys,
      &model::MemStats::next_gc,       &model::MemStats::num_gc,       &model::MemStats::gc_limit};
  for (Field field : kFields)
    if (!(into.*field)) into.*field = from.*field;
  if (!into.last_gc_ns) into.last_gc_ns = from.last_gc_ns;
}

// /proc's status wins over what the process says of itself in /metrics; the other fills what is missing.
void TakeFields(model::ProcStatus& into, const model::ProcStatus& from) {
  const bool richer = from.rss_anon && !into.rss_anon;
  model::ProcStatus best = richer ? from : into;
  const model::ProcStatus& other = richer ? into : from;
  if (best.name.empty()) best.name = other.name;
  for (auto field : {&model::ProcStatus::pid, &model::ProcStatus::vm_size, &model::ProcStatus::vm_rss,
                     &model::ProcStatus::vm_hwm, &model::ProcStatus::vm_swap, &model::ProcStatus::rss_anon,
                     &model::ProcStatus::rss_file, &model::ProcStatus::rss_shmem, &model::ProcStatus::threads,
                     &model::ProcStatus::uid})
    if (!(best.*field)) best.*field = other.*field;
  into = std::move(best);
}

template <class T>
void TakeFields(std::optional<T>& into, const std::optional<T>& from) {
  if (!from) return;
  if (!into)
    into = from;
  else
    TakeFields(*into, *from);
}

void TakeCgroup(std::optional<model::Cgroup>& into, std::optional<model::Cgroup>& from) {
  if (!from) return;
  if (!into) {
    into = std::move(from);
    return;
  }
  Take(into->memory_current, from->memory_current);
  Take(into->memory_max, from->memory_max);
  Take(into->memory_high, from->memory_high);
  Take(into->memory_swap_max, from->memory_swap_max);
  if (into->memory_stat.empty()) into->memory_stat = std::move(from->memory_stat);
}

template <class T>
void Append(std::vector<T>& into, std::vector<T>&& from) {
  into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

bool FromSockDiag(const std::vector<model::Socket>& sockets) {
  return !sockets.empty() && sockets.front().cookie != 0;
}

// tcp and tcp6 are halves of one table; sock_diag is all of it, and knows more.
void TakeSockets(std::optional<std::vector<model::Socket>>& into,
                 std::optional<std::vector<model::Socket>>& from) {
  if (!into || !from) return Take(into, from);
  if (FromSockDiag(*into)) return;
  if (FromSockDiag(*from))
    into = std::move(from);
  else
    Append(*into, std::move(*from));
}

}  // namespace

void MergeProcess(model::Process& into, const model::Process& from) {
  Take(into.name, from.name);
  if (!into.pid) into.pid = from.pid;
  Take(into.host, from.host);
  Take(into.go_version, from.go_version);
  Take(into.build_id, from.build_id);
  Take(into.main_binary, from.main_binary);
  Take(into.cmdline, from.cmdline);
  if (!into.started) into.started = from.started;
}

void Merge(model::Snapshot& into, model::Snapshot&& from) {
  if (!into.at) into.at = from.at;
  MergeProcess(into.process, from.process);
  Take(into.dump, from.dump);
  Take(into.goroutines, from.goroutines);
  Take(into.leaked, from.leaked);
  Take(into.heap, from.heap);
  Take(into.native, from.native);
  Take(into.block, from.block);
  Take(into.mutex, from.mutex);
  Take(into.cpu, from.cpu);
  Take(into.threads_created, from.threads_created);
  if (into.go_arenas.empty()) into.go_arenas = std::move(from.go_arenas);
  if (into.go_metadata.empty()) into.go_metadata = std::move(from.go_metadata);
  if (into.counted.empty()) into.counted = std::move(from.counted);
  TakeFields(into.mem_stats, from.mem_stats);
  Take(into.metrics, from.metrics);
  TakeFields(into.status, from.status);
  Take(into.smaps_rollup, from.smaps_rollup);
  Take(into.smaps, from.smaps);
  Take(into.threads, from.threads);
  Take(into.c_heap, from.c_heap);
  Take(into.limits, from.limits);
  Take(into.fds, from.fds);
  TakeSockets(into.sockets, from.sockets);
  Take(into.keepalives, from.keepalives);
  Take(into.poll_descriptors, from.poll_descriptors);
  into.poll_complete = into.poll_complete && from.poll_complete;
  TakeCgroup(into.cgroup, from.cgroup);
  Take(into.start_ticks, from.start_ticks);
  Take(into.cpu_ticks, from.cpu_ticks);
  Append(into.sources, std::move(from.sources));
  Append(into.gaps, std::move(from.gaps));
}

bool IsEmpty(const model::Snapshot& s) {
  return !s.dump && !s.goroutines && !s.leaked && !s.heap && !s.native && !s.block && !s.mutex && !s.cpu &&
         !s.threads_created && !s.mem_stats && !s.metrics && !s.status && !s.smaps_rollup && !s.smaps &&
         !s.threads && !s.c_heap && !s.limits && !s.fds && !s.sockets && !s.keepalives &&
         !s.poll_descriptors && !s.cgroup && !s.start_ticks && s.process.cmdline.empty();
}

}  // namespace seep::assemble

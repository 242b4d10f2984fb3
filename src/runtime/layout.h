// Where the fields of the Go runtime's structs lie, by Go version and processor: what reading a process from
// outside stands on. Numbers come from the DWARF of programs built by each toolchain (tools/layouts writes
// layout_table.inc); none is guessed.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace seep::runtime {

enum class Processor : uint8_t { kAmd64, kArm64 };

// Offsets and sizes in bytes; -1: this version has no such field. Names are those of the runtime's structs:
// g, m, sudog, hchan and moduledata of runtime2.go, chan.go and symtab.go, mspan and mheap of mheap.go,
// pollDesc of netpoll.go, bucket of mprof.go, mstats of mstats.go, gcControllerState of mgcpacer.go.
struct Layout {
  int32_t minor = 0;        // 26 of go1.26.8
  int32_t first_patch = 0;  // holds from this patch release on, until the next row of the version
  Processor processor = Processor::kAmd64;

  int32_t g_size, g_stack_lo, g_stack_hi, g_m, g_sched_sp, g_sched_pc, g_sched_ctxt, g_sched_bp, g_syscallsp,
      g_syscallpc, g_syscallbp, g_param, g_status, g_goid, g_schedlink, g_waitsince, g_waitreason, g_lockedm,
      g_parent_goid, g_gopc, g_startpc, g_waiting, g_labels;
  int32_t m_size, m_g0, m_procid, m_gsignal, m_curg, m_alllink;
  int32_t sudog_size, sudog_g, sudog_next, sudog_elem, sudog_is_select, sudog_waitlink, sudog_c;
  int32_t hchan_size, hchan_qcount, hchan_dataqsiz, hchan_elemsize, hchan_closed, hchan_recvq, hchan_sendq;
  int32_t polldesc_size, polldesc_fd, polldesc_rg, polldesc_rd, polldesc_wg, polldesc_wd, polldesc_closing,
      polldesc_self;
  int32_t mspan_size, mspan_start, mspan_npages, mspan_nelems, mspan_nelems_size, mspan_free_index,
      mspan_alloc_bits, mspan_alloc_count, mspan_span_class, mspan_state, mspan_elem_size, mspan_specials,
      mspan_pinner_bits, mspan_large_type;
  int32_t mheap_allspans, mheap_arenas;
  int32_t special_size, special_next, special_offset, special_kind;
  int32_t bucket_size, bucket_allnext, bucket_type, bucket_hash, bucket_bytes, bucket_nstk, mem_record_size,
      mem_cycle_size;
  int32_t moduledata_size, moduledata_ftab, moduledata_minpc, moduledata_text, moduledata_etext,
      moduledata_noptrdata, moduledata_data, moduledata_bss, moduledata_noptrbss, moduledata_enoptrbss,
      moduledata_types, moduledata_gofunc, moduledata_gcdatamask, moduledata_gcbssmask, moduledata_modulename,
      moduledata_next;
  int32_t mstats_numgc, mstats_last_gc_unix, gc_heap_live, gc_heap_marked, gc_memory_limit;
  int32_t p_size, p_timers;
};

// The layout of "go1.26.8", "go1.27rc1", "go1.25.3 X:greenteagc". kUnsupported for a version outside the
// table: it is refused, never guessed.
Result<const Layout*> FindLayout(std::string_view go_version, Processor processor);

}  // namespace seep::runtime

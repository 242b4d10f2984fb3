#include "parse/pprof_legacy/drop_frames.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seep::parse::pprof_legacy {
namespace {

constexpr std::string_view kAllocators[] = {
    // POSIX
    "calloc", "cfree", "malloc", "free", "memalign", "do_memalign", "(__)?posix_memalign", "pvalloc",
    "valloc", "realloc",
    // tcmalloc
    "tcmalloc::.*", "tc_calloc", "tc_cfree", "tc_malloc", "tc_free", "tc_memalign", "tc_posix_memalign",
    "tc_pvalloc", "tc_valloc", "tc_realloc", "tc_new", "tc_delete", "tc_newarray", "tc_deletearray",
    "tc_new_nothrow", "tc_newarray_nothrow",
    // macOS
    "malloc_zone_malloc", "malloc_zone_calloc", "malloc_zone_valloc", "malloc_zone_realloc",
    "malloc_zone_memalign", "malloc_zone_free",
    // Go
    R"(runtime\..*)",
    // others
    "BaseArena::.*", "(::)?do_malloc_no_errno", "(::)?do_malloc_pages", "(::)?do_malloc",
    "DoSampledAllocation", "MallocedMemBlock::MallocedMemBlock", "_M_allocate", "__builtin_(vec_)?delete",
    "__builtin_(vec_)?new", "__gnu_cxx::new_allocator::allocate", "__libc_malloc",
    "__malloc_alloc_template::allocate", "allocate", "cpp_alloc", R"(operator new(\[\])?)",
    "simple_alloc::allocate"};

// Frames of Go's runtime that belong to the middle of a stack.
constexpr std::string_view kNoAllocators[] = {R"(runtime\.panic)", R"(runtime\.reflectcall)",
                                              R"(runtime\.call[0-9]*)"};

constexpr std::string_view kLocks[] = {"RecordLockProfileData",
                                       "(base::)?RecordLockProfileData.*",
                                       "(base::)?SubmitMutexProfileData.*",
                                       "(base::)?SubmitSpinLockProfileData.*",
                                       "(base::Mutex::)?AwaitCommon.*",
                                       "(base::Mutex::)?Unlock.*",
                                       "(base::Mutex::)?UnlockSlow.*",
                                       "(base::Mutex::)?ReaderUnlock.*",
                                       "(base::MutexLock::)?~MutexLock.*",
                                       "(Mutex::)?AwaitCommon.*",
                                       "(Mutex::)?Unlock.*",
                                       "(Mutex::)?UnlockSlow.*",
                                       "(Mutex::)?ReaderUnlock.*",
                                       "(MutexLock::)?~MutexLock.*",
                                       "(SpinLock::)?Unlock.*",
                                       "(SpinLock::)?SlowUnlock.*",
                                       "(SpinLockHolder::)?~SpinLockHolder.*"};

constexpr std::string_view kProfilers[] = {"ProfileData::Add", "ProfileData::prof_handler",
                                           "CpuProfiler::prof_handler", "__pthread_sighandler", "__restore"};

using TypeNames = std::vector<std::string_view>;

bool IsHeap(const TypeNames& types) {
  return types == TypeNames{"allocations", "size"} || types == TypeNames{"objects", "space"} ||
         types == TypeNames{"inuse_objects", "inuse_space"} ||
         types == TypeNames{"alloc_objects", "alloc_space"} ||
         types == TypeNames{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"};
}

}  // namespace

void SetDropFrames(profile::Profile& p) {
  TypeNames types;
  for (const profile::ValueType& v : p.sample_types) types.push_back(p.text(v.type));
  const auto joined = [&](std::span<const std::string_view> names) {
    return p.strings.Intern(fmt::format("{}", fmt::join(names, "|")));
  };
  p.keep_frames = {};
  if (IsHeap(types)) {
    p.drop_frames = joined(kAllocators);
    p.keep_frames = joined(kNoAllocators);
  } else if (types == TypeNames{"contentions", "delay"}) {
    p.drop_frames = joined(kLocks);
  } else {
    p.drop_frames = joined(kProfilers);
  }
}

}  // namespace seep::parse::pprof_legacy

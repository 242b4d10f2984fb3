#include "pipeline/native_kernel.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "capture/files.h"
#include "capture/process_memory.h"
#include "parse/elf/file.h"
#include "runtime/threads.h"

namespace seep::pipeline {
namespace {

using capture::AllocationCall;
using capture::AllocationPoint;

constexpr uint64_t kLargestFile = uint64_t{4} << 30;
constexpr uint64_t kPage = 4096;

struct Named {
  std::string_view name;
  AllocationCall call;
};
constexpr Named kFunctions[] = {
    {"malloc", AllocationCall::kMalloc},
    {"valloc", AllocationCall::kMalloc},
    {"pvalloc", AllocationCall::kMalloc},
    {"calloc", AllocationCall::kCalloc},
    {"realloc", AllocationCall::kRealloc},
    {"free", AllocationCall::kFree},
    {"memalign", AllocationCall::kAligned},
    {"aligned_alloc", AllocationCall::kAligned},
    {"posix_memalign", AllocationCall::kPosixMemalign},
};

// Files of another mount namespace are opened through the process.
std::string RootOf(uint64_t pid) {
  std::error_code ignored;
  const std::string own = std::filesystem::read_symlink("/proc/self/ns/mnt", ignored);
  const std::string its = std::filesystem::read_symlink(fmt::format("/proc/{}/ns/mnt", pid), ignored);
  return own == its ? std::string() : fmt::format("/proc/{}/root", pid);
}

// The files that have code in the process, with where they lie.
std::vector<model::NativeModule> ModulesOf(const model::ProcessImage& image, const std::string& root) {
  std::map<std::string, model::NativeModule> by_path;
  std::map<std::string, bool> code;
  for (const model::MemoryRange& range : image.ranges()) {
    if (!range.path.starts_with('/')) continue;
    model::NativeModule& module = by_path[range.path];
    if (module.limit == 0) module = {range.begin, range.end, 0, root + range.path};
    module.limit = std::max(module.limit, range.end);
    code[range.path] = code[range.path] || range.executable;
  }
  std::vector<model::NativeModule> modules;
  for (auto& [path, module] : by_path)
    if (code[path]) modules.push_back(std::move(module));
  std::ranges::sort(modules, {}, &model::NativeModule::start);
  return modules;
}

// The first segment's page is where the file begins in memory.
uint64_t BiasOf(const model::NativeModule& module, const parse::elf::File& file) {
  for (const parse::elf::Segment& segment : file.segments())
    if (segment.type == parse::elf::kLoad) return module.start - segment.address / kPage * kPage;
  return module.start;
}

void AddPoints(const model::NativeModule& module, const parse::elf::File& file,
               std::vector<AllocationPoint>& points) {
  std::vector<AllocationPoint> found;
  for (const parse::elf::Symbol& symbol : file.Symbols()) {
    if (symbol.kind != parse::elf::kFunctionSymbol || symbol.section == 0) continue;
    const Named* named = std::ranges::find(kFunctions, symbol.name, &Named::name);
    if (named == std::end(kFunctions)) continue;
    for (const parse::elf::Segment& segment : file.segments()) {
      if (segment.type != parse::elf::kLoad || symbol.value < segment.address ||
          symbol.value - segment.address >= segment.file_size)
        continue;
      const AllocationPoint point{module.path, symbol.value - segment.address + segment.offset,
                                  symbol.value + module.bias, named->call};
      // One function may have several names.
      if (std::ranges::none_of(found, [&](const AllocationPoint& p) { return p.offset == point.offset; }))
        found.push_back(point);
    }
  }
  const auto has = [&](AllocationCall call) {
    return std::ranges::any_of(found, [&](const AllocationPoint& p) { return p.call == call; });
  };
  // An allocator, not something that only has a function of such a name.
  if (has(AllocationCall::kMalloc) && has(AllocationCall::kFree))
    std::ranges::move(found, std::back_inserter(points));
}

struct Places {
  std::vector<model::NativeModule> modules;
  std::vector<AllocationPoint> points;
};

Places FindPlaces(const model::ProcessImage& image, uint64_t pid) {
  Places places{ModulesOf(image, RootOf(pid)), {}};
  for (model::NativeModule& module : places.modules) {
    auto bytes = capture::ReadFile(module.path, kLargestFile);
    if (!bytes) continue;
    const auto file = parse::elf::File::Parse(std::move(*bytes));
    if (!file) continue;
    module.bias = BiasOf(module, *file);
    if (!module.path.ends_with("/seep-native.so"))  // it stands before the allocator: all would count twice
      AddPoints(module, *file, places.points);
  }
  return places;
}

Result<Places> PlacesOf(uint64_t pid) {
  SEEP_TRY(const auto memory, capture::ProcessMemory::Open("/proc", pid));
  Places places = FindPlaces(*memory, pid);
  if (!places.points.empty()) return places;
  return Fail(ErrorCode::kUnsupported, "no malloc in it that the kernel could watch",
              fmt::format("pid {}", pid),
              "a static program without symbols, or Go without cgo, which has no native memory");
}

}  // namespace

Result<double> KernelSamplingCost(uint64_t pid) {
  SEEP_TRY_VOID(PlacesOf(pid));
  SEEP_TRY(const Places own, PlacesOf(static_cast<uint64_t>(getpid())));
  return capture::MeasureProbeCost(own.points);
}

Result<KernelSampling> KernelSampling::Start(uint64_t pid, uint64_t rate) {
  SEEP_TRY(const Places places, PlacesOf(pid));
  std::unique_ptr<Outside> outside;
  std::optional<capture::GoOffsets> offsets;
  if (auto opened = OpenOutside(std::to_string(pid), {})) {
    outside = std::make_unique<Outside>(std::move(*opened));
    const runtime::Layout& layout = *outside->go.layout;
    const auto at = [](int32_t offset) { return static_cast<uint32_t>(offset); };
    if (layout.processor == runtime::Processor::kAmd64 && layout.g_sched_bp >= 0)
      offsets = {at(layout.m_procid),   at(layout.m_curg),     at(layout.g_stack_lo),
                 at(layout.g_stack_hi), at(layout.g_sched_bp), at(layout.m_alllink)};
  } else if (opened.error().code != ErrorCode::kNotFound) {
    return Fail(std::move(opened.error()));
  }
  SEEP_TRY(capture::AllocationProbe probe,
           capture::AllocationProbe::Attach(pid, places.points, offsets ? &*offsets : nullptr, rate));
  KernelSampling sampling(pid, std::move(probe), std::move(outside));
  sampling.modules_ = places.modules;
  SEEP_TRY_VOID(sampling.NameThreads());
  return sampling;
}

Status KernelSampling::NameThreads() {
  if (outside_ == nullptr) return {};
  SEEP_TRY(const runtime::Threads threads, runtime::ReadThreads(outside_->go));
  for (const runtime::ThreadM& thread : threads.known)
    SEEP_TRY_VOID(probe_.NameThread(thread.thread, thread.m));
  SEEP_TRY_VOID(probe_.NameNewest(threads.allm));
  return {};
}

Status KernelSampling::LookAfterThreads() {
  return probe_.NewThreads().empty() ? Status() : NameThreads();
}

Result<KernelSampling::Seen> KernelSampling::Read() {
  SEEP_TRY(capture::AllocationProbe::Seen seen, probe_.Read());
  Seen out{std::move(seen.samples), seen.calls, seen.no_thread};
  // Libraries may have come since.
  if (const auto memory = capture::ProcessMemory::Open("/proc", pid_))
    modules_ = FindPlaces(**memory, pid_).modules;
  out.samples.modules = modules_;
  return out;
}

}  // namespace seep::pipeline

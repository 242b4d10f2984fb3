#include "pipeline/native_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/number_at.h"
#include "base/text.h"
#include "capture/injection.h"
#include "capture/proc.h"
#include "capture/process_memory.h"
#include "parse/elf/file.h"
#include "parse/elf/loaded.h"
#include "parse/native_samples/native_samples.h"
#include "pipeline/native.h"
#include "runtime/idle_thread.h"

namespace seep::pipeline {
namespace {

constexpr std::string_view kControl = "seep_native_control_1";
constexpr uint64_t kPage = 4096;
constexpr uint64_t kLargestSamples = uint64_t{1} << 30;

std::string_view BaseName(std::string_view path) {
  constexpr std::string_view kDeleted = " (deleted)";
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  return path.substr(path.rfind('/') + 1);
}

// The first mapping of the file that `matches` likes, by its base name.
template <class Matches>
const model::MemoryRange* FirstMapping(const model::ProcessImage& image, Matches matches) {
  for (const model::MemoryRange& range : image.ranges())
    if (range.offset == 0 && matches(BaseName(range.path))) return &range;
  return nullptr;
}

// Beside its name a library has a version now and then: "libc.so.6", "libc-2.31.so".
bool IsCLibrary(std::string_view name) {
  return name == "libc.so.6" || (name.starts_with("libc-2.") && name.ends_with(".so"));
}

// Parts of a samples file that are in use, the rest zero.
class SparseReader {
 public:
  SparseReader(const model::ProcessImage& image, uint64_t at, uint64_t size)
      : image_(image), at_(at), out_(size, '\0') {}

  bool Take(uint64_t begin, uint64_t size) {
    if (begin > out_.size() || size > out_.size() - begin) return false;
    return image_.ReadInto(at_ + begin, {out_.data() + begin, size});
  }
  uint64_t Word(uint64_t index) const { return NumberAt<uint64_t>(out_, index * 8).value_or(0); }
  std::string& out() { return out_; }

 private:
  const model::ProcessImage& image_;
  uint64_t at_;
  std::string out_;
};

// The words of the header: parse/native_samples/native_samples.h.
Result<std::string> ReadFile(const model::ProcessImage& image, uint64_t at, uint64_t size) {
  constexpr uint64_t kHeader = 22 * 8;
  const auto torn = [] { return Fail(ErrorCode::kUnavailable, "its samples can be read no longer", "", ""); };
  SparseReader head(image, at, kHeader);
  if (!head.Take(0, kHeader)) return torn();
  const uint64_t stacks = head.Word(11), words = std::min(head.Word(12), head.Word(15));
  const uint64_t slots = head.Word(10), keys = head.Word(8), records = head.Word(9);
  if (words > kLargestSamples / 8 || stacks > kLargestSamples || slots > kLargestSamples / 16 ||
      stacks + words * 8 > size || keys + slots * 8 > size || records + slots * 16 > size)
    return Fail(ErrorCode::kBadInput, "its samples lie outside of their file");
  SparseReader file(image, at, std::max({stacks + words * 8, keys + slots * 8, records + slots * 16}));
  const uint64_t modules = std::min(head.Word(13), head.Word(5)) * 32;
  if (!file.Take(0, kHeader) || !file.Take(head.Word(4), modules) ||
      !file.Take(head.Word(6), std::min(head.Word(14), head.Word(7))) || !file.Take(stacks, words * 8) ||
      !file.Take(keys, slots * 8))
    return torn();
  // A page of records is read only where a key says that one of them is used.
  constexpr uint64_t kInPage = kPage / 16;
  for (uint64_t first = 0; first < slots; first += kInPage) {
    const uint64_t count = std::min(kInPage, slots - first);
    const std::string_view part = PartAt(file.out(), keys + first * 8, count * 8);
    if (part.find_first_not_of('\0') == part.npos) continue;
    if (!file.Take(records + first * 16, count * 16)) return torn();
  }
  return std::move(file.out());
}

Status CheckOutcome(uint64_t outcome, const std::string& where) {
  switch (outcome) {
    case 0:
    case 1:
      return {};
    case 2:
      return Fail(ErrorCode::kUnavailable,
                  "the process gets no memory for its samples (memfd, 38 MiB of address space)", where,
                  "its limits (ulimit -n, -v) or its cgroup leave none");
    case 3:
      return Fail(ErrorCode::kUnavailable, "threads of it are still in the sampler", where, "try again");
    default:
      return Fail(ErrorCode::kUnsupported,
                  "functions of its C library that the sampler stands before were not found", where,
                  "glibc 2.35 or newer has them; nothing was changed");
  }
}

struct Loader {
  uint64_t dlopen = 0, dlerror = 0;
};
Result<Loader> FindLoader(const model::ProcessImage& image, const std::string& where) {
  constexpr std::string_view kInstead =
      "native memory of such a program is not seen; seep memory says how much there is";
  if (FirstMapping(image, [](std::string_view name) {
        return name.starts_with("ld-musl") || name.starts_with("libc.musl");
      }))
    return Fail(ErrorCode::kUnsupported, "its C library is musl; the sampler needs glibc", where,
                std::string(kInstead));
  const model::MemoryRange* libc = FirstMapping(image, IsCLibrary);
  if (libc == nullptr)
    return Fail(ErrorCode::kUnsupported,
                "it is linked statically: there is no loader in it that could load anything (Go without cgo "
                "has no native memory)",
                where, std::string(kInstead));
  const auto open = parse::elf::LoadedSymbol(image, libc->begin, "dlopen");
  const auto error = parse::elf::LoadedSymbol(image, libc->begin, "dlerror");
  if (!open || !error)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("its {} is older than glibc 2.35", Printable(libc->path)), where,
                "seep native needs a newer one");
  return Loader{*open, *error};
}

// Its place in our own library.
Result<uint64_t> ControlInLibrary(std::string_view library) {
  SEEP_TRY(const parse::elf::File file, parse::elf::File::Parse(Bytes(std::string(library))));
  for (const parse::elf::Symbol& symbol : file.Symbols())
    if (symbol.name == kControl) return symbol.value;
  return Fail(ErrorCode::kUnsupported, "this seep was built without its library");
}

}  // namespace

NativeSampler FindNativeSampler(const model::ProcessImage& image) {
  NativeSampler out;
  // "/memfd:seep-native (deleted)", "/tmp/seep-native-x7Yz/seep-native.so"
  const auto is_library = [](std::string_view name) {
    return name == "memfd:seep-native" || name == "seep-native.so";
  };
  if (const model::MemoryRange* library = FirstMapping(image, is_library))
    out.control = parse::elf::LoadedSymbol(image, library->begin, kControl).value_or(0);
  // "/memfd:seep-native.samples (deleted)", "/tmp/seep-native-x7Yz/4711.samples"
  for (const model::MemoryRange& range : image.ranges())
    if (range.offset == 0 && BaseName(range.path).ends_with(".samples") &&
        range.path.find("seep-native") != std::string::npos &&
        image.Value<uint64_t>(range.begin) == std::optional<uint64_t>(0x3174616e70656573))
      out.samples = range.begin;
  return out;
}

Result<model::NativeSamples> ReadNativeSamples(const model::ProcessImage& image) {
  const NativeSampler sampler = FindNativeSampler(image);
  if (sampler.samples == 0)
    return Fail(ErrorCode::kNoEvidence, "it is not sampled: what C allocated in it is not known by Go line",
                "", "seep native PID --inject begins; seep native -- CMD does from the start");
  const model::MemoryRange* range = image.RangeOf(sampler.samples);
  SEEP_TRY(const std::string file, ReadFile(image, sampler.samples, range->size()));
  return parse::ParseNativeSamples(file);
}

Result<model::NativeSamples> ReadNativeProcess(uint64_t pid, const OutsideOptions& options) {
  SEEP_TRY(const auto memory, capture::ProcessMemory::Open(options.proc_root, pid));
  auto samples = ReadNativeSamples(*memory);
  if (!samples) {
    if (samples.error().where.empty()) samples.error().where = fmt::format("pid {}", pid);
    return samples;
  }
  for (model::NativeModule& module : samples->modules)
    module.readable_at = capture::FileOfProcess(options.proc_root, pid, module.path);
  return samples;
}

Result<Switched> SwitchNativeSampler(uint64_t pid, bool on, uint64_t rate, const OutsideOptions& options) {
  const std::string where = fmt::format("pid {}", pid);
  SEEP_TRY_VOID(capture::CheckInjectable(options.proc_root, pid));
  SEEP_TRY(const auto memory, capture::ProcessMemory::Open(options.proc_root, pid));
  const NativeSampler sampler = FindNativeSampler(*memory);
  if (!on && sampler.control == 0)
    return Fail(ErrorCode::kNoEvidence, "it is not sampled: there is nothing to switch off", where);
  Loader loader;
  SEEP_TRY(loader, FindLoader(*memory, where));
  SEEP_TRY(const Outside outside, OpenOutside(std::to_string(pid), options));

  capture::InjectionRequest request;
  request.proc_root = options.proc_root;
  request.pid = pid;
  request.is_idle = [&](uint64_t pc, uint64_t sp) { return runtime::IsIdleThread(outside.go, pc, sp); };
  request.dlopen = loader.dlopen;
  request.dlerror = loader.dlerror;
  request.action = on ? 1 : 2;
  request.rate = rate;
  request.control = sampler.control;
  if (sampler.control == 0) {
    request.library = NativeLibrary();
    SEEP_TRY(request.control, ControlInLibrary(request.library));
  }
  SEEP_TRY(const capture::InjectionAnswer answer, capture::Inject(request));
  SEEP_TRY_VOID(CheckOutcome(answer.outcome, where));
  return Switched{answer.slots, answer.outcome == 1, sampler.control == 0, answer.held,
                  static_cast<uint64_t>(answer.thread)};
}

}  // namespace seep::pipeline

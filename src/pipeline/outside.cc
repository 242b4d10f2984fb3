#include "pipeline/outside.h"

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "capture/owner.h"
#include "capture/process_memory.h"
#include "capture/stored_file.h"
#include "parse/core/core_image.h"
#include "parse/pclntab/module.h"

namespace seep::pipeline {
namespace {

Result<runtime::GoProcess> OpenGo(const model::ProcessImage& image, std::string where) {
  auto go = runtime::OpenGoProcess(image);
  if (go) return go;
  Error error = std::move(go.error());
  if (error.where.empty()) error.where = std::move(where);
  return Fail(std::move(error));
}

// What the program does not show although it is read.
void AddGaps(Outside& outside) {
  if (!outside.clock)
    outside.gaps.push_back({"how long goroutines have waited",
                            "a core file does not hold the clock that the runtime counts by", ""});
  if (outside.go.wait_reasons.empty())
    outside.gaps.push_back({"what goroutines wait for",
                            "the runtime's texts for it were not found in its memory",
                            "its pprof endpoint says it"});
}

Result<Outside> OpenPid(uint64_t pid, const OutsideOptions& options) {
  SEEP_TRY(auto memory, capture::ProcessMemory::Open(options.proc_root, pid));
  Outside outside;
  SEEP_TRY(outside.go, OpenGo(*memory, fmt::format("pid {}", pid)));
  outside.clock = [at = memory.get()] { return at->Nanotime(); };  // it lives as long as the image
  outside.image = std::move(memory);
  outside.pid = pid;
  outside.name = capture::ProcessName(options.proc_root, pid);
  AddGaps(outside);
  return outside;
}

// What a core file that was cut off, or has no executable beside it, is missing.
Error ExplainCore(Error error, const parse::core::Core& core, const std::string& program,
                  const std::optional<Error>& unopened) {
  if (core.missing_bytes > 0)
    error.what += fmt::format("; {} of the core file are missing, it was cut off (ulimit -c, a full disk)",
                              FormatBytes(static_cast<double>(core.missing_bytes)));
  if (unopened) {
    error.what += fmt::format("; its executable {} was not read: {}", program, unopened->what);
    error.hint = "give the executable that ran: --binary FILE";
  }
  return error;
}

Result<Outside> OpenCore(const std::string& path, const OutsideOptions& options) {
  SEEP_TRY(const auto file, capture::OpenStoredFile(path));
  auto core = parse::core::ReadCore(*file);
  if (!core) {
    core.error().where = path;
    return Fail(std::move(core.error()));
  }
  const std::string program = options.binary.empty() ? core->ExecutablePath() : options.binary;
  std::shared_ptr<const model::StoredFile> executable;
  std::optional<Error> unopened;
  if (auto opened = capture::OpenStoredFile(program))
    executable = std::move(*opened);
  else if (!options.binary.empty())
    return Fail(std::move(opened.error()));
  else
    unopened = std::move(opened.error());
  SEEP_TRY(auto image, parse::core::CoreImage::Make(std::move(*core), file, std::move(executable)));
  auto go = OpenGo(*image, path);
  if (!go) return Fail(ExplainCore(std::move(go.error()), image->core(), program, unopened));
  Outside outside;
  outside.go = std::move(*go);
  outside.name = Printable(image->core().name);
  for (const parse::core::CoreThread& thread : image->core().threads)
    outside.core_threads.emplace_back(thread.id, thread.sp);
  if (const uint64_t missing = image->core().missing_bytes; missing > 0)
    outside.gaps.push_back({fmt::format("{} of the core file", FormatBytes(static_cast<double>(missing))),
                            "it was cut off: by ulimit -c, or a full disk",
                            "ulimit -c unlimited, and room for all memory of the process"});
  outside.image = std::move(image);
  AddGaps(outside);
  return outside;
}

}  // namespace

Result<std::unique_ptr<model::ProcessImage>> OpenImage(const std::string& target,
                                                       const OutsideOptions& options) {
  Cursor in(target);
  const auto pid = in.Decimal();
  if (!pid || !in.AtEnd()) return Fail(ErrorCode::kUsage, fmt::format("\"{}\": expected a pid", target));
  SEEP_TRY(auto memory, capture::ProcessMemory::Open(options.proc_root, *pid));
  return memory;
}

Result<bool> IsGoProcess(uint64_t pid, const OutsideOptions& options) {
  SEEP_TRY(const auto memory, capture::ProcessMemory::Open(options.proc_root, pid));
  return !parse::pclntab::FindModules(*memory).empty();
}

OutsideOptions HowToOpen(const Options& options) {
  return {options.capture.proc_root, options.binary};
}

Result<Outside> OpenOutside(const std::string& target, const OutsideOptions& options) {
  Cursor in(target);
  const auto pid = in.Decimal();
  if (pid && in.AtEnd()) return OpenPid(*pid, options);
  if (capture::IsCoreFile(target)) return OpenCore(target, options);
  return Fail(ErrorCode::kUsage, fmt::format("\"{}\": expected a pid or a core file", target), "",
              "pgrep -f NAME prints the pids of a program");
}

}  // namespace seep::pipeline

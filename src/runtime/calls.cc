#include "runtime/calls.h"

#include <algorithm>
#include <array>

namespace seep::runtime {
namespace {

constexpr int32_t kSymbolsInProfiles = 21;        // go1.21: runtime/pprof/proto.go, runtime_FrameSymbolName
constexpr size_t kMostBytes = size_t{256} << 20;  // of hostile memory; a program has some kilobytes
constexpr size_t kLongestName = 16'384;           // names of generic functions have kilobytes

bool IsUpper(std::string_view name) {
  return !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
}

bool Panics(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPanics = {"runtime.gopanic", "runtime.sigpanic",
                                                       "runtime.panicwrap"};
  return std::ranges::find(kPanics, name) != kPanics.end();
}

}  // namespace

bool IsForPeople(std::string_view function) {
  // Finalizers and cleanups run in goroutines that look like nobody's without it.
  if (function == "runtime.runFinalizers" || function == "runtime.runCleanups") return true;
  if (function.find('.') == std::string_view::npos) return false;
  constexpr std::string_view kRuntime = "runtime.";
  if (!function.starts_with(kRuntime)) return true;
  function.remove_prefix(kRuntime.size());
  const size_t dot = function.rfind('.');
  std::string_view receiver = dot == std::string_view::npos ? "" : function.substr(0, dot);
  const std::string_view name = dot == std::string_view::npos ? function : function.substr(dot + 1);
  if (receiver.size() >= 3 && receiver.starts_with("(*") && receiver.ends_with(")"))
    receiver = receiver.substr(2, receiver.size() - 3);
  return IsUpper(name) && (receiver.empty() || IsUpper(receiver));
}

Calls::Calls(const GoProcess& process)
    : process_(process), wrapper_(parse::pclntab::WrapperId(static_cast<uint32_t>(process.layout->minor))) {}

const std::vector<Call>& Calls::At(uint64_t call_pc) {
  const auto [found, added] = known_.try_emplace(call_pc);
  if (added) found->second = Find(call_pc);
  return found->second;
}

void Calls::Trim() {
  if (bytes_ < kMostBytes) return;
  known_.clear();
  bytes_ = 0;
}

std::vector<Call> Calls::Find(uint64_t call_pc) {
  bytes_ += sizeof(std::vector<Call>) + sizeof call_pc;
  if (bytes_ >= 2 * kMostBytes) return {};  // a stack made up to have no end of names
  const auto place = process_.functions.Find(call_pc);
  if (!place) return {};
  std::vector<Call> calls;
  const uint64_t entry = place->function().entry;
  for (const parse::pclntab::Frame& frame : place->table->Frames(place->index, call_pc)) {
    Call call;
    const std::string_view name = frame.function.substr(0, kLongestName);
    call.function = parse::pclntab::PrintedName(name);
    call.symbol = process_.layout->minor >= kSymbolsInProfiles ? std::string(name) : call.function;
    call.file = frame.at.file.substr(0, kLongestName);
    call.line = frame.at.line;
    call.first_line = frame.first_line;
    call.pc = frame.pc;
    call.entry = entry;
    call.inlined = frame.inlined;
    call.wrapper = frame.id == wrapper_;
    call.panics = Panics(frame.function);
    call.for_people = IsForPeople(frame.function);
    bytes_ += sizeof call + call.function.size() + call.symbol.size() + call.file.size();
    calls.push_back(std::move(call));
  }
  return calls;
}

std::optional<Creator> FindCreator(const GoProcess& process, const G& g) {
  constexpr uint64_t kMain = 1;
  if (g.goid == kMain || g.created == 0) return std::nullopt;
  const auto place = process.functions.Find(g.created);
  if (!place) return std::nullopt;
  // The function whose code it is, and the statement's own line: not what was inlined there.
  const parse::pclntab::Function function = place->function();
  if (!IsForPeople(function.name)) return std::nullopt;
  const uint64_t call = g.created > function.entry ? g.created - 1 : g.created;
  const parse::pclntab::SourceLine at = place->table->LineOf(place->index, call);
  return Creator{parse::pclntab::PrintedName(function.name), std::string(at.file), at.line,
                 g.created - function.entry};
}

}  // namespace seep::runtime

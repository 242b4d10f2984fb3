#include "runtime/arguments.h"

#include <fmt/format.h>

#include <iterator>

#include "base/number_at.h"

namespace seep::runtime {
namespace {

constexpr uint32_t kArgInfo = 5, kArgLiveInfo = 6;  // FUNCDATA
constexpr uint32_t kArgLiveIndex = 3;               // PCDATA
constexpr uint8_t kEnd = 0xff, kOpen = 0xfe, kClose = 0xfd, kMore = 0xfc, kTooFar = 0xfb;
constexpr size_t kLongest = 200;  // TraceArgsMaxLen is 171

// Which slots hold what was passed, at this pc.
struct Liveness {
  std::string_view info;  // u8 first offset that needs a look, then bits by number of slot
  int32_t index = 0;      // of the first byte of bits

  bool Needs(uint8_t offset) const { return !info.empty() && offset >= static_cast<uint8_t>(info[0]); }
  bool IsLive(uint8_t offset, size_t slot) const {
    if (info.empty() || index <= 0 || !Needs(offset)) return true;
    const auto bits = NumberAt<uint8_t>(info, static_cast<uint64_t>(index) + slot / 8);
    return bits && (*bits >> (slot % 8) & 1) != 0;
  }
};

// A slot may straddle words.
uint64_t SlotAt(StackMemory& stack, uint64_t address, uint8_t size) {
  const uint64_t word = address & ~uint64_t{7}, shift = 8 * (address - word);
  uint64_t value = stack.Word(word).value_or(0) >> shift;
  if (shift != 0) value |= stack.Word(word + 8).value_or(0) << (64 - shift);
  return size < 8 ? value & ((uint64_t{1} << (8 * size)) - 1) : value;
}

}  // namespace

void PrintArguments(const GoProcess& process, const Frame& frame, StackMemory& stack, std::string& out) {
  const auto place = process.functions.Find(frame.CallPc());
  if (!place || frame.arguments == 0) return;
  const std::string_view info = place->table->FuncData(place->index, kArgInfo).substr(0, kLongest);
  if (info.empty()) return;
  const Liveness live{place->table->FuncData(place->index, kArgLiveInfo),
                      place->table->PcData(place->index, kArgLiveIndex, frame.CallPc())};
  bool first = true;
  size_t slot = 0;
  const auto comma = [&] {
    if (!first) out += ", ";
    first = false;
  };
  for (size_t i = 0; i < info.size(); ++i) {
    const auto code = static_cast<uint8_t>(info[i]);
    if (code == kEnd) return;
    if (code == kClose) {
      out += '}';
      first = false;
      continue;
    }
    comma();
    if (code == kOpen) {
      out += '{';
      first = true;
    } else if (code == kMore) {
      out += "...";
    } else if (code == kTooFar) {
      out += '_';
    } else {
      if (++i == info.size()) return;
      fmt::format_to(std::back_inserter(out), "{:#x}",
                     SlotAt(stack, frame.arguments + code, static_cast<uint8_t>(info[i])));
      if (!live.IsLive(code, slot)) out += '?';
      if (live.Needs(code)) ++slot;
    }
  }
}

}  // namespace seep::runtime

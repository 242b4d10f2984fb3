#include "parse/legacy_heap/text_stacks.h"

#include <fmt/format.h>

#include <limits>

#include "base/text.h"

namespace seep::parse {

std::optional<model::FrameId> ReadFrameLine(std::string_view line, model::StackTable& stacks) {
  Cursor in(line);
  if (!in.Skip('#')) return std::nullopt;
  in.SkipSpaces();
  if (!in.Rest().starts_with("0x")) return std::nullopt;
  if (!in.Hex()) return std::nullopt;
  in.SkipSpaces();
  // FUNC+0xOFF<tabs>FILE:LINE. Function names hold no tabs, but generic ones hold spaces; files may hold
  // spaces and colons.
  std::string_view function = Trim(in.Until('\t'));
  std::string_view file = Trim(in.Rest());
  if (const size_t plus = function.rfind("+0x"); plus != function.npos) function = function.substr(0, plus);
  if (function.empty()) return std::nullopt;
  uint32_t number = 0;
  if (const size_t colon = file.rfind(':'); colon != file.npos) {
    Cursor digits(file.substr(colon + 1));
    const auto value = digits.Decimal();
    if (value && digits.AtEnd()) {
      file = file.substr(0, colon);
      if (*value <= std::numeric_limits<uint32_t>::max()) number = static_cast<uint32_t>(*value);
    }
  }
  return stacks.AddFrame(function, file, number);
}

bool ReadTextStack(std::string_view addresses, Cursor& in, model::StackTable& stacks,
                   std::vector<model::FrameId>& out) {
  out.clear();
  // The lines that say more than the addresses come first, so that addresses are interned only where nothing
  // else is known.
  while (true) {
    const std::string_view line = in.PeekLine();
    if (!line.starts_with('#') || line.starts_with("# runtime.MemStats")) break;
    in.Line();
    if (const auto frame = ReadFrameLine(line, stacks)) out.push_back(*frame);
  }
  const bool symbolised = !out.empty();
  Cursor words(addresses);
  for (words.SkipSpaces(); !words.AtEnd(); words.SkipSpaces()) {
    const auto address = words.Hex();
    if (!address || (!words.AtEnd() && words.Rest().front() != ' ' && words.Rest().front() != '\t'))
      return false;
    if (symbolised || *address == 0) continue;
    // A return address: minus one is within the call.
    out.push_back(stacks.AddFrame(fmt::format("0x{:x}", *address - 1), "", 0));
  }
  return true;
}

}  // namespace seep::parse

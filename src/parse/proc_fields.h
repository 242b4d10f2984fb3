// What the /proc formats have in common.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/cursor.h"
#include "model/snapshot.h"

namespace seep::parse {

// "VmRSS:\t    1756 kB" (fs/proc/task_mmu.c SEQ_PUT_DEC): the number in bytes where the unit is kB, as it is
// otherwise.
struct ProcField {
  std::string_view key;
  uint64_t value = 0;
};

inline std::optional<ProcField> ReadProcField(std::string_view line) {
  Cursor in(line);
  const std::string_view key = in.Until(':');
  if (!in.Skip(':') || key.empty()) return std::nullopt;
  in.SkipSpaces();
  const auto number = in.Decimal();
  if (!number) return std::nullopt;
  in.SkipSpaces();
  if (in.Rest() != "kB") return ProcField{key, *number};
  if (*number > UINT64_MAX / 1024) return std::nullopt;
  return ProcField{key, *number * 1024};
}

// "proc/status" -> "status"; the name of a loose file is its own.
inline std::string_view BaseName(std::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == name.npos ? name : name.substr(slash + 1);
}

inline std::vector<model::Snapshot> OneSnapshot(model::Snapshot snapshot) {
  std::vector<model::Snapshot> out;
  out.push_back(std::move(snapshot));
  return out;
}

}  // namespace seep::parse

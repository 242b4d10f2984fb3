#include "model/finding.h"

namespace seep::model {

std::string_view Name(Verdict v) {
  static constexpr std::string_view kNames[] = {"leak", "bounded", "watch", "fault"};
  return kNames[static_cast<size_t>(v)];
}
std::string_view Name(Confidence c) {
  static constexpr std::string_view kNames[] = {"proved", "strong", "likely", "possible"};
  return kNames[static_cast<size_t>(c)];
}
std::string_view Name(Severity s) {
  static constexpr std::string_view kNames[] = {"critical", "high", "medium", "low"};
  return kNames[static_cast<size_t>(s)];
}
std::string_view Name(Shape s) {
  static constexpr std::string_view kNames[] = {"unbounded", "bounded", "plateau", "unknown"};
  return kNames[static_cast<size_t>(s)];
}
std::string_view Name(Role r) {
  static constexpr std::string_view kNames[] = {"culprit", "creator", "blocked", "allocator", "candidate"};
  return kNames[static_cast<size_t>(r)];
}

}  // namespace seep::model

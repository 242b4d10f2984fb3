#include <cstdint>

#include "parse/pprof_legacy/legacy.h"
#include "profile/profile_text_for_test.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto profile = seep::parse::pprof_legacy::ReadLegacyProfile(bytes);
  if (profile && !seep::profile::Inconsistency(*profile).empty()) __builtin_trap();
  return 0;
}

// Names of functions as people read them: C++ and Rust symbols demangled and shortened (google/pprof
// internal/symbolizer/symbolizer.go, Demangle, 2025-11).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "profile/profile.h"

namespace seep::profile {

enum class Demangling : uint8_t {
  kDefault,    // no parameters, no templates, no return type
  kTemplates,  // no parameters, no return type
  kFull,
  kNone,
};

// A symbol for people; the symbol itself where it is no mangled name.
std::string DemangledName(std::string_view symbol, Demangling how);

// Gives every function a name from its system name, unless it has one of its own. `again`: even then.
void NameFunctions(Profile& profile, Demangling how, bool again);

}  // namespace seep::profile

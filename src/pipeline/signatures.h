// What the packages of knowledge/signatures/ export, as Go source without bodies.
#pragma once

#include <string_view>
#include <vector>

#include "goscan/types/program.h"

namespace seep::pipeline {

// A finder over them, for imports whose source is not there.
goscan::Program::Finder FindSignatures();

}  // namespace seep::pipeline

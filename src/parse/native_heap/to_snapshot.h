// A profile of native memory whole -> what detection needs of it.
#pragma once

#include "model/profile.h"
#include "model/stack_table.h"
#include "profile/profile.h"

namespace seep::parse {

// An address without a name is named by its file, "[libxml2.so.2]", and without that by its number.
model::Profile ToModelProfile(const profile::Profile& profile, model::StackTable& stacks);

}  // namespace seep::parse

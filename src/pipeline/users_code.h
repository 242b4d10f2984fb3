// Whether a function is the user's own code, for reports over profiles.
#pragma once

#include <functional>
#include <string_view>

namespace seep::pipeline {

// By the knowledge that is built in; it is read when the first question comes. Not for several threads at
// once.
std::function<bool(std::string_view function, std::string_view file)> UsersCode();

}  // namespace seep::pipeline

// For those who make a profile of something else: functions and locations put into it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>

#include "profile/profile.h"

namespace seep::profile {

// The functions of a profile that is being made: each name in each file once.
class FunctionIndex {
 public:
  // The line that counts is that of the first who asks.
  FunctionId Add(Profile& p, std::string_view name, std::string_view file, int64_t start_line = 0);

 private:
  std::unordered_map<uint64_t, FunctionId> known_;  // by the ids of both texts
};

// A new one; `lines` with the innermost inlined call first.
LocationId AddLocation(Profile& p, uint64_t address, MappingId mapping, std::span<const Line> lines);

}  // namespace seep::profile

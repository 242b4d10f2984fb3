// Flags in the syntax of Go's flag package (src/flag/flag.go, Go 1.26): -flag, --flag, -flag=value, -flag
// value; of a boolean only -flag and -flag=value. They end at the first argument that is none, or behind
// "--". Errors are worded as it words them. CLI11 knows another syntax.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seep::cli {

class GoFlags {
 public:
  // What is given last counts. The targets outlive the parsing; their values until then are the defaults.
  void AddBool(std::string_view name, bool& to);
  void AddInt(std::string_view name, int64_t& to);
  void AddFloat(std::string_view name, double& to);
  void AddText(std::string_view name, std::string& to);

  bool Has(std::string_view name) const { return flags_.contains(name); }
  // Returns the arguments behind the flags. Stops at -h or -help, unless there are such flags, and says so.
  Result<std::vector<std::string>> Parse(std::span<const char* const> args, bool& help) const;

 private:
  struct Flag {
    bool is_bool = false;
    std::function<Status(std::string_view value)> set;
  };
  Status ParseOne(std::span<const char* const> args, size_t& next, bool& help) const;

  std::map<std::string, Flag, std::less<>> flags_;
};

}  // namespace seep::cli

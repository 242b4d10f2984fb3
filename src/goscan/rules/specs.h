// The knowledge about resources, ready to be asked by the key of a callee.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/string_table.h"
#include "model/scan.h"

namespace seep::goscan {

class Specs {
 public:
  Specs(const std::vector<model::ScanResource>& resources, const model::ScanFunctions& functions,
        StringTable& strings);

  // What a function gives: mostly one thing, a pipe has two ends.
  std::span<const model::ScanResource* const> Acquires(StringId callee) const {
    if (callee.value >= acquires_.size()) return {};
    return acquires_[callee.value];
  }
  // By the qualified name of the type an unknown function gives.
  const model::ScanResource* OfType(std::string_view qualified) const;
  bool Releases(const model::ScanResource& resource, StringId callee) const;
  bool Keeps(StringId callee) const { return keeps_.contains(callee.value); }
  bool Ends(StringId callee) const { return ends_.contains(callee.value); }
  bool Borrows(std::string_view callee) const;
  // Whether some acquiring function has this last name: most calls need not be looked at any further.
  bool MayAcquire(std::string_view name) const { return names_.contains(name); }

 private:
  // By StringId: they are the first strings of the table.
  std::vector<std::vector<const model::ScanResource*>> acquires_;
  std::unordered_map<std::string_view, const model::ScanResource*> types_;
  std::unordered_map<const model::ScanResource*, std::unordered_set<uint32_t>> release_by_;
  std::unordered_set<uint32_t> keeps_, ends_;
  std::unordered_set<std::string_view> names_;
  std::unordered_set<uint32_t> borrows_;
  std::vector<std::string_view> borrowed_packages_;
};

// A package of the standard library, by its path: nothing else has a first element without a dot, but the
// module itself may.
bool IsStandard(std::string_view path);

// "net/http" of "net/http.Client.Do".
std::string_view PackageOfKey(std::string_view key);

}  // namespace seep::goscan

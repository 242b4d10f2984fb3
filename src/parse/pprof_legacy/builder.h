// A legacy profile being put together: one location an address, no names.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "profile/profile.h"

namespace seep::parse::pprof_legacy {

struct TypeName {
  std::string_view type, unit;
};

class Builder {
 public:
  void SetSampleTypes(std::initializer_list<TypeName> types);
  void SetPeriod(TypeName type, int64_t period);

  // The label "bytes" that samples of heaps carry: the size of one block.
  profile::LabelSetId BytesLabel(int64_t bytes);
  // `addresses`: innermost first. As many values as sample types.
  void AddSample(std::span<const uint64_t> addresses, std::span<const int64_t> values,
                 profile::LabelSetId labels = {});
  // Of an address that samples have; 0 if none has it.
  profile::LocationId Find(uint64_t address) const;

  profile::Profile profile;

 private:
  profile::LocationId Location(uint64_t address);
  size_t Slot(uint64_t address) const;

  std::vector<uint64_t> addresses_ = {0};                       // by location id
  std::vector<uint32_t> slots_ = std::vector<uint32_t>(64, 0);  // open addressing, 0 = free
};

// What no sample uses goes, the rest is numbered in the order of use.
void RenumberLocations(profile::Profile& profile);
// The same for functions and locations.
void RenumberFunctions(profile::Profile& profile);

// Takes the second frame out of a sample.
void DropSecondFrame(profile::Samples& samples, size_t sample);

}  // namespace seep::parse::pprof_legacy

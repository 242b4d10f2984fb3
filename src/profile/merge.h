// Profiles added up, scaled and subtracted, as google/pprof does (profile/merge.go, internal/measurement,
// 2025-11), quirks included: what `seep pprof -proto` writes is compared with it byte for byte.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/profile.h"

namespace seep::profile {

// One profile of them all. Samples with equal stacks and labels become one, in the order of their first
// appearance; mappings, locations and functions that no sample uses are left out and the rest is numbered in
// the order of use. Samples whose values are all 0 are dropped. Time is the earliest, duration the sum,
// period the largest.
//   - mappings are the same if size (rounded up to 4 KiB), offset and build id (else file) are: addresses
//   move with
//     them, which is how profiles of one position-independent program are added up;
//   - locations are the same if address within the mapping, lines and the LAST line's column are.
// An error if period or sample types differ: MakeCompatible goes before.
Result<Profile> Merge(std::vector<Profile> profiles);

// Keeps the sample types that all of them have, in the order of the first, and converts values to the finer
// unit of those that differ ("ms" and "ns").
Status MakeCompatible(std::span<Profile> profiles);

// Multiplies all values; a sample left without a value other than 0 is dropped.
void Scale(Profile& profile, double ratio);
void Scale(Profile& profile, std::span<const double> ratios);  // one a sample type

// Scales each sample type to the base's total of it.
Status Normalize(Profile& profile, const Profile& base);

// Gives every sample this text label in place of others of its key; an empty text takes them away.
void SetLabel(Profile& profile, std::string_view key, std::string_view text);

// Labels that the wire format cannot tell from none: the number 0 without a unit, which legacy heaps have.
void DropVoidLabels(Profile& profile);

}  // namespace seep::profile

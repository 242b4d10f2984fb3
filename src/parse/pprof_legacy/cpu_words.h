// The words of a gperftools CPU profile. Past the end come zeros, and failed() says so.
#pragma once

#include <cstdint>
#include <string_view>

#include "profile/profile.h"

namespace seep::parse::pprof_legacy {

struct WordForm {
  size_t size;
  bool big_endian;
};

class Words {
 public:
  Words(std::string_view bytes, WordForm form) : rest_(bytes), form_(form) {}

  uint64_t Next() {
    if (rest_.size() < form_.size) {
      failed_ = true;
      rest_ = {};
      return 0;
    }
    uint64_t word = 0;
    for (size_t i = 0; i < form_.size; ++i) {
      const size_t at = form_.big_endian ? i : form_.size - 1 - i;
      word = word << 8 | static_cast<unsigned char>(rest_[at]);
    }
    rest_.remove_prefix(form_.size);
    return word;
  }

  bool failed() const { return failed_; }
  bool AtEnd() const { return rest_.empty(); }
  size_t left() const { return rest_.size(); }  // bytes
  std::string_view Rest() const { return rest_; }

 private:
  std::string_view rest_;
  WordForm form_;
  bool failed_ = false;
};

// The interrupted address may be there twice, the second time moved back as if it were a return address.
void DropDoubledLeaves(profile::Profile& profile);

}  // namespace seep::parse::pprof_legacy

// What a report prints into: a string that is handed on in large pieces by reports that know that they will
// not fail any more, and at the end by all.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "pprof/report.h"

namespace seep::pprof {

class Writer {
 public:
  explicit Writer(Sink sink) : sink_(std::move(sink)) {}

  std::string& text() { return text_; }  // append here
  Writer& operator<<(std::string_view text) {
    text_ += text;
    return *this;
  }
  // Hands over what is there if it is worth a call. From here on the report may not fail.
  Status Spill() { return text_.size() < kPiece ? Status() : Flush(); }
  Status Flush() {
    Status status = text_.empty() ? Status() : sink_(text_);
    text_.clear();
    return status;
  }

 private:
  static constexpr size_t kPiece = 256 * 1024;
  Sink sink_;
  std::string text_;
};

}  // namespace seep::pprof

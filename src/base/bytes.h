// Bytes somebody keeps alive: a string we own, a mapped file, or a part of either. Cheap to copy, never
// copied deep.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace seep {

class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::string text) {
    auto owned = std::make_shared<const std::string>(std::move(text));
    view_ = *owned;
    owner_ = std::move(owned);
  }
  Bytes(std::shared_ptr<const void> owner, std::string_view view) : owner_(std::move(owner)), view_(view) {}

  std::string_view view() const { return view_; }
  size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  // The same owner, a part of the bytes; out-of-range positions are clamped.
  Bytes Part(size_t begin, size_t length) const {
    begin = begin < view_.size() ? begin : view_.size();
    return Bytes(owner_, view_.substr(begin, length));
  }

 private:
  std::shared_ptr<const void> owner_;
  std::string_view view_;
};

}  // namespace seep

// A JSON text while it is written (RFC 8259), in pieces as Writer's: traces of a million stacks are
// gigabytes, which no tree of values could hold. Names are made valid UTF-8; numbers are as they are in the
// profile, up to 64 bits wide.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "pprof/writer.h"

namespace seep::pprof {

// `text` between quotation marks, escaped.
void AppendQuoted(std::string& out, std::string_view text);

class Json {
 public:
  explicit Json(Writer& out) : out_(out) {}

  // Rows stand on lines of their own: a person reads the text, and grep finds things in it.
  Json& BeginRow() {
    out_.text() += first_ ? "\n  {" : ",\n  {";
    first_ = true;
    return *this;
  }
  Json& Begin(char bracket) {
    Comma();
    out_.text() += bracket;
    first_ = true;
    return *this;
  }
  Json& End(char bracket) {
    out_.text() += bracket;
    first_ = false;
    return *this;
  }
  Json& Key(std::string_view name) {
    Comma();
    AppendQuoted(out_.text(), name);
    out_.text() += ": ";
    first_ = true;
    return *this;
  }
  Json& Value(std::string_view text) {
    Comma();
    AppendQuoted(out_.text(), text);
    return *this;
  }
  Json& Value(const char* text) { return Value(std::string_view(text)); }
  Json& Value(bool yes) { return Verbatim(yes ? "true" : "false"); }
  Json& Value(std::integral auto number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return Verbatim({digits, static_cast<size_t>(end - digits)});
  }
  Json& Value(double number);  // null where it is not finite: JSON has no word for it
  // JSON already.
  Json& Verbatim(std::string_view json) {
    Comma();
    out_.text() += json;
    return *this;
  }
  template <typename T>
  Json& Member(std::string_view name, const T& value) {
    return Key(name).Value(value);
  }
  // Left out where there is nothing to say.
  Json& Optional(std::string_view name, std::string_view text) {
    return text.empty() ? *this : Key(name).Value(text);
  }
  Json& Optional(std::string_view name, std::integral auto number) {
    return number == 0 ? *this : Key(name).Value(number);
  }
  Status Spill() { return out_.Spill(); }

 private:
  void Comma() {
    if (!first_) out_.text() += ", ";
    first_ = false;
  }

  Writer& out_;
  bool first_ = true;  // nothing stands before in this object or array
};

}  // namespace seep::pprof

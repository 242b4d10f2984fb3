// The text of one or more goroutine dumps -> dumps in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parse/goroutine_text/dump_builder.h"

namespace seep::parse {

struct DumpText {
  std::vector<DumpBuilder::Dump> dumps;
  size_t traces_left_out = 0;  // single running goroutines (panics, logged stacks) beside the dumps
  bool too_many = false;       // more dumps than are read
  std::string go_version;      // if a line says so
};

// `plain`: use the fast reader where it can be used. Off only in tests: both ways read the same.
DumpText ReadDumps(std::string_view text, Context& context, bool plain = true);

// True if a line of `head` is a goroutine's header, raw or behind a log prefix.
bool HasGoroutineHeader(std::string_view head);

}  // namespace seep::parse

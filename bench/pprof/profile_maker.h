// Writes a heap profile of any size, the same bytes every time: the shape of Go's own (samples first, string
// table last, a "bytes" label on every sample), with stacks that share their outer frames as those of a real
// service do.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <protozero/pbf_writer.hpp>

namespace seep::bench {

struct ProfileShape {
  uint64_t stacks = 100'000;
  uint64_t locations = 80'000;
  uint64_t depth = 30;  // on average
};

inline std::string MakeHeapProfile(const ProfileShape& shape) {
  std::mt19937_64 random(42);  // its sequence is fixed by the standard, unlike that of the distributions
  const auto below = [&](uint64_t n) { return random() % n; };
  std::string bytes;
  protozero::pbf_writer out(bytes);
  const auto value_type = [&](uint32_t field, int64_t type, int64_t unit) {
    protozero::pbf_writer m(out, field);
    m.add_int64(1, type);
    m.add_int64(2, unit);
  };
  // 1 alloc_objects 2 count 3 alloc_space 4 bytes 5 inuse_objects 6 inuse_space 7 space 8 binary, then
  // functions and files
  constexpr uint64_t kFirstFunctionText = 9;
  const uint64_t functions = shape.locations / 4 + 1;
  value_type(11, 7, 4);
  out.add_int64(12, 524288);
  value_type(1, 1, 2);
  value_type(1, 3, 4);
  value_type(1, 5, 2);
  value_type(1, 6, 4);
  std::vector<uint64_t> stack;
  for (uint64_t i = 0; i < shape.stacks; ++i) {
    const uint64_t depth = shape.depth / 2 + below(shape.depth);
    const uint64_t family = below(64);
    stack.clear();
    for (uint64_t d = 0; d < depth; ++d) {
      const bool shared = d > depth / 2;
      stack.push_back(1 + (shared ? (family * 97 + d * 31) % shape.locations : below(shape.locations)));
    }
    const int64_t count = static_cast<int64_t>(below(5000));
    const int64_t size = int64_t{16} << below(12);
    const std::vector<int64_t> values{count * 3, count * 3 * size, count, count * size};
    protozero::pbf_writer m(out, 2);
    m.add_packed_uint64(1, stack.begin(), stack.end());
    m.add_packed_int64(2, values.begin(), values.end());
    protozero::pbf_writer label(m, 3);
    label.add_int64(1, 4);
    label.add_int64(3, size);
  }
  {
    protozero::pbf_writer m(out, 3);
    m.add_uint64(1, 1);
    m.add_uint64(2, 0x400000);
    m.add_uint64(3, 0x4000000);
    m.add_int64(5, 8);
    m.add_bool(7, true);
  }
  for (uint64_t id = 1; id <= shape.locations; ++id) {
    protozero::pbf_writer m(out, 4);
    m.add_uint64(1, id);
    m.add_uint64(2, 1);
    m.add_uint64(3, 0x400000 + id * 16);
    const uint64_t lines = below(5) == 0 ? 2 : 1;  // every fifth call is inlined into its caller
    for (uint64_t l = 0; l < lines; ++l) {
      protozero::pbf_writer line(m, 4);
      line.add_uint64(1, 1 + below(functions));
      line.add_int64(2, static_cast<int64_t>(10 + below(900)));
    }
  }
  for (uint64_t id = 1; id <= functions; ++id) {
    protozero::pbf_writer m(out, 5);
    const auto text = static_cast<int64_t>(kFirstFunctionText + (id - 1) * 2);
    m.add_uint64(1, id);
    m.add_int64(2, text);
    m.add_int64(3, text);
    m.add_int64(4, text + 1);
  }
  for (const char* s : {"", "alloc_objects", "count", "alloc_space", "bytes", "inuse_objects", "inuse_space",
                        "space", "/usr/bin/orders"})
    out.add_string(6, s);
  for (uint64_t id = 1; id <= functions; ++id) {
    const std::string number = std::to_string(id);
    out.add_string(
        6, "example.com/orders/internal/pkg" + std::to_string(id % 300) + ".(*Server).handle" + number);
    out.add_string(6, "/src/orders/internal/pkg" + std::to_string(id % 300) + "/file" + number + ".go");
  }
  out.add_int64(9, 1'795'287'733'000'000'000);
  return bytes;
}

}  // namespace seep::bench

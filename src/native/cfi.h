// How to get from a frame to its caller, from the .eh_frame the compiler wrote (x86-64 psABI 3.7, LSB 10.6,
// DWARF 5 6.4), found by way of .eh_frame_hdr. Nothing is allocated and no lock is taken: modules are found
// with _dl_find_object (glibc 2.35), which is safe in signal handlers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace seep::native {

// DWARF's numbers of x86-64 registers.
enum : uint32_t { kRbx = 3, kRbp = 6, kRsp = 7, kR12 = 12, kR15 = 15, kRip = 16, kRegisters = 17 };

struct Registers {
  uint64_t value[kRegisters];
};

enum class RuleKind : uint8_t {
  kSame,
  kUndefined,
  kOffset,
  kValueOffset,
  kRegister,
  kExpression,
  kValueExpression
};

struct Rule {
  RuleKind kind = RuleKind::kSame;
  uint8_t length_low = 0;
  uint16_t reg = 0;
  int32_t offset = 0;  // from the CFA, or of an expression from the FDE's instructions' base
};

struct Row {
  bool signal_frame = false;  // the caller was interrupted, it called nothing
  bool cfa_is_expression = false;
  uint32_t cfa_register = kRsp;
  int64_t cfa_offset = 0;
  const uint8_t* base = nullptr;  // expressions are counted from here: a block, its length first
  int32_t cfa_expression = 0;
  Rule rules[kRegisters];
};

struct Module {
  uint64_t start, limit, bias;
  const char* name;          // as the loader knows it; empty for the executable
  const uint8_t* frame_hdr;  // .eh_frame_hdr or null
};

bool FindModule(uint64_t pc, Module& out);

// The row for an address. False: nothing describes it (Go code, or code built without tables).
bool FindRow(const Module& module, uint64_t pc, Row& out);

}  // namespace seep::native

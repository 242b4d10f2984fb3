#include "native/cfi.h"

#include <dlfcn.h>
#include <link.h>

#include <cstring>

namespace seep::native {
namespace {

template <class T>
T Load(const uint8_t* at) {
  T value;
  memcpy(&value, at, sizeof value);
  return value;
}

// Bytes of a table that the compiler wrote and the loader mapped; still, nothing behind `end` is looked at.
struct Reader {
  const uint8_t* at;
  const uint8_t* end;

  bool Has(uint64_t n) const { return static_cast<uint64_t>(end - at) >= n; }
  template <class T>
  T Take() {
    if (!Has(sizeof(T))) {
      at = end;
      return 0;
    }
    const T value = Load<T>(at);
    at += sizeof(T);
    return value;
  }
  uint64_t Uleb() {
    uint64_t value = 0;
    for (unsigned shift = 0; at < end; shift += 7) {
      const uint8_t byte = *at++;
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    return value;
  }
  int64_t Sleb() {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte = 0;
    while (at < end) {
      byte = *at++;
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
      if ((byte & 0x80) == 0) break;
    }
    if (shift < 64 && (byte & 0x40) != 0) value |= ~uint64_t{0} << shift;
    return static_cast<int64_t>(value);
  }
  void Skip(uint64_t n) { at = Has(n) ? at + n : end; }
  // DW_EH_PE_*: the low four bits are the form, the next three what it counts from.
  uint64_t Encoded(uint8_t encoding) {
    if (encoding == 0xff) return 0;
    const uint64_t here = reinterpret_cast<uint64_t>(at);
    uint64_t value = 0;
    switch (encoding & 0x0f) {
      case 0x00:
      case 0x04:
      case 0x0c:
        value = Take<uint64_t>();
        break;
      case 0x01:
        value = Uleb();
        break;
      case 0x02:
        value = Take<uint16_t>();
        break;
      case 0x03:
        value = Take<uint32_t>();
        break;
      case 0x09:
        value = static_cast<uint64_t>(Sleb());
        break;
      case 0x0a:
        value = static_cast<uint64_t>(int64_t{Take<int16_t>()});
        break;
      case 0x0b:
        value = static_cast<uint64_t>(int64_t{Take<int32_t>()});
        break;
      default:
        at = end;
    }
    return (encoding & 0x70) == 0x10 ? value + here : value;  // DW_EH_PE_pcrel
  }
};

struct Cie {
  uint64_t code_align = 1;
  int64_t data_align = 1;
  uint8_t pointers = 0;
  bool augmented = false, signal_frame = false;
  Reader instructions{nullptr, nullptr};
};

// A CIE or FDE: its bytes behind the length. 64-bit DWARF does not occur in .eh_frame.
Reader Entry(const uint8_t* at) {
  const uint32_t length = Load<uint32_t>(at);
  if (length == 0 || length == 0xffffffff) return {at, at};
  return {at + 4, at + 4 + length};
}

bool ReadCie(const uint8_t* at, Cie& out) {
  Reader in = Entry(at);
  if (in.Take<uint32_t>() != 0) return false;
  const uint8_t version = in.Take<uint8_t>();
  if (version != 1 && version != 3) return false;
  const char* augmentation = reinterpret_cast<const char*>(in.at);
  while (in.Take<uint8_t>() != 0) {
  }
  out.code_align = in.Uleb();
  out.data_align = in.Sleb();
  if (version == 1)
    in.Skip(1);  // the return address' column: 16 on this machine
  else
    in.Uleb();
  if (augmentation[0] == 'z') {
    out.augmented = true;
    Reader data = in;
    const uint64_t length = data.Uleb();
    in = data;
    in.Skip(length);
    for (const char* c = augmentation + 1; *c != 0; ++c) {
      if (*c == 'R')
        out.pointers = data.Take<uint8_t>();
      else if (*c == 'L')
        data.Skip(1);
      else if (*c == 'P') {
        const uint8_t encoding = data.Take<uint8_t>();
        data.Encoded(encoding);
      } else if (*c == 'S')
        out.signal_frame = true;
      else
        return false;
    }
  } else if (augmentation[0] != 0) {
    return false;
  }
  out.instructions = in;
  return true;
}

// Runs instructions up to the row of one address.
class Program {
 public:
  Program(const Cie& cie, uint64_t pc, uint64_t begin, Row& row)
      : cie_(cie), pc_(pc), here_(begin), row_(row) {}

  bool Run(Reader in) {
    while (in.at < in.end && here_ <= pc_)
      if (!One(in)) return false;
    return true;
  }
  void EndOfInitial() { memcpy(initial_, row_.rules, sizeof initial_); }

 private:
  void Set(uint64_t reg, RuleKind kind, int64_t offset, uint64_t other = 0) {
    if (reg >= kRegisters) return;
    row_.rules[reg].kind = kind;
    row_.rules[reg].offset = static_cast<int32_t>(offset);
    row_.rules[reg].reg = static_cast<uint16_t>(other);
  }
  void SetBlock(uint64_t reg, RuleKind kind, Reader& in) {
    Set(reg, kind, in.at - row_.base);
    SkipBlock(in);
  }
  static void SkipBlock(Reader& in) {
    const uint64_t length = in.Uleb();
    in.Skip(length);
  }
  int64_t Factored(Reader& in) { return static_cast<int64_t>(in.Uleb()) * cie_.data_align; }

  struct Kept {
    bool cfa_is_expression;
    uint32_t cfa_register;
    int64_t cfa_offset;
    int32_t cfa_expression;
    Rule rules[kRegisters];
  };
  bool Remember() {
    if (depth_ == kDepth) return false;
    Kept& kept = kept_[depth_++];
    kept = {row_.cfa_is_expression, row_.cfa_register, row_.cfa_offset, row_.cfa_expression, {}};
    memcpy(kept.rules, row_.rules, sizeof kept.rules);
    return true;
  }
  bool Recall() {
    if (depth_ == 0) return false;
    const Kept& kept = kept_[--depth_];
    row_.cfa_is_expression = kept.cfa_is_expression;
    row_.cfa_register = kept.cfa_register;
    row_.cfa_offset = kept.cfa_offset;
    row_.cfa_expression = kept.cfa_expression;
    memcpy(row_.rules, kept.rules, sizeof kept.rules);
    return true;
  }

  bool One(Reader& in) {
    const uint8_t op = in.Take<uint8_t>();
    const uint8_t low = op & 0x3f;
    switch (op & 0xc0) {
      case 0x40:
        here_ += low * cie_.code_align;
        return true;
      case 0x80:
        Set(low, RuleKind::kOffset, Factored(in));
        return true;
      case 0xc0:
        if (low < kRegisters) row_.rules[low] = initial_[low];
        return true;
      default:
        return OneOf(op, in);
    }
  }
  bool OneOf(uint8_t op, Reader& in) {
    uint64_t reg = 0;
    switch (op) {
      case 0x00:  // nop
        return true;
      case 0x01:
        here_ = in.Encoded(cie_.pointers);
        return true;
      case 0x02:
        here_ += in.Take<uint8_t>() * cie_.code_align;
        return true;
      case 0x03:
        here_ += in.Take<uint16_t>() * cie_.code_align;
        return true;
      case 0x04:
        here_ += in.Take<uint32_t>() * cie_.code_align;
        return true;
      case 0x05:
        reg = in.Uleb();
        Set(reg, RuleKind::kOffset, Factored(in));
        return true;
      case 0x06:
        reg = in.Uleb();
        if (reg < kRegisters) row_.rules[reg] = initial_[reg];
        return true;
      case 0x07:
        Set(in.Uleb(), RuleKind::kUndefined, 0);
        return true;
      case 0x08:
        Set(in.Uleb(), RuleKind::kSame, 0);
        return true;
      case 0x09:
        reg = in.Uleb();
        Set(reg, RuleKind::kRegister, 0, in.Uleb());
        return true;
      case 0x0a:
        return Remember();
      case 0x0b:
        return Recall();
      case 0x10:
        reg = in.Uleb();
        SetBlock(reg, RuleKind::kExpression, in);
        return true;
      case 0x11:
        reg = in.Uleb();
        Set(reg, RuleKind::kOffset, in.Sleb() * cie_.data_align);
        return true;
      case 0x14:
        reg = in.Uleb();
        Set(reg, RuleKind::kValueOffset, Factored(in));
        return true;
      case 0x15:
        reg = in.Uleb();
        Set(reg, RuleKind::kValueOffset, in.Sleb() * cie_.data_align);
        return true;
      case 0x16:
        reg = in.Uleb();
        SetBlock(reg, RuleKind::kValueExpression, in);
        return true;
      case 0x2e:  // GNU_args_size
        in.Uleb();
        return true;
      default:
        return Cfa(op, in);
    }
  }
  bool Cfa(uint8_t op, Reader& in) {
    switch (op) {
      case 0x0c:  // def_cfa
        row_.cfa_register = static_cast<uint32_t>(in.Uleb());
        row_.cfa_offset = static_cast<int64_t>(in.Uleb());
        break;
      case 0x12:
        row_.cfa_register = static_cast<uint32_t>(in.Uleb());
        row_.cfa_offset = in.Sleb() * cie_.data_align;
        break;
      case 0x0d:
        row_.cfa_register = static_cast<uint32_t>(in.Uleb());
        break;
      case 0x0e:
        row_.cfa_offset = static_cast<int64_t>(in.Uleb());
        break;
      case 0x13:
        row_.cfa_offset = in.Sleb() * cie_.data_align;
        break;
      case 0x0f:
        row_.cfa_expression = static_cast<int32_t>(in.at - row_.base);
        row_.cfa_is_expression = true;
        SkipBlock(in);
        return true;
      default:
        return false;
    }
    row_.cfa_is_expression = false;
    return row_.cfa_register < kRegisters;
  }

  static constexpr int kDepth = 4;
  const Cie& cie_;
  uint64_t pc_, here_;
  Row& row_;
  Rule initial_[kRegisters];
  Kept kept_[kDepth];
  int depth_ = 0;
};

// .eh_frame_hdr: version 1, three encodings, pointer to .eh_frame, count, then (address, FDE) sorted, both
// counted from the header: the one form every linker writes.
const uint8_t* FindFde(const uint8_t* hdr, uint64_t pc) {
  constexpr uint8_t kUdata4 = 0x03, kSortedTable = 0x3b;  // datarel | sdata4
  if (hdr[0] != 1 || hdr[2] != kUdata4 || hdr[3] != kSortedTable) return nullptr;
  Reader in{hdr + 4, hdr + 32};
  in.Encoded(hdr[1]);
  const uint32_t count = in.Take<uint32_t>();
  const uint8_t* table = in.at;
  const int64_t target = static_cast<int64_t>(pc) - reinterpret_cast<int64_t>(hdr);
  uint32_t low = 0,
           high = count;  // the last entry whose address is not behind the target lies in [low - 1, high)
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (Load<int32_t>(table + uint64_t{8} * middle) <= target)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return nullptr;
  return hdr + Load<int32_t>(table + uint64_t{8} * (low - 1) + 4);
}

}  // namespace

bool FindModule(uint64_t pc, Module& out) {
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void*>(pc), &found) != 0) return false;
  out.start = reinterpret_cast<uint64_t>(found.dlfo_map_start);
  out.limit = reinterpret_cast<uint64_t>(found.dlfo_map_end);
  out.bias = found.dlfo_link_map->l_addr;
  out.name = found.dlfo_link_map->l_name;
  out.frame_hdr = static_cast<const uint8_t*>(found.dlfo_eh_frame);
  return true;
}

bool FindRow(const Module& module, uint64_t pc, Row& out) {
  if (module.frame_hdr == nullptr) return false;
  const uint8_t* fde = FindFde(module.frame_hdr, pc);
  if (fde == nullptr) return false;
  Reader in = Entry(fde);
  const uint8_t* id_at = in.at;
  const uint32_t to_cie = in.Take<uint32_t>();
  if (to_cie == 0) return false;
  Cie cie;
  if (!ReadCie(id_at - to_cie, cie)) return false;
  const uint64_t begin = in.Encoded(cie.pointers);
  const uint64_t length = in.Encoded(cie.pointers & 0x0f);
  if (pc < begin || pc - begin >= length) return false;
  if (cie.augmented) {
    const uint64_t size = in.Uleb();
    in.Skip(size);
  }
  out.signal_frame = cie.signal_frame;
  out.base = fde;
  Program program(cie, pc, begin, out);
  // The CIE's instructions hold from the first byte on: they advance nothing.
  if (!program.Run(cie.instructions)) return false;
  program.EndOfInitial();
  return program.Run(in);
}

}  // namespace seep::native

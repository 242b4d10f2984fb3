#include "parse/pclntab/module.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/number_at.h"

namespace seep::parse::pclntab {
namespace {

constexpr size_t kWords = 44;  // that are looked at
constexpr uint32_t kMagic118 = 0xfffffff0, kMagic120 = 0xfffffff1;
constexpr size_t kFirstSlice = 1, kFtab = 16, kMinPc = 20, kMaxPc = 21, kText = 22, kTextEnd = 23;

using Words = std::array<uint64_t, kWords>;

// Whether the words can be a moduledata, by arithmetic alone: it is asked of every word of the data.
bool Plausible(const Words& w) {
  if (w[0] == 0 || w[0] % 8 != 0) return false;
  uint64_t before = w[0];
  for (size_t i = kFirstSlice; i < kFtab; i += 3) {
    if (w[i] <= before || w[i + 1] == 0 || w[i + 1] != w[i + 2]) return false;
    before = w[i];
  }
  return w[kFtab] == w[kFtab - 3] && w[kFtab + 1] >= 2 && w[kFtab + 1] == w[kFtab + 2] &&
         w[kMinPc] < w[kMaxPc] && w[kText] <= w[kMinPc] && w[kText] < w[kTextEnd];
}

uint64_t FuncData(const Words& w, uint32_t magic) {
  if (magic == kMagic118) return w[38];
  constexpr size_t kTypes = 37, kTypesEnd = 38;
  return w[kTypesEnd] >= w[kTypes] ? w[40] : w[43];
}

std::optional<Module> Confirm(const model::ProcessImage& image, uint64_t address, const Words& w) {
  if (!Plausible(w)) return std::nullopt;
  const auto magic = image.Value<uint32_t>(w[0]);
  const auto functions = image.Value<uint64_t>(w[0] + 8);
  if (!magic || (*magic != kMagic118 && *magic != kMagic120) || !functions || *functions + 1 != w[kFtab + 1])
    return std::nullopt;
  Module module{address, w[0], 0, w[kText], w[kTextEnd], FuncData(w, *magic)};
  // pclntable is the last part of the table and its length is in bytes.
  if (__builtin_add_overflow(w[kFtab - 3], w[kFtab - 2], &module.table_end)) return std::nullopt;
  return module;
}

// Fills `bytes` from `address` on, piece by piece, and keeps what came before the first that is not there.
void ReadAsFar(const model::ProcessImage& image, uint64_t address, std::string& bytes) {
  constexpr size_t kPiece = 1 << 20;
  for (size_t at = 0; at < bytes.size(); at += kPiece) {
    const size_t length = std::min(kPiece, bytes.size() - at);
    if (image.ReadInto(address + at, {bytes.data() + at, length})) continue;
    bytes.resize(at);
    return;
  }
}

void Scan(const model::ProcessImage& image, const model::MemoryRange& range, std::vector<Module>& out) {
  constexpr size_t kPiece = 1 << 20;
  std::string bytes;
  // Counted from the beginning: an address behind a range at the end of all memory would be 0.
  for (uint64_t done = 0; done < range.size(); done += kPiece) {
    // Pieces overlap by one moduledata, so that none lies across an edge unseen.
    bytes.resize(std::min<uint64_t>(kPiece + sizeof(Words), range.size() - done));
    if (!image.ReadInto(range.begin + done, bytes)) continue;
    for (size_t at = 0; at + sizeof(Words) <= bytes.size() && at < kPiece; at += 8) {
      Words words;
      std::memcpy(words.data(), bytes.data() + at, sizeof words);
      if (const auto module = Confirm(image, range.begin + done + at, words)) out.push_back(*module);
    }
  }
}

}  // namespace

std::optional<Module> ReadModule(const model::ProcessImage& image, uint64_t address) {
  Words words;
  if (!image.ReadInto(address, {reinterpret_cast<char*>(words.data()), sizeof words})) return std::nullopt;
  return Confirm(image, address, words);
}

std::vector<Module> FindModules(const model::ProcessImage& image, const ModuleLimits& limits) {
  // The linker puts it into the data of a file. Where no range has a file's name (an executable, some core
  // files), every writable range may be it.
  const auto writable = [](const model::MemoryRange& r) { return r.writable && r.begin < r.end; };
  // Not the file of seep's own native sampler: it has holes, which reading would fill with memory of the
  // process.
  const auto of_file = [&](const model::MemoryRange& r) {
    return writable(r) && r.path.starts_with('/') && r.path.find("seep-native") == std::string::npos;
  };
  const bool named = std::ranges::any_of(image.ranges(), of_file);
  std::vector<Module> modules;
  uint64_t left = limits.scanned_bytes;
  for (const model::MemoryRange& range : image.ranges()) {
    if (!(named ? of_file(range) : writable(range)) || range.size() > left) continue;
    left -= range.size();
    Scan(image, range, modules);
  }
  return modules;
}

Result<Table> ReadTable(const model::ProcessImage& image, const Module& module, const ModuleLimits& limits) {
  if (module.table_end <= module.table || module.table_end - module.table > limits.table_bytes)
    return Fail(ErrorCode::kTooLarge,
                fmt::format("Go function table of {} bytes at {:#x}: at most {} are read",
                            module.table_end - module.table, module.table, limits.table_bytes));
  // From Go 1.26 on the inline trees follow in the same section, up to then they lie in read-only data before
  // it. Their length is not written anywhere: at most up to the end of the memory they are in.
  std::string table(module.table_end - module.table, '\0'), funcdata;
  if (!image.ReadInto(module.table, table))
    return Fail(ErrorCode::kUnavailable,
                fmt::format("Go function table at {:#x}, {} bytes: the memory cannot be read", module.table,
                            table.size()),
                "", "a core file needs the executable beside it");
  const model::MemoryRange* range = image.RangeOf(module.funcdata);
  if (module.funcdata != 0 && range != nullptr) {
    uint64_t end = range->end;
    if (module.funcdata < module.table) end = std::min(end, module.table);
    funcdata.resize(std::min(end - module.funcdata, limits.table_bytes));
    ReadAsFar(image, module.funcdata, funcdata);
  }
  return Table::Make(Bytes(std::move(table)), module.text, Bytes(std::move(funcdata)));
}

}  // namespace seep::parse::pclntab

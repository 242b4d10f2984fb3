// ELF executables, libraries and separate debug files, read in place (elf(5); linux/elf.h; the gABI for
// compressed sections):
//
//   header    7f 'E' 'L' 'F', class 1: 32 or 2: 64 bits, data 1: little-endian, version 1, ...; then u16
//   type,
//             u16 machine, u32 1, entry, program headers' offset, section headers' offset, u32 flags, u16
//             sizes and counts: header, program header, how many, section header, how many, names' section
//   segment   what is loaded:  {type, [flags], offset, address, -, file size, memory size, [flags],
//   alignment} section   what is named:   {name, type, flags, address, offset, size, link, info, alignment,
//   entry size} symbol    {name, info, other, section, value, size} (64 bits), {name, value, size, info,
//   other, section}
//
// Nothing is allocated by a number of the file but lists of its own headers, which fit into it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace seep::parse::elf {

enum class Machine : uint16_t { k386 = 3, kAmd64 = 62, kArm64 = 183 };  // others have their own numbers

constexpr uint32_t kLoad = 1, kDynamic = 2, kNote = 4;             // Segment::type
constexpr uint32_t kExecutable = 1, kWritable = 2, kReadable = 4;  // Segment::flags
constexpr uint32_t kSymbols = 2, kStrings = 3, kRela = 4, kNoteSection = 7, kNoBits = 8,
                   kDynamicSymbols = 11;                                // Section::type
constexpr uint64_t kCompressed = 0x800;                                 // Section::flags
constexpr uint16_t kRelocatable = 1, kExecutableFile = 2, kShared = 3;  // File::type

struct Segment {
  uint32_t type = 0, flags = 0;
  uint64_t offset = 0, address = 0, file_size = 0, memory_size = 0, alignment = 0;
};

struct Section {
  std::string_view name;
  uint32_t type = 0, link = 0, info = 0;
  uint64_t flags = 0, address = 0, offset = 0, size = 0, alignment = 0, entry_size = 0;
};

struct Symbol {
  std::string_view name;
  uint64_t value = 0, size = 0;
  uint8_t kind = 0;  // 1: object, 2: function, 3: section, 4: file
  uint16_t section = 0;
};
constexpr uint8_t kFunctionSymbol = 2;

// Views point into the file's bytes; a copy of the File keeps them alive.
class File {
 public:
  // kBadInput: no ELF, or one whose headers lie outside of it. kUnsupported: big-endian.
  static Result<File> Parse(Bytes bytes);

  bool wide() const { return wide_; }  // 64 bits
  uint16_t type() const { return type_; }
  Machine machine() const { return machine_; }
  const std::vector<Segment>& segments() const { return segments_; }
  const std::vector<Section>& sections() const { return sections_; }
  const Section* FindSection(std::string_view name) const;

  // What the file holds of a section: nothing of .bss, less than its size where the file is cut off.
  std::string_view Raw(const Section& section) const;
  // The same, inflated where it is compressed (zlib or zstd; also .zdebug_* of old GNU tools). kTooLarge:
  // more than `max_bytes`.
  Result<Bytes> Data(const Section& section, uint64_t max_bytes) const;
  // The section "." + name, or its compressed ".z" + name; empty if there is none.
  Result<Bytes> DebugData(std::string_view name, uint64_t max_bytes) const;

  // Bytes from an address on, up to the end of what the file holds of its segment.
  Bytes FromAddress(uint64_t address) const;
  // The address that pprof subtracts the start of a mapping from: that of the first executable segment, at
  // the beginning of its page (cmd/internal/objfile/elf.go, loadAddress).
  std::optional<uint64_t> LoadAddress() const;

  // .symtab, or .dynsym where there is none; in the order of the file.
  std::vector<Symbol> Symbols() const;
  // The first symbol of this name in .symtab.
  std::optional<uint64_t> FindSymbol(std::string_view name) const;

  std::string BuildId() const;    // .note.gnu.build-id in hexadecimal; empty if it has none
  std::string GoBuildId() const;  // what the go command wrote: four hashes

  std::string_view bytes() const { return bytes_.view(); }

 private:
  Status ReadHeader();
  Status ReadSegments(uint64_t offset, uint64_t size, uint64_t count);
  Status ReadSections(uint64_t offset, uint64_t size, uint64_t count, uint64_t names);
  Section SectionAt(std::string_view header) const;
  std::vector<Symbol> SymbolsOf(const Section& table) const;
  std::string_view Note(std::string_view owner, uint32_t type) const;
  // A word of the file's size at `offset`, in 32- and in 64-bit files.
  uint64_t Word(std::string_view bytes, uint64_t narrow, uint64_t wide) const;

  Bytes bytes_;
  bool wide_ = true;
  uint16_t type_ = 0;
  Machine machine_ = Machine::kAmd64;
  std::vector<Segment> segments_;
  std::vector<Section> sections_;
};

// The function at an address, from symbols alone: for code of which nothing else is known.
class SymbolIndex {
 public:
  explicit SymbolIndex(const File& file);
  // Null if no symbol covers the address. A symbol without a size (assembly) reaches to the next one.
  const Symbol* Find(uint64_t address) const;

 private:
  std::vector<Symbol> functions_;  // by value
};

}  // namespace seep::parse::elf

// The line program of one unit (DWARF 5, 6.2; versions 2 to 5 are read): a byte code that, when run, writes
// rows of address, file and line.
//
//   header   unit length, u16 version, [5: u8 address size, u8 segment size], header length, u8 least
//            instruction length, [4+: u8 operations per instruction], u8 default is_stmt, i8 line base,
//            u8 line range, u8 first special opcode, u8 operands[first - 1]
//   files    2 to 4: folders, each NUL-terminated, until an empty one; files {name, folder, time, size} until
//   an
//            empty name; folder 0 is that of the compilation, files count from 1
//            5: a list of {content, form} for folders, then folders; the same for files; both count from 0
//   program  a special opcode advances address and line at once and writes a row; the others are below
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "parse/dwarf/sections.h"

namespace seep::parse::dwarf {

struct SourcePlace {
  std::string file;
  uint32_t line = 0;
};

class LineTable {
 public:
  // `compilation_folder` is DW_AT_comp_dir of the unit. `budget` is how many rows may still be written, this
  // program's are taken from it.
  static Result<LineTable> Read(const Sections& sections, uint64_t offset,
                                std::string_view compilation_folder, uint64_t& budget);

  std::optional<SourcePlace> Find(uint64_t address) const;
  // The path of a file as the unit's DW_AT_call_file names it; empty if there is no such file.
  std::string File(uint64_t index) const;

 private:
  struct NamedFile {
    std::string_view name;
    uint64_t folder = 0;
  };
  struct Row {
    uint64_t address = 0;
    uint32_t file = 0, line = 0;
  };
  // Rows of rising addresses, from the first to the one behind the last instruction.
  struct Sequence {
    uint64_t begin = 0, end = 0;
    size_t first = 0, count = 0;
  };
  struct Header;

  void ReadFiles(FieldReader& in, std::string_view compilation_folder);
  void ReadEntries(const Sections& sections, FieldReader& in, const Header& header, bool files);
  void Run(FieldReader in, const Header& header, uint64_t most_rows);
  void Finish(size_t first, uint64_t end);

  std::vector<std::string_view> folders_;
  std::vector<NamedFile> files_;
  std::vector<Row> rows_;
  std::vector<Sequence> sequences_;  // by begin
};

}  // namespace seep::parse::dwarf

// Go's function table (pclntab): which function, file and line a program counter belongs to, which calls were
// inlined there, and how large the frame is. It is in every Go program, stripped or not, because the runtime
// itself prints stacks from it. What Go 1.18 to 1.27 write (cmd/link/internal/ld/pcln.go, runtime/symtab.go,
// runtime/symtabinl.go; the numbers of the versions that differ are in brackets):
//
//   pcHeader    u32 magic: fffffff0 [1.18, 1.19], fffffff1 [1.20+]; u8 0, 0; u8 instruction quantum 1, 2, 4;
//               u8 pointer size 4, 8; then words of that size: functions, files, address of runtime.text
//               (zero or not relocated in many files: not used), and the offsets, from the header on, of:
//   funcnametab NUL-terminated names, named by their offset; the runtime itself, but not debug/gosym, takes
//               offset 0 for "no name", and so cannot name one function of each program
//   cutab       u32 offsets into filetab; a compilation unit's files follow one another
//   filetab     NUL-terminated paths
//   pctab       tables of values by pc, named by their offset; 0: no table
//   pclntable   {u32 entry, u32 offset of _func from pclntable} for each function, sorted; then u32 end
//               entries are offsets from runtime.text
//   _func       u32 entry, i32 name, i32 args, u32 deferreturn, u32 pcsp, u32 pcfile, u32 pcln, u32 npcdata,
//               u32 first file in cutab, i32 first line [1.20+], u8 id, u8 flags, u8 0, u8 nfuncdata,
//               u32 pcdata[npcdata] in pctab, u32 funcdata[nfuncdata] from go:func.* on; ~0: none
//   by pc       pairs of varints: zig-zag change of the value (first value -1), change of the pc in quanta;
//               a change of 0 that is not the first ends the table
//   inline tree funcdata 3, an array named by pcdata 2:
//               {u8 id, 3 unused, i32 name, i32 pc of the call from entry, i32 first line} [1.20+]
//               {i16 parent, u8 id, 1 unused, i32 file, i32 line, i32 name, i32 pc of the call} [1.18, 1.19]
//
// The magic has stood still since 1.20: which Go it was is in .go.buildinfo only (parse/elf/go_build.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace seep::parse::pclntab {

constexpr int32_t kUnknownArguments = INT32_MIN;  // Function::arguments of assembly without a declaration

// Flags of runtime/symtab.go (funcFlag).
constexpr uint8_t kTopFrame = 1;  // nothing is above it on a stack: goexit, mstart, ...
constexpr uint8_t kWritesSp = 2;  // the stack cannot be followed past it by frame sizes
constexpr uint8_t kAssembly = 4;

// A function as it lies in the text: what was inlined into it is a part of it.
struct Function {
  std::string_view name;        // as the linker wrote it: "main.Sum[go.shape.int]"
  uint64_t entry = 0, end = 0;  // `end` is where the next one begins
  int32_t first_line = 0;       // of the func keyword; 0: not known [1.18, 1.19]
  int32_t arguments = 0;        // bytes on the caller's stack, with the spill area of register arguments
  uint8_t id = 0;               // FuncID; the numbers differ from version to version
  uint8_t flags = 0;
};

struct SourceLine {
  std::string_view file;  // "?" and 0 where the table says nothing, as the runtime has it
  int32_t line = 0;
};

// One call of those that a pc stands for.
struct Frame {
  std::string_view function;
  SourceLine at;
  int32_t first_line = 0;
  uint8_t id = 0;
  bool inlined = false;
  uint64_t pc =
      0;  // what its line was looked up by: of the callers of inlined calls, where they were inlined
};

// Whoever keeps views out of it keeps the table (or a copy: copies share the bytes).
class Table {
 public:
  // `bytes` begin with the pcHeader and may go on behind the table. `text` is the address of runtime.text
  // where the program runs (or is linked to run); `funcdata` the bytes from go:func.* on: without them
  // inlined calls are not told apart from their function.
  static Result<Table> Make(Bytes bytes, uint64_t text, Bytes funcdata);

  size_t size() const { return count_; }  // functions
  uint64_t text() const { return text_; }
  uint64_t begin() const { return Entry(0); }  // first and past-the-last address
  uint64_t end() const { return Entry(count_); }
  std::optional<size_t> Find(uint64_t pc) const;
  Function function(size_t index) const;

  // Where the instruction at `pc` comes from, in whatever function it was written.
  SourceLine LineOf(size_t index, uint64_t pc) const;
  // The calls in progress at `pc`, innermost first; the last is the function of `index` itself. For a return
  // address give the address minus one: the call is what counts.
  std::vector<Frame> Frames(size_t index, uint64_t pc) const;
  // What the compiler wrote down of a function beside its code: bytes from the beginning of that datum on
  // (its end is its own affair), empty where there is none; and a number that changes with the pc, -1 for
  // none.
  std::string_view FuncData(size_t index, uint32_t which) const;
  int32_t PcData(size_t index, uint32_t which, uint64_t pc) const;
  // Bytes between the stack pointer at `pc` and the return address of the frame; nothing where not known.
  std::optional<uint32_t> FrameSize(size_t index, uint64_t pc) const;

 private:
  // Offsets in a function's record.
  struct Record {
    std::string_view bytes;  // from the _func on
    uint64_t entry = 0;
    uint32_t Word(size_t i) const;
  };
  // A value and the lookup that found it.
  Record RecordOf(size_t index) const;
  uint64_t Entry(size_t index) const;
  int32_t Value(const Record& record, uint32_t table, uint64_t pc) const;
  int32_t Data(const Record& record, uint32_t table, uint64_t pc) const;
  std::string_view FuncDataOf(const Record& record, uint32_t which) const;
  SourceLine LineAt(const Record& record, uint64_t pc) const;
  std::string_view Name(int32_t offset) const;

  Bytes bytes_, funcdata_;
  uint64_t text_ = 0;
  size_t count_ = 0;
  uint32_t quantum_ = 1;
  bool before_1_20_ = false;
  std::string_view names_, units_, files_, values_, functions_;
};

// The FuncID of wrappers that the compiler made (method values, deferred calls): stacks leave them out,
// unless a panic is what they called (runtime/traceback.go, elideWrapperCalling). For "26" of go1.26.8.
constexpr uint8_t WrapperId(uint32_t go_minor) {
  return go_minor < 22 ? 21 : go_minor < 25 ? 22 : 23;
}

// "main.Sum[...]" of "main.Sum[go.shape.int]": as stacks, profiles and FuncForPC show it.
std::string PrintedName(std::string_view name);

}  // namespace seep::parse::pclntab

// Core files: the memory and the threads of a process as the kernel (fs/binfmt_elf.c elf_core_dump) or
// gcore(1) of gdb (gcore.c, linux-tdep.c) wrote them. An ELF file of type 4 (elf(5), core(5)):
//
//   program headers   PT_LOAD: a mapping {address, memory size, flags}; its first `file size` bytes are in
//   the
//                     file, the rest was left out: /proc/PID/coredump_filter, usually pages that a file
//                     holds. 65,535 headers mean "as many as sh_info of section 0 says" PT_NOTE: notes {u32
//                     size of the owner, u32 size of the content, u32 type}, owner, content, each padded to 4
//                     bytes
//   NT_PRSTATUS 1     one a thread: u16 signal at 12, u32 thread id at 32, registers from 112 on
//                     amd64 (struct user_regs_struct): rbp 4, rip 16, rsp 19, fs_base 21, in words
//                     arm64 (struct user_pt_regs): x0 to x30, sp 31, pc 32
//   NT_PRPSINFO 3     u32 uid at 16, u32 pid at 24, name of 16 bytes at 40, arguments of 80 at 56
//   NT_AUXV 6         pairs of words: 9 is the entry point of the program
//   NT_FILE           "FILE": count, page size, {begin, end, offset in pages} for each, then their paths,
//   each
//                     ended by NUL
//
// Every count is held against the size of the file before anything is made room for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/stored_file.h"
#include "parse/elf/file.h"

namespace seep::parse::core {

struct CoreThread {
  uint64_t id = 0;
  uint64_t pc = 0, sp = 0, bp = 0;  // bp: x29 of arm64
  uint64_t tls = 0;                 // fs_base of amd64
};

// A mapping of which `file_size` bytes lie in the core at `offset`.
struct CoreSegment {
  uint64_t begin = 0, end = 0;
  uint64_t offset = 0, file_size = 0;
  bool readable = false, writable = false, executable = false;
};

// A mapping of a file.
struct CoreMapping {
  uint64_t begin = 0, end = 0, offset = 0;  // offset in the file, in bytes
  std::string path;
};

struct Core {
  elf::Machine machine = elf::Machine::kAmd64;
  uint64_t pid = 0, uid = 0;
  std::string name;       // at most 15 bytes of it
  std::string arguments;  // at most 79 bytes of them
  int signal = 0;         // that ended the process; 0 of gcore
  uint64_t entry = 0;
  std::vector<CoreThread> threads;    // the one that got the signal first
  std::vector<CoreSegment> segments;  // by address, never overlapping
  std::vector<CoreMapping> mappings;  // the same
  uint64_t missing_bytes = 0;         // that its headers promise and the file does not hold: it was cut off

  // The file the program was mapped from, or "" where the core does not say.
  std::string ExecutablePath() const;
};

struct CoreLimits {
  uint64_t notes_bytes = uint64_t{256} << 20;  // 3.5 kB a thread
  uint64_t mappings = uint64_t{1} << 20;
};

// Whether a file that begins so is a core file: what a target is recognised by.
bool IsCore(std::string_view head);

// kBadInput: no core file, or one whose headers lie behind its end. kUnsupported: of 32 bits, or of another
// processor than amd64 and arm64.
Result<Core> ReadCore(const model::StoredFile& file, const CoreLimits& limits = {});

}  // namespace seep::parse::core

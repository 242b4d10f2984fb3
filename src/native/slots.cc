#include "native/slots.h"

#include <elf.h>
#include <link.h>
#include <sys/mman.h>

#include <atomic>
#include <cstring>

namespace seep::native {
namespace {

constexpr uint64_t kPage = 4096;

// What the loader knows of one module, from its PT_DYNAMIC.
struct Dynamic {
  uint64_t bias = 0, begin = 0, end = 0;    // of all its segments
  uint64_t relro_begin = 0, relro_end = 0;  // read-only since it was relocated
  const Elf64_Phdr* segments = nullptr;
  uint64_t segment_count = 0;
  const Elf64_Sym* symbols = nullptr;
  const char* strings = nullptr;
  const uint32_t* gnu_hash = nullptr;
  const Elf64_Rela *linkage = nullptr, *data = nullptr;
  uint64_t linkage_count = 0, data_count = 0;

  bool Holds(uint64_t address) const { return address >= begin && address < end; }
  bool IsWritable(uint64_t address) const {
    for (uint64_t i = 0; i < segment_count; ++i) {
      const Elf64_Phdr& s = segments[i];
      if (s.p_type == PT_LOAD && (s.p_flags & PF_W) != 0 && address - (bias + s.p_vaddr) < s.p_memsz)
        return true;
    }
    return false;
  }
};

void ReadSegments(const dl_phdr_info& info, Dynamic& out, const Elf64_Dyn*& table) {
  out.bias = info.dlpi_addr;
  out.segments = info.dlpi_phdr;
  out.segment_count = info.dlpi_phnum;
  out.begin = UINT64_MAX;
  for (uint64_t i = 0; i < info.dlpi_phnum; ++i) {
    const Elf64_Phdr& s = info.dlpi_phdr[i];
    const uint64_t at = out.bias + s.p_vaddr;
    if (s.p_type == PT_DYNAMIC) table = reinterpret_cast<const Elf64_Dyn*>(at);
    if (s.p_type == PT_GNU_RELRO) {
      out.relro_begin = at & ~(kPage - 1);
      out.relro_end = (at + s.p_memsz) & ~(kPage - 1);  // the loader leaves out a page in part
    }
    if (s.p_type != PT_LOAD) continue;
    if (at < out.begin) out.begin = at;
    if (at + s.p_memsz > out.end) out.end = at + s.p_memsz;
  }
}

bool ReadDynamic(const dl_phdr_info& info, Dynamic& out) {
  const Elf64_Dyn* table = nullptr;
  ReadSegments(info, out, table);
  if (table == nullptr) return false;
  // The loader has added the bias already where it may write.
  const auto address = [&](uint64_t value) { return value < out.bias ? value + out.bias : value; };
  for (; table->d_tag != DT_NULL; ++table) {
    const uint64_t value = table->d_un.d_val;
    switch (table->d_tag) {
      case DT_SYMTAB:
        out.symbols = reinterpret_cast<const Elf64_Sym*>(address(value));
        break;
      case DT_STRTAB:
        out.strings = reinterpret_cast<const char*>(address(value));
        break;
      case DT_GNU_HASH:
        out.gnu_hash = reinterpret_cast<const uint32_t*>(address(value));
        break;
      case DT_JMPREL:
        out.linkage = reinterpret_cast<const Elf64_Rela*>(address(value));
        break;
      case DT_PLTRELSZ:
        out.linkage_count = value / sizeof(Elf64_Rela);
        break;
      case DT_RELA:
        out.data = reinterpret_cast<const Elf64_Rela*>(address(value));
        break;
      case DT_RELASZ:
        out.data_count = value / sizeof(Elf64_Rela);
        break;
      default:
        break;
    }
  }
  return out.symbols != nullptr && out.strings != nullptr;
}

// The address a module defines a function at, or null. (DT_GNU_HASH: buckets, first symbol, words and shift
// of the Bloom filter; then the filter, the buckets, and a hash for each symbol, the last of a chain with bit
// 0.)
void* Definition(const Dynamic& module, const char* name) {
  if (module.gnu_hash == nullptr) return nullptr;
  uint32_t hash = 5381;
  for (const char* c = name; *c != 0; ++c) hash = hash * 33 + static_cast<unsigned char>(*c);
  const uint32_t bucket_count = module.gnu_hash[0], first = module.gnu_hash[1], filter = module.gnu_hash[2];
  if (bucket_count == 0) return nullptr;
  const uint32_t* buckets = module.gnu_hash + 4 + uint64_t{filter} * 2;
  const uint32_t* chains = buckets + bucket_count;
  for (uint32_t i = buckets[hash % bucket_count]; i >= first; ++i) {
    const uint32_t found = chains[i - first];
    const Elf64_Sym& symbol = module.symbols[i];
    if ((found | 1) == (hash | 1) && strcmp(module.strings + symbol.st_name, name) == 0 &&
        symbol.st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol.st_info) == STT_FUNC)
      return reinterpret_cast<void*>(module.bias + symbol.st_value);
    if ((found & 1) != 0) break;
  }
  return nullptr;
}

struct Search {
  uint64_t own;
  uint64_t found;  // of hooks, a bit each
  Hooks hooks;
};

int FindInModule(dl_phdr_info* info, size_t /*size*/, void* data) {
  Search& search = *static_cast<Search*>(data);
  Dynamic module;
  if (!ReadDynamic(*info, module) || module.Holds(search.own)) return 0;
  uint64_t bit = 1;
  for (const Hook& hook : search.hooks.hook) {
    void* function = (search.found & bit) == 0 ? Definition(module, hook.name) : nullptr;
    if (function != nullptr) {
      *hook.behind = function;
      search.found |= bit;
    }
    bit <<= 1;
  }
  return 0;
}

// An allocator's own mappings are what its blocks lie in: they count once.
bool IsMapping(const Hook& hook) {
  return strcmp(hook.name, "mmap") == 0 || strcmp(hook.name, "mmap64") == 0 ||
         strcmp(hook.name, "munmap") == 0 || strcmp(hook.name, "mremap") == 0;
}

struct Turning {
  uint64_t own;
  bool to_us;
  uint64_t changed;
  Hooks hooks;
};

const Hook* HookNamed(const Hooks& hooks, const char* name) {
  // Few symbols of a program begin like one of them.
  if (strchr("acdfmprv", name[0]) == nullptr) return nullptr;
  for (const Hook& hook : hooks.hook)
    if (strcmp(hook.name, name) == 0) return &hook;
  return nullptr;
}

void Store(const Dynamic& module, uint64_t slot, void* value) {
  void* page = reinterpret_cast<void*>(slot & ~(kPage - 1));
  const bool sealed = slot >= module.relro_begin && slot < module.relro_end;
  if (sealed && mprotect(page, kPage, PROT_READ | PROT_WRITE) != 0) return;
  std::atomic_ref<void*>(*reinterpret_cast<void**>(slot)).store(value, std::memory_order_release);
  if (sealed) mprotect(page, kPage, PROT_READ);
}

void Turn(const Dynamic& module, uint64_t slot, const Hook& hook, bool may_be_unbound, Turning& turning) {
  if ((slot & 7) != 0 || !module.IsWritable(slot)) return;
  void* now = std::atomic_ref<void*>(*reinterpret_cast<void**>(slot)).load(std::memory_order_acquire);
  const uint64_t at = reinterpret_cast<uint64_t>(now);
  const bool unbound = may_be_unbound && module.Holds(at);
  void* from = turning.to_us ? *hook.behind : hook.ours;
  if (now != from && !(turning.to_us && unbound)) return;
  Store(module, slot, turning.to_us ? hook.ours : *hook.behind);
  ++turning.changed;
}

// The executable's copy of a library's variable has the values that the library's own got.
void TurnCopy(const Dynamic& module, uint64_t begin, uint64_t size, Turning& turning) {
  for (uint64_t slot = (begin + 7) & ~uint64_t{7}; slot + 8 <= begin + size; slot += 8)
    for (const Hook& hook : turning.hooks.hook) Turn(module, slot, hook, false, turning);
}

void TurnRelocations(const Dynamic& module, const Elf64_Rela* entries, uint64_t count, Turning& turning) {
  const bool allocates = module.Holds(reinterpret_cast<uint64_t>(*turning.hooks.hook[0].behind));  // malloc
  for (uint64_t i = 0; i < count; ++i) {
    const Elf64_Rela& entry = entries[i];
    const uint64_t type = ELF64_R_TYPE(entry.r_info);
    const uint64_t slot = module.bias + entry.r_offset;
    if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64 &&
        type != R_X86_64_COPY)
      continue;
    const Elf64_Sym& symbol = module.symbols[ELF64_R_SYM(entry.r_info)];
    if (type == R_X86_64_COPY) {
      TurnCopy(module, slot, symbol.st_size, turning);
      continue;
    }
    if (type == R_X86_64_64 && entry.r_addend != 0) continue;
    const Hook* hook = HookNamed(turning.hooks, module.strings + symbol.st_name);
    if (hook == nullptr || (allocates && IsMapping(*hook))) continue;
    Turn(module, slot, *hook, type == R_X86_64_JUMP_SLOT && symbol.st_shndx == SHN_UNDEF, turning);
  }
}

int TurnModule(dl_phdr_info* info, size_t /*size*/, void* data) {
  Turning& turning = *static_cast<Turning*>(data);
  Dynamic module;
  if (!ReadDynamic(*info, module) || module.Holds(turning.own)) return 0;
  TurnRelocations(module, module.linkage, module.linkage_count, turning);
  TurnRelocations(module, module.data, module.data_count, turning);
  return 0;
}

int TakeCount(dl_phdr_info* info, size_t /*size*/, void* data) {
  *static_cast<uint64_t*>(data) = info->dlpi_adds;
  return 1;
}

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
constinit std::atomic<uint64_t> loaded = 0;       // libraries ever loaded when slots were last turned
constinit std::atomic<bool> turning_now = false;  // one thread is enough
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

bool FindBehind(uint64_t own) {
  Search search{own, 0, AllHooks()};
  dl_iterate_phdr(&FindInModule, &search);
  return search.found == (uint64_t{1} << kHooks) - 1;
}

uint64_t TurnSlots(uint64_t own, bool to_us) {
  uint64_t count = 0;
  dl_iterate_phdr(&TakeCount, &count);
  Turning turning{own, to_us, 0, AllHooks()};
  dl_iterate_phdr(&TurnModule, &turning);
  loaded.store(count, std::memory_order_relaxed);
  return turning.changed;
}

void TurnNewSlots(uint64_t own) {
  uint64_t count = 0;
  dl_iterate_phdr(&TakeCount, &count);
  if (count == loaded.load(std::memory_order_relaxed) ||
      turning_now.exchange(true, std::memory_order_acquire))
    return;
  TurnSlots(own, true);
  turning_now.store(false, std::memory_order_release);
}

}  // namespace seep::native

#include "capture/ebpf/kernel.h"

#include <fmt/format.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace seep::capture::ebpf {
namespace {

constexpr uint32_t kUprobeMulti = 48, kUprobeSession = 57;  // enum bpf_attach_type

// union bpf_attr for BPF_LINK_CREATE of many uprobes (Linux 6.6).
struct LinkAttributes {
  uint32_t program, target, attach_type, flags;
  uint64_t path, offsets, counter_offsets, cookies;
  uint32_t count, probe_flags, pid, unused;
};

template <class Attributes>
int64_t Call(int command, Attributes& attributes) {
  return syscall(SYS_bpf, command, &attributes, sizeof attributes);
}

uint64_t Address(const void* at) {
  return reinterpret_cast<uint64_t>(at);
}

// What the kernel's answer means to a person.
Error Refused(std::string_view what, int error) {
  Error out{ErrorCode::kPermission, fmt::format("the kernel refuses {}: {}", what, ErrnoText(error)),
            "--ebpf", ""};
  if (error == EPERM || error == EACCES) {
    out.hint =
        "it takes root, or CAP_BPF and CAP_PERFMON, outside of a user namespace; `seep native PID --inject` "
        "does without";
  } else if (error == ENOSYS || error == EINVAL || error == EOPNOTSUPP) {
    out.code = ErrorCode::kUnsupported;
    out.hint =
        "it takes Linux 6.13 with CONFIG_UPROBES and CONFIG_BPF_JIT; `seep native PID --inject` does without";
  }
  return out;
}

uint32_t KindNumber(MapKind kind) {
  switch (kind) {
    case MapKind::kArray:
      return BPF_MAP_TYPE_ARRAY;
    case MapKind::kArrayPerProcessor:
      return BPF_MAP_TYPE_PERCPU_ARRAY;
    case MapKind::kRing:
      return BPF_MAP_TYPE_RINGBUF;
    case MapKind::kHash:
      break;
  }
  return BPF_MAP_TYPE_HASH;
}

uint32_t AttachNumber(ProbeKind kind) {
  return kind == ProbeKind::kSession ? kUprobeSession : kUprobeMulti;
}

// The last words of the verifier, which say what it does not like.
std::string LastLines(const std::string& log) {
  const std::string_view text = Trim(std::string_view(log.c_str()));
  const size_t from = text.size() > 300 ? text.find('\n', text.size() - 300) : 0;
  return Printable(text.substr(from == text.npos ? 0 : from));
}

}  // namespace

Result<Descriptor> MakeMap(const MapShape& shape) {
  bpf_attr attributes{};
  attributes.map_type = KindNumber(shape.kind);
  attributes.key_size = shape.key;
  attributes.value_size = shape.value;
  attributes.max_entries = shape.entries;
  // Only what is used takes memory.
  if (shape.kind == MapKind::kHash) attributes.map_flags = BPF_F_NO_PREALLOC;
  memcpy(attributes.map_name, "seep_native", sizeof "seep_native");
  const int64_t fd = Call(BPF_MAP_CREATE, attributes);
  if (fd < 0) return Fail(Refused("a BPF map", errno));
  return Descriptor(static_cast<int>(fd));
}

Result<Descriptor> LoadProgram(std::span<const uint64_t> instructions, ProbeKind kind,
                               std::span<const Descriptor> maps) {
  std::vector<uint64_t> code(instructions.begin(), instructions.end());
  // ld_imm64 takes two instructions: opcode 0x18, registers in the next byte, the constant's halves in the
  // upper words of both.
  for (size_t i = 0; i + 1 < code.size(); ++i) {
    if ((code[i] & 0xff) != (BPF_LD | BPF_IMM | BPF_DW)) continue;
    const uint32_t low = static_cast<uint32_t>(code[i] >> 32);
    if (low >= kMapMark && low - kMapMark < maps.size() && code[i + 1] == 0)
      code[i] = (code[i] & 0x0fff) | uint64_t{BPF_PSEUDO_MAP_FD} << 12 |
                uint64_t{static_cast<uint32_t>(maps[low - kMapMark].get())} << 32;
    ++i;
  }
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_KPROBE;
  attributes.expected_attach_type = static_cast<bpf_attach_type>(AttachNumber(kind));
  attributes.insns = Address(code.data());
  attributes.insn_cnt = static_cast<uint32_t>(code.size());
  attributes.license = Address("GPL");  // of the program, whose source says so
  memcpy(attributes.prog_name, "seep_native", sizeof "seep_native");
  int64_t fd = Call(BPF_PROG_LOAD, attributes);
  if (fd >= 0) return Descriptor(static_cast<int>(fd));
  const int error = errno;
  if (error == EPERM) return Fail(Refused("a BPF program", error));
  std::string log(1 << 20, '\0');  // asked for only now: the kernel writes it line by line
  attributes.log_buf = Address(log.data());
  attributes.log_size = static_cast<uint32_t>(log.size());
  attributes.log_level = 1;
  fd = Call(BPF_PROG_LOAD, attributes);
  if (fd >= 0) return Descriptor(static_cast<int>(fd));
  Error refused = Refused("the BPF program", error);
  if (const std::string words = LastLines(log); !words.empty()) refused.what += "\n" + words;
  return Fail(std::move(refused));
}

Result<Descriptor> Attach(const Descriptor& program, ProbeKind kind, const ProbePlaces& places) {
  LinkAttributes attributes{};
  attributes.program = static_cast<uint32_t>(program.get());
  attributes.attach_type = AttachNumber(kind);
  attributes.path = Address(places.file.c_str());
  attributes.offsets = Address(places.offsets.data());
  attributes.cookies = Address(places.cookies.data());
  attributes.count = static_cast<uint32_t>(places.offsets.size());
  attributes.pid = places.pid;
  const int64_t fd = Call(BPF_LINK_CREATE, attributes);
  if (fd < 0) {
    Error refused = Refused("uprobes in " + places.file, errno);
    if (errno == ESRCH)
      refused = {ErrorCode::kNotFound, "the process has ended", fmt::format("pid {}", places.pid), ""};
    return Fail(std::move(refused));
  }
  return Descriptor(static_cast<int>(fd));
}

Status Put(const Descriptor& map, const void* key, const void* value) {
  bpf_attr attributes{};
  attributes.map_fd = static_cast<uint32_t>(map.get());
  attributes.key = Address(key);
  attributes.value = Address(value);
  attributes.flags = BPF_ANY;
  if (Call(BPF_MAP_UPDATE_ELEM, attributes) < 0) return Fail(Refused("a value in a BPF map", errno));
  return {};
}

Result<std::vector<char>> GetPerProcessor(const Descriptor& map, uint32_t key, uint32_t value) {
  constexpr size_t kMostProcessors =
      8192;  // Linux' NR_CPUS: the kernel writes one for each that there could be
  std::vector<char> values(static_cast<size_t>(value) * kMostProcessors);
  bpf_attr attributes{};
  attributes.map_fd = static_cast<uint32_t>(map.get());
  attributes.key = Address(&key);
  attributes.value = Address(values.data());
  if (Call(BPF_MAP_LOOKUP_ELEM, attributes) < 0) return Fail(Refused("reading a BPF map", errno));
  return values;
}

Status ForEach(const Descriptor& map, const MapShape& shape,
               const std::function<void(const char* key, const char* value)>& visit) {
  uint32_t room = 4096;  // more than a bucket holds, or the kernel says so
  std::vector<char> keys, values;
  uint32_t place = 0, next = 0;
  bool first = true;
  while (true) {
    keys.resize(uint64_t{room} * shape.key);
    values.resize(uint64_t{room} * shape.value);
    bpf_attr attributes{};
    attributes.batch.in_batch = first ? 0 : Address(&place);
    attributes.batch.out_batch = Address(&next);
    attributes.batch.keys = Address(keys.data());
    attributes.batch.values = Address(values.data());
    attributes.batch.count = room;
    attributes.batch.map_fd = static_cast<uint32_t>(map.get());
    const bool more = Call(BPF_MAP_LOOKUP_BATCH, attributes) == 0;
    if (!more && errno == ENOSPC && room < shape.entries) {
      room *= 2;
      continue;
    }
    if (!more && errno != ENOENT) return Fail(Refused("reading a BPF map", errno));
    for (uint32_t i = 0; i < attributes.batch.count; ++i)
      visit(keys.data() + uint64_t{i} * shape.key, values.data() + uint64_t{i} * shape.value);
    if (!more) return {};
    place = next;
    first = false;
  }
}

Result<Ring> Ring::Open(const Descriptor& map, uint32_t bytes) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  Ring ring;
  ring.bytes_ = bytes;
  void* consumer = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, map.get(), 0);
  if (consumer == MAP_FAILED) return Fail(Refused("a BPF ring buffer", errno));
  ring.consumer_ = static_cast<char*>(consumer);
  void* producer =
      mmap(nullptr, page + 2 * size_t{bytes}, PROT_READ, MAP_SHARED, map.get(), static_cast<off_t>(page));
  if (producer == MAP_FAILED) return Fail(Refused("a BPF ring buffer", errno));
  ring.producer_ = static_cast<char*>(producer);
  return ring;
}

Ring::Ring(Ring&& other) noexcept
    : consumer_(std::exchange(other.consumer_, nullptr)),
      producer_(std::exchange(other.producer_, nullptr)),
      bytes_(other.bytes_) {}

Ring::~Ring() {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  if (consumer_ != nullptr) munmap(consumer_, page);
  if (producer_ != nullptr) munmap(producer_, page + 2 * size_t{bytes_});
}

// A record: its length with two flags on top, a number, the data; padded to 8 bytes (kernel/bpf/ringbuf.c).
void Ring::Drain(const std::function<void(std::span<const char>)>& visit) {
  constexpr uint32_t kBeingWritten = uint32_t{1} << 31, kDiscarded = uint32_t{1} << 30, kHead = 8;
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::atomic_ref<uint64_t> consumer(*reinterpret_cast<uint64_t*>(consumer_));
  const std::atomic_ref<uint64_t> producer(*reinterpret_cast<uint64_t*>(producer_));
  uint64_t at = consumer.load(std::memory_order_relaxed);
  while (at < producer.load(std::memory_order_acquire)) {
    char* record = producer_ + page + (at & (bytes_ - 1));
    const uint32_t head =
        std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(record)).load(std::memory_order_acquire);
    if ((head & kBeingWritten) != 0) return;
    const uint32_t length = head & ~kDiscarded;
    if ((head & kDiscarded) == 0) visit({record + kHead, std::min(length, bytes_)});
    at += (uint64_t{length} + kHead + 7) / 8 * 8;
    consumer.store(at, std::memory_order_release);
  }
}

}  // namespace seep::capture::ebpf

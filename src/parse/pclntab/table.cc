#include "parse/pclntab/table.h"

#include <fmt/format.h>

#include <utility>

#include "base/number_at.h"

namespace seep::parse::pclntab {
namespace {

constexpr uint32_t kMagic118 = 0xfffffff0, kMagic120 = 0xfffffff1;
constexpr uint32_t kMagic116 = 0xfffffffa, kMagic12 = 0xfffffffb;

// Words of _func: see the drawing in the header.
enum : uint32_t {
  kName = 1,
  kArguments = 2,
  kPcSp = 4,
  kPcFile = 5,
  kPcLine = 6,
  kPcDataCount = 7,
  kUnit = 8
};
constexpr uint32_t kInlineIndex = 2;  // PCDATA_InlTreeIndex
constexpr uint32_t kInlineTree = 3;   // FUNCDATA_InlTree
// Go's compiler inlines some dozens of calls into one another at most. A table that names itself as its own
// caller would go on for ever.
constexpr size_t kMostInlined = 1000;

Error NotATable(std::string what) {
  return {ErrorCode::kBadInput, "Go function table: " + std::move(what), "",
          "the program may be damaged, or obfuscated on purpose"};
}

Error Unsupported(uint32_t magic) {
  if (magic == kMagic116 || magic == kMagic12)
    return {ErrorCode::kUnsupported,
            fmt::format("Go function table of before Go 1.18 (magic {:#x}); 1.18 to 1.27 are known", magic),
            "", "build the program with a newer Go"};
  constexpr uint32_t kForeign[] = {0xf0ffffff, 0xf1ffffff};
  if (magic == kForeign[0] || magic == kForeign[1])
    return {ErrorCode::kUnsupported, "Go function table of a big-endian machine; only little-endian is known",
            "", ""};
  return NotATable(fmt::format("expected magic {:#x} or {:#x}, found {:#x}", kMagic118, kMagic120, magic));
}

// At most five bytes of seven bits; what goes on longer has no meaning and ends the table.
std::optional<uint32_t> Varint(std::string_view bytes, size_t& at) {
  uint32_t value = 0;
  for (uint32_t shift = 0; shift < 35 && at < bytes.size(); shift += 7) {
    const uint8_t byte = static_cast<uint8_t>(bytes[at++]);
    value |= uint32_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

}  // namespace

Result<Table> Table::Make(Bytes bytes, uint64_t text, Bytes funcdata) {
  const std::string_view all = bytes.view();
  const auto magic = NumberAt<uint32_t>(all, 0);
  if (!magic || all.size() < 8) return Fail(NotATable(fmt::format("cut off after {} bytes", all.size())));
  if (*magic != kMagic118 && *magic != kMagic120) return Fail(Unsupported(*magic));
  const uint8_t quantum = static_cast<uint8_t>(all[6]), pointer = static_cast<uint8_t>(all[7]);
  if (all[4] != 0 || all[5] != 0 || (quantum != 1 && quantum != 2 && quantum != 4) ||
      (pointer != 4 && pointer != 8))
    return Fail(
        NotATable(fmt::format("expected a quantum of 1, 2 or 4 and pointers of 4 or 8 bytes, found {} "
                              "and {}",
                              quantum, pointer)));
  const auto word = [&](uint64_t i) -> std::optional<uint64_t> {
    if (pointer == 8) return NumberAt<uint64_t>(all, 8 + 8 * i);
    return NumberAt<uint32_t>(all, 8 + 4 * i);
  };
  const auto count = word(0);
  std::string_view parts[5];
  for (size_t i = 0; i < 5; ++i) {
    const auto offset = word(3 + i);
    if (!offset || *offset > all.size())
      return Fail(NotATable(fmt::format("part {} lies behind the end, {} bytes", i, all.size())));
    parts[i] = all.substr(*offset);
  }
  if (*count == 0 || *count > UINT32_MAX || parts[4].size() < 8 * *count + 4)
    return Fail(NotATable(fmt::format("{} functions do not fit into {} bytes", *count, parts[4].size())));
  Table table;
  table.bytes_ = std::move(bytes);
  table.funcdata_ = std::move(funcdata);
  table.text_ = text;
  table.count_ = *count;
  table.quantum_ = quantum;
  table.before_1_20_ = *magic == kMagic118;
  table.names_ = parts[0];
  table.units_ = parts[1];
  table.files_ = parts[2];
  table.values_ = parts[3];
  table.functions_ = parts[4];
  if (table.end() < table.begin()) return Fail(NotATable("functions are not sorted"));
  return table;
}

uint64_t Table::Entry(size_t index) const {
  return text_ + NumberAt<uint32_t>(functions_, 8 * index).value_or(0);
}

std::optional<size_t> Table::Find(uint64_t pc) const {
  if (pc < begin() || pc >= end()) return std::nullopt;
  size_t low = 0, high = count_;  // Entry(low) <= pc < Entry(high)
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    (Entry(middle) <= pc ? low : high) = middle;
  }
  return low;
}

uint32_t Table::Record::Word(size_t i) const {
  return NumberAt<uint32_t>(bytes, 4 * i).value_or(0);
}

Table::Record Table::RecordOf(size_t index) const {
  const uint32_t offset = NumberAt<uint32_t>(functions_, 8 * index + 4).value_or(UINT32_MAX);
  Record record{PartAt(functions_, offset), 0};
  record.entry = text_ + record.Word(0);
  return record;
}

std::string_view Table::Name(int32_t offset) const {
  if (offset < 0) return {};
  return TextAt(names_, static_cast<uint32_t>(offset)).value_or("");
}

Function Table::function(size_t index) const {
  const Record record = RecordOf(index);
  const size_t bytes = before_1_20_ ? 36 : 40;  // what comes before the four bytes at the end
  Function f;
  f.name = Name(static_cast<int32_t>(record.Word(kName)));
  f.entry = Entry(index);
  f.end = Entry(index + 1);
  f.arguments = static_cast<int32_t>(record.Word(kArguments));
  f.first_line = before_1_20_ ? 0 : static_cast<int32_t>(record.Word(9));
  f.id = NumberAt<uint8_t>(record.bytes, bytes).value_or(0);
  f.flags = NumberAt<uint8_t>(record.bytes, bytes + 1).value_or(0);
  return f;
}

// -1 is both "no table" and "not in the table", as in the runtime.
int32_t Table::Value(const Record& record, uint32_t table, uint64_t pc) const {
  if (table == 0 || table >= values_.size()) return -1;
  size_t at = table;
  uint64_t position = record.entry;
  uint32_t value = UINT32_MAX;  // -1; unsigned because sums of untrusted numbers may wrap
  for (bool first = true;; first = false) {
    const auto change = Varint(values_, at);
    if (!change || (*change == 0 && !first)) return -1;
    const auto step = Varint(values_, at);
    if (!step) return -1;
    value += *change % 2 != 0 ? ~(*change >> 1) : *change >> 1;
    position += uint64_t{*step} * quantum_;
    if (pc < position) return static_cast<int32_t>(value);
    if (position - record.entry > UINT32_MAX) return -1;  // no text is that large
  }
}

int32_t Table::Data(const Record& record, uint32_t table, uint64_t pc) const {
  if (table >= record.Word(kPcDataCount)) return -1;
  return Value(record, record.Word((before_1_20_ ? 10 : 11) + table), pc);
}

std::string_view Table::FuncDataOf(const Record& record, uint32_t which) const {
  const size_t first = before_1_20_ ? 40 : 44;  // bytes of the fixed part
  const uint8_t count = NumberAt<uint8_t>(record.bytes, first - 1).value_or(0);
  if (count <= which) return {};
  const uint64_t at = first + uint64_t{4} * record.Word(kPcDataCount) + uint64_t{4} * which;
  const uint32_t offset = NumberAt<uint32_t>(record.bytes, at).value_or(UINT32_MAX);
  return offset == UINT32_MAX ? std::string_view() : PartAt(funcdata_.view(), offset);
}

std::string_view Table::FuncData(size_t index, uint32_t which) const {
  return FuncDataOf(RecordOf(index), which);
}

int32_t Table::PcData(size_t index, uint32_t which, uint64_t pc) const {
  return Data(RecordOf(index), which, pc);
}

SourceLine Table::LineAt(const Record& record, uint64_t pc) const {
  const int32_t file = Value(record, record.Word(kPcFile), pc);
  const int32_t line = Value(record, record.Word(kPcLine), pc);
  if (file < 0 || line == -1) return {"?", 0};
  const uint64_t unit = uint64_t{record.Word(kUnit)} + static_cast<uint32_t>(file);
  const uint32_t name = NumberAt<uint32_t>(units_, 4 * unit).value_or(UINT32_MAX);
  if (name == UINT32_MAX) return {"?", line};
  return {TextAt(files_, name).value_or("?"), line};
}

SourceLine Table::LineOf(size_t index, uint64_t pc) const {
  return LineAt(RecordOf(index), pc);
}

std::vector<Frame> Table::Frames(size_t index, uint64_t pc) const {
  const Record record = RecordOf(index);
  const std::string_view tree = FuncDataOf(record, kInlineTree);
  const uint64_t size = before_1_20_ ? 20 : 16, name = before_1_20_ ? 12 : 4, call = before_1_20_ ? 16 : 8;
  std::vector<Frame> frames;
  while (!tree.empty() && frames.size() < kMostInlined) {
    const int32_t i = Data(record, kInlineIndex, pc);
    if (i < 0) break;
    const uint64_t at = size * static_cast<uint32_t>(i);
    const auto name_offset = NumberAt<int32_t>(tree, at + name);
    const auto call_offset = NumberAt<int32_t>(tree, at + call);
    if (!name_offset || !call_offset || *call_offset < 0) break;
    Frame frame{Name(*name_offset), LineAt(record, pc), 0, 0, true, pc};
    frame.id = NumberAt<uint8_t>(tree, at + (before_1_20_ ? 2 : 0)).value_or(0);
    if (!before_1_20_) frame.first_line = NumberAt<int32_t>(tree, at + 12).value_or(0);
    frames.push_back(frame);
    pc = record.entry + static_cast<uint32_t>(*call_offset);
  }
  const Function f = function(index);
  frames.push_back({f.name, LineAt(record, pc), f.first_line, f.id, false, pc});
  return frames;
}

std::optional<uint32_t> Table::FrameSize(size_t index, uint64_t pc) const {
  const Record record = RecordOf(index);
  const int32_t size = Value(record, record.Word(kPcSp), pc);
  if (size < 0) return std::nullopt;
  return static_cast<uint32_t>(size);
}

std::string PrintedName(std::string_view name) {
  const size_t open = name.find('['), close = name.rfind(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close <= open)
    return std::string(name);
  return fmt::format("{}[...]{}", name.substr(0, open), name.substr(close + 1));
}

}  // namespace seep::parse::pclntab

#include "parse/pprof/stacks.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace seep::parse::pprof {
namespace {

using model::FrameId;

template <class T>
uint64_t LargestId(const std::vector<T>& items) {
  uint64_t largest = 0;
  for (const T& item : items) largest = std::max(largest, item.id);
  return largest;
}

uint64_t TotalBytes(const Profile& p) {
  uint64_t total = 0;
  for (std::string_view sample : p.samples) total += sample.size();
  return total;
}

std::unexpected<Error> Malformed(std::string detail) {
  return Fail(ErrorCode::kBadInput, "malformed profile: " + detail, "", "take the profile again");
}

// Lines are int64 on the wire; what does not fit a source line is none.
uint32_t LineNumber(int64_t line) {
  return line > 0 && line <= std::numeric_limits<uint32_t>::max() ? static_cast<uint32_t>(line) : 0;
}

struct FunctionText {
  StringId name;
  StringId file;
  bool present = false;
  explicit operator bool() const { return present; }
};

struct MappingText {
  std::string_view file;
  bool present = false;
  explicit operator bool() const { return present; }
};

}  // namespace

Stacks::Stacks(const Profile& profile, model::StackTable& table)
    : profile_(&profile),
      table_(&table),
      locations_(profile.locations.size(), LargestId(profile.locations)),
      frame_budget_(TotalBytes(profile) * 4 + (1 << 20)),
      known_labels_(64) {}

Result<Stacks> Stacks::Make(const Profile& profile, model::StackTable& table) {
  SEEP_TRY_VOID(CheckIds(profile));
  if (profile.sample_types.empty() && !profile.samples.empty())
    return Malformed("missing sample type information");
  Stacks stacks(profile, table);
  SEEP_TRY_VOID(stacks.AddLocations());
  return stacks;
}

Status Stacks::AddLocations() {
  const Profile& p = *profile_;
  IdTable<MappingText> mappings(p.mappings.size(), LargestId(p.mappings));
  for (const Mapping& m : p.mappings)
    if (!mappings.Add(m.id, {p.Text(m.filename), true}))
      return Malformed(fmt::format("multiple mappings with same id: {}", m.id));

  IdTable<FunctionText> functions(p.functions.size(), LargestId(p.functions));
  for (const Function& f : p.functions) {
    const std::string_view name = p.Text(f.name != 0 ? f.name : f.system_name);
    const FunctionText text{table_->strings().Intern(name), table_->strings().Intern(p.Text(f.filename)),
                            true};
    if (!functions.Add(f.id, text))
      return Malformed(fmt::format("multiple functions with same id: {}", f.id));
  }

  for (const Location& location : p.locations) {
    // What has no name is told by its address, as pprof does: "0x45ab12" in the mapping's file.
    const auto unnamed = [&] {
      const MappingText* mapping = mappings.Find(location.mapping_id);
      return table_->AddFrame(fmt::format("0x{:x}", location.address),
                              mapping != nullptr ? mapping->file : std::string_view(), 0);
    };
    const auto first = static_cast<uint32_t>(pool_.size());
    for (const Line& line : p.LinesOf(location)) {
      const FunctionText* function = functions.Find(line.function_id);
      if (function == nullptr && !p.cut_at)
        return Malformed(fmt::format("location id: {} has a line with nil function", location.id));
      pool_.push_back(
          function == nullptr || !function->name
              ? unnamed()
              : table_->AddFrame(model::Frame{function->name, function->file, LineNumber(line.line)}));
    }
    if (location.line_count == 0) pool_.push_back(unnamed());
    Frames frames{{pool_[first], pool_.back()}, static_cast<uint32_t>(pool_.size()) - first, first};
    if (frames.count <= 2) pool_.resize(first);
    if (!locations_.Add(location.id, frames))
      return Malformed(fmt::format("multiple locations with same id: {}", location.id));
  }
  return {};
}

Result<bool> Stacks::Next() {
  while (next_ < profile_->samples.size()) {
    const size_t number = next_++;
    if (!reader_.Read(profile_->samples[number]))
      return Malformed(fmt::format("sample {} cannot be decoded", number));
    if (values().size() != profile_->sample_types.size())
      return Malformed(fmt::format("mismatch: sample has {} values vs. {} types", values().size(),
                                   profile_->sample_types.size()));
    SEEP_TRY(const bool found, Resolve());
    if (found) return true;
    ++dropped_;
  }
  return false;
}

// Room for `frames` frames and one more, which Resolve writes and does not count.
bool Stacks::MakeRoom(size_t frames) {
  if (frames > frame_budget_) return false;
  if (frames >= frames_.size()) frames_.resize(frames * 2 + 64);
  return true;
}

// False for a location the profile does not hold, where that is no error.
Result<bool> Stacks::Resolve() {
  const std::span<const uint64_t> ids = reader_.locations();
  const auto too_many = [] {
    return Malformed("stacks are out of all proportion to the size of the profile");
  };
  // Twice the locations is room enough as long as none has more than two frames.
  if (!MakeRoom(ids.size() * 2)) return too_many();
  FrameId* out = frames_.data();
  size_t left = ids.size();
  for (uint64_t id : ids) {
    const Frames* found = locations_.Find(id);
    if (found == nullptr) {
      if (profile_->cut_at) return false;
      return Malformed(fmt::format("sample has nil location (id {})", id));
    }
    --left;
    if (found->count <= 2) {
      out[0] = found->frames[0];
      out[1] = found->frames[1];
      out += found->count;
      continue;
    }
    const auto used = static_cast<size_t>(out - frames_.data());
    if (!MakeRoom(used + found->count + left * 2)) return too_many();
    out = std::copy_n(pool_.data() + found->first, found->count, frames_.data() + used);
  }
  frame_count_ = static_cast<size_t>(out - frames_.data());
  frame_budget_ -= frame_count_;
  return true;
}

Result<StringId> Stacks::Labels() {
  const std::string_view raw = reader_.raw_labels();
  if (raw.empty()) return StringId{};
  const size_t mask = known_labels_.size() - 1;
  size_t i = HashBytes(raw).low & mask;
  for (; !known_labels_[i].raw.empty(); i = (i + 1) & mask)
    if (known_labels_[i].raw == raw) return known_labels_[i].text;
  std::vector<Label> labels;
  if (!ReadLabels(raw, labels))
    return Malformed(fmt::format("labels of sample {} cannot be decoded", next_ - 1));
  const StringId text = FormatLabels(labels);
  known_labels_[i] = {raw, text};
  if (++known_label_count_ * 2 > known_labels_.size()) GrowLabels();
  return text;
}

StringId Stacks::FormatLabels(const std::vector<Label>& labels) {
  std::vector<std::string> lines;
  for (const Label& label : labels) {
    std::string line(profile_->Text(label.key));
    line += '=';
    if (label.str != 0) {
      line += profile_->Text(label.str);
    } else {
      line += std::to_string(label.num);
      if (label.num_unit != 0) line.append(" ").append(profile_->Text(label.num_unit));
    }
    std::ranges::replace(line, '\n', ' ');  // '\n' separates labels
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  return table_->strings().Intern(fmt::format("{}", fmt::join(lines, "\n")));
}

void Stacks::GrowLabels() {
  std::vector<KnownLabels> larger(known_labels_.size() * 2);
  for (const KnownLabels& known : known_labels_) {
    if (known.raw.empty()) continue;
    size_t i = HashBytes(known.raw).low & (larger.size() - 1);
    while (!larger[i].raw.empty()) i = (i + 1) & (larger.size() - 1);
    larger[i] = known;
  }
  known_labels_ = std::move(larger);
}

}  // namespace seep::parse::pprof

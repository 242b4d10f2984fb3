#include "goscan/review/fix.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text.h"
#include "goscan/syntax/parser.h"

namespace seep::goscan {
namespace {

using model::ScanFinding;
using model::ScanState;
using model::SourceEdit;

struct Taken {
  std::vector<const SourceEdit*> edits;
  std::vector<size_t> findings;
};

// Two places may touch where one of them is a mere insertion elsewhere; two insertions at one place may not.
bool Overlap(const SourceEdit& a, const SourceEdit& b) {
  if (a.begin == b.begin) return true;
  return a.begin < b.end && b.begin < a.end;
}

bool Fits(const SourceEdit& edit, const std::unordered_map<std::string_view, std::string_view>& texts) {
  const auto it = texts.find(edit.file);
  return it != texts.end() && edit.begin <= edit.end && edit.end <= it->second.size();
}

std::string Apply(std::string_view text, std::vector<const SourceEdit*> edits) {
  std::ranges::sort(edits, {}, [](const SourceEdit* e) { return e->begin; });
  std::string out;
  size_t at = 0;
  for (const SourceEdit* edit : edits) {
    out += text.substr(at, edit->begin - at);
    out += edit->text;
    at = edit->end;
  }
  out += text.substr(at);
  return out;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// Lines [old_begin, old_end) became [new_begin, new_end).
struct Change {
  size_t old_begin, old_end, new_begin, new_end;
};

// Edits are few and small: the same lines are found again within a short distance, the longest run first is
// not needed. What cannot be matched within kFar lines is one change.
std::vector<Change> Changes(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  constexpr size_t kFar = 200;
  std::vector<Change> changes;
  size_t i = 0, k = 0;
  while (i < a.size() || k < b.size()) {
    if (i < a.size() && k < b.size() && a[i] == b[k]) {
      ++i;
      ++k;
      continue;
    }
    // The nearest pair of equal lines; by the sum of the distances, then by fewer lines taken away.
    size_t best_i = a.size(), best_k = b.size();
    for (size_t sum = 1; sum <= 2 * kFar && best_i == a.size() && best_k == b.size(); ++sum) {
      for (size_t x = 0; x <= sum; ++x) {
        const size_t y = sum - x;
        if (i + x < a.size() && k + y < b.size() && a[i + x] == b[k + y]) {
          best_i = i + x;
          best_k = k + y;
          break;
        }
      }
    }
    changes.push_back({i, best_i, k, best_k});
    i = best_i;
    k = best_k;
  }
  return changes;
}

void AddLines(std::string& out, char sign, const std::vector<std::string_view>& lines, size_t from,
              size_t to) {
  for (size_t i = from; i < to; ++i) {
    out += sign;
    out += lines[i];
    if (!lines[i].ends_with('\n')) out += "\n\\ No newline at end of file\n";
  }
}

std::string Range(size_t begin, size_t end) {
  const size_t count = end - begin;
  return count == 1 ? fmt::format("{}", begin + 1)
                    : fmt::format("{},{}", count == 0 ? begin : begin + 1, count);
}

}  // namespace

Fixes FixAll(const model::ScanReview& review, std::span<const SourceText> files) {
  Fixes fixes;
  std::unordered_map<std::string_view, std::string_view> texts;
  for (const SourceText& file : files) texts[file.path] = file.text;
  std::map<std::string, Taken> taken;
  for (size_t i = 0; i < review.marks.size(); ++i) {
    const ScanFinding& f = review.report.findings[i];
    if (review.marks[i].state != ScanState::kShown || f.edits.empty() ||
        f.confidence != model::ScanConfidence::kCertain)
      continue;
    const auto place = fmt::format("{}:{} ({})", f.where.file, f.where.line, f.rule);
    if (!std::ranges::all_of(f.edits, [&](const SourceEdit& e) { return Fits(e, texts); })) {
      fixes.gaps.push_back({place, "the place to change is not in the files that were read", ""});
      continue;
    }
    const bool free = std::ranges::none_of(f.edits, [&](const SourceEdit& e) {
      const auto it = taken.find(e.file);
      return it != taken.end() && std::ranges::any_of(it->second.edits, [&](const SourceEdit* other) {
               return Overlap(e, *other);
             });
    });
    if (!free) {
      fixes.gaps.push_back({place, "another fix changes the same place", "seep scan --fix once more"});
      continue;
    }
    for (const SourceEdit& edit : f.edits) {
      taken[edit.file].edits.push_back(&edit);
      auto& findings = taken[edit.file].findings;
      if (findings.empty() || findings.back() != i) findings.push_back(i);
    }
  }
  for (auto& [path, file] : taken) {
    const std::string_view before = texts[path];
    std::string after = Apply(before, file.edits);
    if (ParseFile(after).errors.size() > ParseFile(before).errors.size()) {
      fixes.gaps.push_back({path, "the fixes would not parse and were left out", "report it, with the file"});
      continue;
    }
    fixes.files.push_back({path, std::string(before), std::move(after), std::move(file.findings)});
  }
  return fixes;
}

std::string UnifiedDiff(const FixedFile& file) {
  constexpr size_t kAround = 3;
  const std::vector<std::string_view> a = Lines(file.before), b = Lines(file.after);
  const std::vector<Change> changes = Changes(a, b);
  if (changes.empty()) return {};
  std::string out = fmt::format("--- a/{}\n+++ b/{}\n", file.path, file.path);
  for (size_t first = 0; first < changes.size();) {
    size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].old_begin - changes[last].old_end <= 2 * kAround)
      ++last;
    const size_t before = std::min(kAround, changes[first].old_begin);
    const size_t after = std::min(kAround, a.size() - changes[last].old_end);
    const size_t old_begin = changes[first].old_begin - before, old_end = changes[last].old_end + after;
    const size_t new_begin = changes[first].new_begin - before, new_end = changes[last].new_end + after;
    out += fmt::format("@@ -{} +{} @@\n", Range(old_begin, old_end), Range(new_begin, new_end));
    size_t at = old_begin;
    for (size_t i = first; i <= last; ++i) {
      AddLines(out, ' ', a, at, changes[i].old_begin);
      AddLines(out, '-', a, changes[i].old_begin, changes[i].old_end);
      AddLines(out, '+', b, changes[i].new_begin, changes[i].new_end);
      at = changes[i].old_end;
    }
    AddLines(out, ' ', a, at, old_end);
    first = last + 1;
  }
  return out;
}

}  // namespace seep::goscan

#include "detect/source_index.h"

#include <fmt/format.h>

#include <algorithm>

#include "detect/frames.h"

namespace seep::detect {
namespace {

// A finding that spans a whole function literal says nothing about each of its lines.
constexpr uint32_t kMostLines = 20;

std::string_view FileName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool OnLine(const model::SourceSpot& spot, uint32_t line) {
  const uint32_t last = std::min(std::max(spot.line, spot.end_line), spot.line + kMostLines);
  return line >= spot.line && line <= last;
}

}  // namespace

std::string DeclaredFunction(std::string_view function) {
  std::string name;
  int depth = 0;  // "Type[...]": instances of one generic function are one
  for (const char c : function) {
    if (c == '[') ++depth;
    if (depth == 0) name += c;
    if (c == ']') --depth;
  }
  const size_t package = PackageOf(name).size();
  const auto cut = [&](std::string_view mark, bool digit) {
    for (size_t at = name.find(mark, package); at != name.npos; at = name.find(mark, at + 1)) {
      const size_t after = at + mark.size();
      if (digit && (after >= name.size() || name[after] < '0' || name[after] > '9')) continue;
      name.resize(at);
      return;
    }
  };
  cut(".func", true);
  cut(".gowrap", true);
  cut(".deferwrap", true);
  cut("-range", true);
  cut("-fm", false);
  return name;
}

SourceIndex::SourceIndex(const model::ScanReport& scan, const model::StackTable& stacks)
    : scan_(scan), stacks_(stacks) {
  for (size_t i = 0; i < scan.findings.size(); ++i) {
    const model::ScanFinding& f = scan.findings[i];
    by_package_[std::string(PackageOf(f.function))].push_back(i);
    by_function_[DeclaredFunction(f.function)].push_back(i);
    for (const std::string& also : f.also_functions) by_function_[DeclaredFunction(also)].push_back(i);
  }
  FindMoved();
}

namespace {

std::string FileKey(std::string_view package, std::string_view file) {
  return fmt::format("{} {}", package, FileName(file));
}

}  // namespace

void SourceIndex::FindMoved() {
  std::map<std::string, std::vector<const model::SourceFunction*>, std::less<>> declared;
  for (const model::SourceFunction& f : scan_.declared)
    if (!f.name.ends_with(".init")) declared[f.name].push_back(&f);
  if (declared.empty()) return;
  for (uint32_t id = 1; id < stacks_.frame_count(); ++id) {
    const model::FrameId frame{id};
    const auto it = declared.find(DeclaredFunction(stacks_.function(frame)));
    if (it == declared.end() || stacks_.line(frame) == 0) continue;
    const uint32_t line = stacks_.line(frame);
    const std::string_view file = FileName(stacks_.file(frame));
    // Of a name that several have (main.run of two programs), each of the file counts.
    const model::SourceFunction* near = nullptr;
    bool inside = false;
    for (const model::SourceFunction* f : it->second) {
      if (FileName(f->file) != file) continue;
      near = f;
      if (PackageOf(f->name) != "main" ||
          (f->file.find('/') != f->file.npos && SameFile(f->file, stacks_.file(frame))))
        known_function_ = true;
      inside |= line >= f->first_line && line <= f->last_line;
    }
    if (near == nullptr || inside) continue;
    if (moved_files_.insert(FileKey(PackageOf(near->name), file)).second && !moved_)
      moved_ = Moved{frame, near, 0};
  }
  if (moved_) moved_->more = moved_files_.size() - 1;
}

// Every program has a package main, so there the folders below the scanned one have to agree too.
bool SourceIndex::SameFile(const std::string& file, std::string_view other) const {
  if (!other.ends_with(file)) return false;
  return other.size() == file.size() || other[other.size() - file.size() - 1] == '/';
}

std::vector<SourceMatch> SourceIndex::At(std::string_view function, std::string_view file,
                                         uint32_t line) const {
  std::vector<SourceMatch> out;
  const std::string_view package = PackageOf(function);
  if (const auto it = by_package_.find(package);
      it != by_package_.end() && line != 0 && !moved_files_.contains(FileKey(package, file))) {
    for (const size_t i : it->second) {
      const model::ScanFinding& f = scan_.findings[i];
      const auto here = [&](const model::SourceSpot& spot) {
        const bool same =
            package == "main" ? SameFile(spot.file, file) : FileName(spot.file) == FileName(file);
        return same && OnLine(spot, line);
      };
      if (here(f.where) || (!f.path.empty() && here(f.path.front())))
        out.push_back({i, Nearness::kLine});
      else if (std::ranges::any_of(f.path, here))
        out.push_back({i, Nearness::kPath});
    }
  }
  if (const auto it = by_function_.find(DeclaredFunction(function)); it != by_function_.end()) {
    for (const size_t i : it->second) {
      const model::ScanFinding& f = scan_.findings[i];
      if (package == "main" && !file.empty() && FileName(f.where.file) != FileName(file)) continue;
      if (std::ranges::find(out, i, &SourceMatch::finding) == out.end())
        out.push_back({i, Nearness::kFunction});
    }
  }
  return out;
}

const std::vector<SourceMatch>& SourceIndex::Of(model::FrameId frame) const {
  if (frame.value >= decided_.size()) {
    decided_.resize(stacks_.frame_count());
    known_.resize(stacks_.frame_count());
  }
  if (!decided_[frame.value]) {
    decided_[frame.value] = true;
    known_[frame.value] = At(stacks_.function(frame), stacks_.file(frame), stacks_.line(frame));
  }
  return known_[frame.value];
}

}  // namespace seep::detect

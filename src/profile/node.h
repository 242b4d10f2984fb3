// What makes frames one node of a graph or of a listing, and how it is called (google/pprof
// internal/graph/graph.go, 2025-11).
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.h"

namespace seep::profile {

// Two frames are one node if all of this is equal. Aggregation has cleared what a granularity leaves out.
struct NodeInfo {
  StringId name, file, objfile;  // file: cleaned; objfile: of the mapping, where it counts
  uint64_t address = 0;
  int64_t start_line = 0, line = 0, column = 0;
  bool operator==(const NodeInfo&) const = default;
};

// The texts of a node's name.
struct NameParts {
  std::string_view name, file, objfile;
  uint64_t address = 0;
  int64_t line = 0, column = 0;
};
NameParts PartsOf(const StringTable& strings, const NodeInfo& info);
// "00000000004a1b2c", "main.work", "work.go:12": those that there are; joined by spaces it is what reports
// print.
std::vector<std::string> NameComponents(const NameParts& parts);
std::string PrintableName(const StringTable& strings, const NodeInfo& info);

// Printable names of many nodes. Most are a function's name, which needs no copy.
class NodeNames {
 public:
  NodeNames() = default;
  NodeNames(NodeNames&&) = default;
  NodeNames& operator=(NodeNames&&) = default;

  void Add(const StringTable& strings, const NodeInfo& info);
  std::string_view operator[](size_t i) const { return views_[i]; }
  size_t size() const { return views_.size(); }

 private:
  std::vector<std::string_view> views_;
  std::deque<std::string> made_;
};

// Go's filepath.Clean and filepath.Base for slashes.
std::string CleanPath(std::string_view path);
std::string_view BaseName(std::string_view path);

// A source path without what `trim_path` (a list like PATH) or, if that is empty, the base names of
// `search_path` say is in front of it.
std::string_view TrimmedPath(std::string_view path, std::string_view trim_path, std::string_view search_path);

struct NodeOptions {
  bool objects = false;    // keep apart what different binaries bring along
  bool trim_files = true;  // TrimmedPath
  std::string_view trim_path, source_path;
};

// The nodes of every location.
class NodeTable {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};

  // Interns file names, cleaned.
  NodeTable(Profile& profile, const NodeOptions& options);

  size_t size() const { return infos_.size(); }
  const NodeInfo& info(uint32_t node) const { return infos_[node]; }
  // The innermost inlined call first; never empty: without lines there is a node for the address.
  std::span<const uint32_t> NodesOf(LocationId id) const {
    const uint32_t& place = places_[id.value];
    return IsNode(place) ? std::span<const uint32_t>{&place, 1} : Group(place & ~kGroup);
  }
  // For loops over every frame: a location's place is its only node, or kGroup and the number of its group of
  // nodes.
  static constexpr uint32_t kGroup = 0x80000000;
  static bool IsNode(uint32_t place) { return place < kGroup; }
  uint32_t PlaceOf(LocationId id) const { return places_[id.value]; }
  size_t groups() const { return begins_.size() - 1; }
  std::span<const uint32_t> Group(uint32_t group) const {
    return {members_.data() + begins_[group], begins_[group + 1] - begins_[group]};
  }

 private:
  uint32_t Intern(const NodeInfo& info);
  void Grow();

  std::vector<NodeInfo> infos_;
  std::vector<uint32_t> places_;   // by location
  std::vector<uint32_t> members_;  // of all groups
  std::vector<uint32_t> begins_ =
      std::vector<uint32_t>(1);  // by group, into members_; one past the last as well
  std::vector<uint32_t> slots_;  // open addressing over infos_: index + 1, 0 = free
};

}  // namespace seep::profile

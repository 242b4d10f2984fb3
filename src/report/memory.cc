#include "report/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "report/layout.h"
#include "report/page.h"
#include "report/report.h"
#include "report/report_json.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;
using model::MemoryAccount;
using model::MemoryPart;
using model::MemoryReport;

constexpr double kResidue = 0.02;  // of what is resident: more in nobody's name is worth a warning
constexpr size_t kLabel = 31, kColumn = 9, kNameColumn = 13, kLine = 80;
constexpr size_t kSizes = 5;

std::string Bytes(uint64_t n) {
  return FormatBytes(static_cast<double>(n));
}

std::string Change(uint64_t from, uint64_t to) {
  const double by = static_cast<double>(to) - static_cast<double>(from);
  if (from == to) return "=";
  return (by < 0 ? "-" : "+") + FormatBytes(std::abs(by));
}

std::string Share(uint64_t part, uint64_t whole) {
  if (whole == 0) return "";
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return share >= 1 ? fmt::format("{:.0f} %", share) : fmt::format("{:.1f} %", share);
}

double SecondsBetween(const MemoryAccount& a, const MemoryAccount& b) {
  return a.at && b.at ? Seconds(*b.at - *a.at) : 0;
}

// What stands behind the number of a part.
std::string Detail(const MemoryAccount& a, MemoryPart part) {
  switch (part) {
    case MemoryPart::kCInUse:
      return Plural(a.chunks, "chunk");
    case MemoryPart::kCBlocks:
      return Plural(a.blocks, "block");
    case MemoryPart::kCFree:
      return Plural(a.free_chunks, "chunk");
    case MemoryPart::kThreadStacks:
      return a.threads ? Plural(*a.threads, "thread") : "";
    case MemoryPart::kFiles:
      return a.files.empty()
                 ? ""
                 : fmt::format("most of {}",
                               a.files.front().first.substr(a.files.front().first.rfind('/') + 1));
    default:
      return "";
  }
}

bool IsIn(const std::vector<const MemoryAccount*>& accounts, size_t part) {
  return std::ranges::any_of(accounts, [&](const MemoryAccount* a) { return a->parts[part] > 0; });
}

class MemoryPage {
 public:
  explicit MemoryPage(const Style& style) : page_(style), style_(style) {}

  void One(const MemoryReport& process) {
    Head(process);
    const MemoryAccount& first = process.moments.front();
    const MemoryAccount& now = process.moments.back();
    const bool grows = process.moments.size() > 1;
    Title(grows ? std::vector<std::string>{"resident", "share", "grew", ""}
                : std::vector<std::string>{"resident", "share", ""});
    for (size_t i = 0; i < model::kMemoryParts; ++i) {
      if (!IsIn({&first, &now}, i)) continue;
      const auto part = static_cast<MemoryPart>(i);
      std::vector<std::string> cells = {Bytes(now.parts[i]), Share(now.parts[i], now.sum)};
      if (grows) cells.push_back(Change(first.parts[i], now.parts[i]));
      Row(model::Label(part), cells, Detail(now, part));
    }
    std::vector<std::string> cells = {Bytes(now.sum), ""};
    if (grows) cells.push_back(Change(first.sum, now.sum));
    Row("resident (RSS)", cells, Closes(now), true);
    page_.Blank();
    if (grows) Rate(first, now);
    Facts(now);
    Sizes(first, now);
    Tail({&process});
    if (process.process.pid)
      page_.TailRow("Next:", fmt::format(fmt::runtime(Next(first, now, grows)), *process.process.pid),
                    {.verbatim = true});
  }

  // The two, and what the second has more than the first.
  void Two(const MemoryReport& a, const MemoryReport& b) {
    column_ = kNameColumn;
    Head(a);
    Head(b);
    const MemoryAccount& left = a.moments.back();
    const MemoryAccount& right = b.moments.back();
    const bool alike = Name(a) == Name(b) && a.process.pid && b.process.pid && a.process.pid != b.process.pid;
    if (alike)
      Title({fmt::format("pid {}", *a.process.pid), fmt::format("pid {}", *b.process.pid), "more", ""});
    else
      Title({Name(a), Name(b), "more", ""});
    for (size_t i = 0; i < model::kMemoryParts; ++i) {
      if (!IsIn({&left, &right}, i)) continue;
      Row(model::Label(static_cast<MemoryPart>(i)),
          {Bytes(left.parts[i]), Bytes(right.parts[i]), Change(left.parts[i], right.parts[i])}, "");
    }
    Row("resident (RSS)", {Bytes(left.sum), Bytes(right.sum), Change(left.sum, right.sum)}, "", true);
    page_.Blank();
    Differences(left, right);
    page_.Blank();
    Tail({&a, &b});
  }

  std::string Take() { return page_.Take(); }

 private:
  static std::string Name(const MemoryReport& process) {
    std::string name = OneLine(process.process.name);
    if (name.size() > kNameColumn) name = name.substr(0, kNameColumn - 1) + "…";
    return name.empty() ? "process" : name;
  }

  void Head(const MemoryReport& process) {
    const model::TargetReport target{process.process.name, process.process, {}, {}};
    page_.Line(fmt::format("seep {} memory · {}", style_.version, Who(target)));
    page_.Blank();
  }

  void Title(const std::vector<std::string>& columns) {
    std::string line(kLabel + 2, ' ');
    for (const std::string& column : columns) line += fmt::format("  {:>{}}", column, column_);
    page_.Line(page_.Faint(std::string(line.substr(0, line.find_last_not_of(' ') + 1))));
  }

  void Row(std::string_view label, const std::vector<std::string>& cells, const std::string& detail,
           bool bold = false) {
    std::string line = fmt::format("  {:<{}}", label, kLabel);
    for (const std::string& cell : cells) line += fmt::format("  {:>{}}", cell, column_);
    const std::string end = detail.empty() ? "" : "  " + OneLine(detail);
    const bool fits = DisplayWidth(line) + DisplayWidth(end) <= kLine;
    page_.Line((bold ? page_.Bold(line) : line) + (fits ? page_.Faint(end) : ""));
  }

  // How well the account closes.
  static std::string Closes(const MemoryAccount& a) {
    if (!a.rss) return "";
    if (*a.rss == a.sum) return "= VmRSS";
    return fmt::format("VmRSS {} ({})", Bytes(*a.rss), Change(a.sum, *a.rss));
  }

  // The command that says more of what grew most; of one moment, the one that says what grows.
  static const char* Next(const MemoryAccount& first, const MemoryAccount& now, bool grows) {
    if (!grows) return "seep memory {} --samples 2 --interval 1m";
    const auto grown = [&](size_t part) {
      return static_cast<double>(now.parts[part]) - static_cast<double>(first.parts[part]);
    };
    size_t most = 0;
    for (size_t i = 1; i < model::kMemoryParts; ++i)
      if (grown(i) > grown(most)) most = i;
    if (grown(most) <= 0) return "seep diagnose {}";
    switch (static_cast<MemoryPart>(most)) {
      case MemoryPart::kCInUse:
      case MemoryPart::kCBlocks:
      case MemoryPart::kCHeap:
        return "seep diagnose {} --inject";
      case MemoryPart::kGoObjects:
      case MemoryPart::kGoHeap:
        return "seep heap {}";
      case MemoryPart::kGoStacks:
        return "seep goroutines {}";
      default:
        return "seep diagnose {}";
    }
  }

  void Rate(const MemoryAccount& first, const MemoryAccount& now) {
    const double seconds = SecondsBetween(first, now);
    if (seconds <= 0) return;
    std::string line = fmt::format("in {}", FormatDuration(FromSeconds(seconds)));
    const double by = static_cast<double>(now.sum) - static_cast<double>(first.sum);
    if (by > 0) line += fmt::format(": {} an hour", FormatBytes(by / seconds * 3600));
    page_.Row("growth", line);
  }

  void Facts(const MemoryAccount& a) {
    if (!a.allocator.empty()) page_.Prose("malloc", Malloc(a));
    if (a.c_unread > 0) page_.Prose("", fmt::format("{} of its arenas made no sense", Bytes(a.c_unread)));
    if (a.huge_pages && *a.huge_pages > 0)
      page_.Row("huge", fmt::format("{} of it in huge pages: touched as a whole", Bytes(*a.huge_pages)));
    if (a.lazy_free && *a.lazy_free > 0)
      page_.Row("lazy",
                fmt::format("{} of it freed (MADV_FREE), taken when memory is short", Bytes(*a.lazy_free)));
    if (a.swap && *a.swap > 0) page_.Row("swap", fmt::format("{} beside it", Bytes(*a.swap)));
    if (a.virtual_size)
      page_.Prose("VIRT",
                  fmt::format("{} of address space: reserved, not used; only what is resident costs memory",
                              Bytes(*a.virtual_size)));
    if (a.go_limit) page_.Row("limit", fmt::format("{} (GOMEMLIMIT)", Bytes(*a.go_limit)));
    if (a.cgroup_current) Cgroup(a);
    const uint64_t other = a.of(MemoryPart::kOther);
    if (a.sum > 0 && static_cast<double>(other) > kResidue * static_cast<double>(a.sum))
      page_.Prose("note",
                  fmt::format("{} ({}) is neither Go's, nor malloc's, nor a stack or a file: mapped by the "
                              "program or a library itself, or not known{}",
                              Bytes(other), Share(other, a.sum),
                              a.others.empty() || a.others.front().first == "without a name"
                                  ? ""
                                  : "; most of it: " + OneLine(a.others.front().first)));
    page_.Blank();
  }

  static std::string Malloc(const MemoryAccount& a) {
    if (a.walked) return fmt::format("{}: {} walked chunk by chunk", a.allocator, Plural(a.arenas, "arena"));
    if (a.allocator.starts_with("glibc"))
      return a.allocator + ": its arenas were not found; it has only begun, or has never allocated";
    return a.allocator +
           ": recognised; there is no walk for it, so what it has freed and keeps is not told from "
           "what is in use";
  }

  void Cgroup(const MemoryAccount& a) {
    std::string text = fmt::format("{} in all", Bytes(*a.cgroup_current));
    if (a.cgroup_limit) text += fmt::format(" of {}", Bytes(*a.cgroup_limit));
    if (a.cgroup_files) text += fmt::format(", {} of it page cache", Bytes(*a.cgroup_files));
    if (a.cgroup_kernel) text += fmt::format(", {} the kernel's", Bytes(*a.cgroup_kernel));
    if (a.cgroup_inactive_files)
      text += fmt::format("; working set {}",
                          Bytes(*a.cgroup_current - std::min(*a.cgroup_current, *a.cgroup_inactive_files)));
    page_.Prose("cgroup", text);
  }

  // The sizes of chunks that hold most of the C heap; with two moments, those that grew.
  void Sizes(const MemoryAccount& first, const MemoryAccount& now) {
    if (now.sizes.empty()) return;
    const auto before = [&](uint64_t bytes) {
      for (const model::ChunkSize& s : first.sizes)
        if (s.bytes == bytes) return s.chunks;
      return uint64_t{0};
    };
    page_.Line(page_.Faint("  C heap by size of chunk"));
    for (size_t i = 0; i < std::min(kSizes, now.sizes.size()); ++i) {
      const model::ChunkSize& s = now.sizes[i];
      std::string grew;
      if (&first != &now && s.chunks != before(s.bytes))
        grew = fmt::format("  {:+}", static_cast<int64_t>(s.chunks) - static_cast<int64_t>(before(s.bytes)));
      page_.Line(fmt::format("  {:>10} B  x {:>12}  {:>10}{}", FormatCount(s.bytes), FormatCount(s.chunks),
                             Bytes(s.bytes * s.chunks), grew));
    }
    page_.Blank();
  }

  // The largest difference, in words.
  void Differences(const MemoryAccount& left, const MemoryAccount& right) {
    size_t most = 0;
    uint64_t by = 0;
    for (size_t i = 0; i < model::kMemoryParts; ++i) {
      const uint64_t d =
          left.parts[i] > right.parts[i] ? left.parts[i] - right.parts[i] : right.parts[i] - left.parts[i];
      if (d > by) {
        by = d;
        most = i;
      }
    }
    if (by > 0)
      page_.Prose("differs", fmt::format("most in \"{}\": {}", model::Label(static_cast<MemoryPart>(most)),
                                         Change(left.parts[most], right.parts[most])));
    if (left.allocator != right.allocator)
      page_.Prose("malloc", fmt::format("{} and {}", left.allocator.empty() ? "none" : left.allocator,
                                        right.allocator.empty() ? "none" : right.allocator));
    if (left.threads && right.threads && *left.threads != *right.threads)
      page_.Row("threads", fmt::format("{} and {}", *left.threads, *right.threads));
    if (left.virtual_size && right.virtual_size)
      page_.Prose("VIRT", fmt::format("{} and {} of address space: reserved, not used",
                                      Bytes(*left.virtual_size), Bytes(*right.virtual_size)));
  }

  void Tail(const std::vector<const MemoryReport*>& processes) {
    const char* label = "Not seen:";
    for (const MemoryReport* process : processes)
      for (const model::Gap& gap : process->gaps)
        page_.TailRow(
            std::exchange(label, ""),
            OneLine(fmt::format("{}: {}{}{}", gap.what, gap.why, gap.how.empty() ? "" : "; ", gap.how)),
            {.mark = "· ", .indent = 2});
    page_.Blank();
  }

  Page page_;
  const Style& style_;
  size_t column_ = kColumn;
};

template <class T>
void Put(Json& out, const char* name, const std::optional<T>& value) {
  if (value) out[name] = *value;
}

Json AccountJson(const MemoryAccount& a) {
  Json out = Json::object();
  if (a.at) out["at"] = FormatTime(*a.at);
  Json parts = Json::object();
  for (size_t i = 0; i < model::kMemoryParts; ++i)
    if (a.parts[i] > 0) parts[std::string(model::Key(static_cast<MemoryPart>(i)))] = a.parts[i];
  out["parts"] = std::move(parts);
  out["sum"] = a.sum;
  Put(out, "rss", a.rss);
  Put(out, "virtual", a.virtual_size);
  Put(out, "swap", a.swap);
  Put(out, "huge_pages", a.huge_pages);
  Put(out, "lazy_free", a.lazy_free);
  Put(out, "threads", a.threads);
  Put(out, "go_limit", a.go_limit);
  if (!a.allocator.empty()) {
    Json heap = {{"allocator", Printable(a.allocator)}, {"walked", a.walked}};
    if (a.walked) {
      heap["arenas"] = a.arenas;
      heap["in_use"] = a.c_in_use;
      heap["in_use_chunks"] = a.chunks;
      heap["free"] = a.c_free;
      heap["free_chunks"] = a.free_chunks;
      heap["top"] = a.c_top;
      heap["unread"] = a.c_unread;
      heap["blocks"] = a.blocks;
      Json sizes = Json::array();
      for (const model::ChunkSize& s : a.sizes) sizes.push_back({{"bytes", s.bytes}, {"chunks", s.chunks}});
      heap["sizes"] = std::move(sizes);
    }
    out["c_heap"] = std::move(heap);
  }
  const auto named = [](const std::vector<std::pair<std::string, uint64_t>>& all) {
    Json list = Json::array();
    for (const auto& [name, bytes] : all) list.push_back({{"name", Printable(name)}, {"bytes", bytes}});
    return list;
  };
  out["files"] = named(a.files);
  out["others"] = named(a.others);
  if (a.cgroup_current) {
    Json group = Json::object();
    Put(group, "current", a.cgroup_current);
    Put(group, "limit", a.cgroup_limit);
    Put(group, "files", a.cgroup_files);
    Put(group, "kernel", a.cgroup_kernel);
    Put(group, "inactive_files", a.cgroup_inactive_files);
    out["cgroup"] = std::move(group);
  }
  return out;
}

}  // namespace

std::string MemoryText(const std::vector<MemoryReport>& processes, const Style& style) {
  MemoryPage page(style);
  if (processes.size() == 2)
    page.Two(processes[0], processes[1]);
  else
    for (const MemoryReport& process : processes) page.One(process);
  return page.Take();
}

std::string MemoryJson(const std::vector<MemoryReport>& processes, const Style& style) {
  Json targets = Json::array();
  for (const MemoryReport& process : processes) {
    Json one = {{"name", Printable(process.process.name)}};
    if (process.process.pid) one["pid"] = *process.process.pid;
    if (!process.process.go_version.empty()) one["go_version"] = Printable(process.process.go_version);
    Json moments = Json::array();
    for (const MemoryAccount& a : process.moments) moments.push_back(AccountJson(a));
    one["moments"] = std::move(moments);
    one["gaps"] = GapsJson(process.gaps);
    targets.push_back(std::move(one));
  }
  return TargetsDocument("seep.memory/1", style.version, std::move(targets));
}

}  // namespace seep::report

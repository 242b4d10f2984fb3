// /debug/vars (package expvar): one JSON object. "cmdline" and "memstats" are always there; the service's own
// variables are passed over.
//
//   {
//   "cmdline": ["/usr/bin/orders","-addr",":8080"],
//   "memstats": {"Alloc":3548000,"TotalAlloc":8786016, ... ,"BySize":[{"Size":0,"Mallocs":0,"Frees":0}, ...]}
//   }
//
// Read as a stream of tokens: the size of foreign variables costs nothing, and their depth is bounded.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "parse/format.h"
#include "parse/mem_stats/mem_stats.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

constexpr size_t kDeepest = 200;  // of a variable of the service; real ones are flat

bool SniffExpvar(const Sample& sample) {
  const std::string_view head = Trim(sample.head);
  return head.starts_with('{') &&
         (head.find("\"memstats\":") != head.npos || head.find("\"cmdline\":") != head.npos);
}

// The handler's member names are given by nlohmann::json_sax. Its parser keeps its own stack: the nesting of
// hostile input does not become ours.
class Handler {
 public:
  std::optional<model::MemStats> mem_stats;
  std::string cmdline;
  std::string program;
  std::string broken;  // what is wrong with the JSON, and where
  bool too_deep = false;

  bool key(std::string& key) {
    if (depth_ == 1) {
      section_ = key == "memstats"  ? Section::kMemStats
                 : key == "cmdline" ? Section::kCmdline
                                    : Section::kOther;
    } else if (depth_ == 2) {
      field_ = key;
    }
    return true;
  }
  bool string(std::string& text) {
    if (section_ != Section::kCmdline || depth_ != 2) return true;
    const std::string argument = Printable(text);
    if (cmdline.empty()) program = BaseName(argument);
    cmdline.append(cmdline.empty() ? "" : " ").append(argument);
    return true;
  }
  bool number_unsigned(uint64_t value) {
    if (section_ == Section::kMemStats && depth_ == 2) SetMemStat(field_, value, *mem_stats);
    return true;
  }
  bool number_integer(int64_t) { return true; }
  bool number_float(double, const std::string&) { return true; }
  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool binary(std::vector<uint8_t>&) { return true; }
  bool start_object(size_t) { return Enter(true); }
  bool end_object() { return Leave(); }
  bool start_array(size_t) { return Enter(false); }
  bool end_array() { return Leave(); }
  bool parse_error(size_t position, const std::string& token, const nlohmann::detail::exception&) {
    broken = fmt::format("unexpected '{}' at byte {}", Printable(token.substr(0, 40)), position);
    return false;
  }

 private:
  enum class Section { kOther, kMemStats, kCmdline };

  bool Enter(bool object) {
    if (++depth_ > kDeepest) {
      too_deep = true;
      return false;
    }
    if (depth_ == 2 && section_ == Section::kMemStats) {
      if (object)
        mem_stats.emplace();
      else
        section_ = Section::kOther;
    }
    return true;
  }
  bool Leave() {
    --depth_;
    return true;
  }

  size_t depth_ = 0;
  Section section_ = Section::kOther;
  std::string field_;
};

Result<std::vector<model::Snapshot>> ParseExpvar(const model::Artifact&, std::string_view bytes, Context&) {
  Handler handler;
  nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &handler, nlohmann::json::input_format_t::json,
                            /*strict=*/false);
  if (handler.too_deep)
    return Fail(ErrorCode::kTooLarge, fmt::format("/debug/vars nests deeper than {} levels", kDeepest));
  if (!handler.mem_stats && handler.cmdline.empty())
    return Fail(ErrorCode::kBadInput,
                "expected the JSON of /debug/vars with 'memstats' and 'cmdline', found neither" +
                    (handler.broken.empty() ? std::string() : ": " + handler.broken));
  model::Snapshot out;
  out.mem_stats = std::move(handler.mem_stats);
  out.process.cmdline = std::move(handler.cmdline);
  out.process.name = std::move(handler.program);
  if (!handler.broken.empty())
    out.gaps.push_back(
        {"expvar", "the JSON of /debug/vars is broken: " + handler.broken + "; what came before was read",
         "take it again"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_expvar;
constinit const Format format_expvar = {
    .name = "expvar", .priority = 90, .sniff = SniffExpvar, .parse = ParseExpvar};

}  // namespace seep::parse

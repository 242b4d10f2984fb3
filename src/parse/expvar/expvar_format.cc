// /debug/vars (package expvar): one JSON object. "cmdline" and "memstats" are always there; the service's own variables are
// passed over.
//
//   {
//   "cmdline": ["/usr/bin/orders","-addr",":8080"],
//   "memstats": {"Alloc":3548000,"TotalAlloc":8786016, ... ,"BySize":[{"Size":0,"Mallocs":0,"Frees":0}, ...]}
//   }
//
// Read as a stream of tokens: the size of foreign variables costs nothing, and their depth is bounded.
#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <fmt/format.h>

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

// RapidJSON's handler: its member names are given by the library.
class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  std::optional<model::MemStats> mem_stats;
  std::string cmdline;
  std::string program;
  bool too_deep = false;

  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view key(text, size);
    if (depth_ == 1) {
      section_ = key == "memstats" ? Section::kMemStats : key == "cmdline" ? Section::kCmdline : Section::kOther;
    } else if (depth_ == 2) {
      field_ = key;
    }
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (section_ != Section::kCmdline || depth_ != 2) return true;
    const std::string argument = Printable({text, size});
    if (cmdline.empty()) program = BaseName(argument);
    cmdline.append(cmdline.empty() ? "" : " ").append(argument);
    return true;
  }
  bool Uint(unsigned value) { return Number(value); }
  bool Uint64(uint64_t value) { return Number(value); }
  bool Default() { return true; }
  bool StartObject() { return Enter(true); }
  bool EndObject(rapidjson::SizeType) { return Leave(); }
  bool StartArray() { return Enter(false); }
  bool EndArray(rapidjson::SizeType) { return Leave(); }

 private:
  enum class Section { kOther, kMemStats, kCmdline };

  bool Number(uint64_t value) {
    if (section_ == Section::kMemStats && depth_ == 2) SetMemStat(field_, value, *mem_stats);
    return true;
  }
  bool Enter(bool object) {
    if (++depth_ > kDeepest) {
      too_deep = true;
      return false;
    }
    if (depth_ == 2 && section_ == Section::kMemStats) {
      if (object) mem_stats.emplace();
      else section_ = Section::kOther;
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
  rapidjson::MemoryStream memory(bytes.data(), bytes.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> in(memory);
  rapidjson::Reader reader;
  Handler handler;
  // Iterative: the nesting of hostile input must not become ours.
  const rapidjson::ParseResult result =
      reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseStopWhenDoneFlag>(in, handler);
  if (handler.too_deep)
    return Fail(ErrorCode::kTooLarge, fmt::format("/debug/vars nests deeper than {} levels", kDeepest));
  const std::string broken =
      result.IsError() ? fmt::format("{} at byte {}", rapidjson::GetParseError_En(result.Code()), result.Offset()) : "";
  if (!handler.mem_stats && handler.cmdline.empty())
    return Fail(ErrorCode::kBadInput, "expected the JSON of /debug/vars with 'memstats' and 'cmdline', found neither" +
                                          (broken.empty() ? std::string() : ": " + broken));
  model::Snapshot out;
  out.mem_stats = std::move(handler.mem_stats);
  out.process.cmdline = std::move(handler.cmdline);
  out.process.name = std::move(handler.program);
  if (!broken.empty())
    out.gaps.push_back({"expvar", "the JSON of /debug/vars is broken: " + broken + " What came before was read", "take it again"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_expvar;
constinit const Format format_expvar = {.name = "expvar", .priority = 90, .sniff = SniffExpvar, .parse = ParseExpvar};

}  // namespace seep::parse

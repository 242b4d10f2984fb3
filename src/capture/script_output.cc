#include "capture/script_output.h"

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"

namespace seep::capture {
namespace {

constexpr std::string_view kMagic = "seep-script ";
constexpr uint64_t kMaxSeconds = uint64_t{1} << 33;  // the year 2242: nanoseconds of it still fit
constexpr int kNoStw = 98;
constexpr int kOverBudget = 99;

struct Head {
  uint64_t round, seconds, status, size;
  std::string_view name, source;
};

std::optional<Head> ParseHead(std::string_view line) {
  Cursor in(line);
  if (!in.Skip("#at ")) return std::nullopt;
  Head head{};
  const auto round = in.Decimal();
  in.SkipSpaces();
  const auto seconds = in.Decimal();
  in.SkipSpaces();
  head.name = in.Word();
  in.SkipSpaces();
  const auto status = in.Decimal();
  in.SkipSpaces();
  const auto size = in.Decimal();
  if (!round || *round > 1'000'000 || !seconds || *seconds > kMaxSeconds || head.name.empty() || !status ||
      !size) {
    return std::nullopt;
  }
  in.SkipSpaces();
  head.round = *round;
  head.seconds = *seconds;
  head.status = *status;
  head.size = *size;
  head.source = in.Rest();
  return head;
}

// The tools agree on little but their messages.
Error MessageError(const Head& head, std::string_view message) {
  const std::string text = Printable(Trim(message.substr(0, 500)));
  auto says = [&](const char* part) { return text.find(part) != std::string::npos; };
  Error error{ErrorCode::kUnavailable, text, Printable(head.source), {}};
  if (head.status == kNoStw) {
    error.code = ErrorCode::kUnsupported;
  } else if (head.status == kOverBudget) {
    error.code = ErrorCode::kTooLarge;
    error.hint = "write the script with a higher --dump-budget";
  } else if (says("ermission denied") || says("401") || says("403")) {
    error.code = ErrorCode::kPermission;
    error.hint = says("ermission denied") ? "run the script as the process' user or as root"
                                          : "SEEP_BEARER=TOKEN gives it a token";
  } else if (says("404") || says("No such file") || says("no process")) {
    error.code = ErrorCode::kNotFound;
  } else if (head.status == 28 || head.status == 124 ||
             head.status == 143) {  // curl; timeout(1); busybox' timeout
    error.code = ErrorCode::kTimeout;
    error.hint = "write the script with a longer --timeout";
  }
  return error;
}

}  // namespace

bool IsScriptOutput(std::string_view head) {
  return head.starts_with(kMagic);
}

Result<Captured> ReadScriptOutput(const Bytes& bytes, const CaptureOptions& options,
                                  const std::string& source) {
  Cursor in(bytes.view());
  const std::string_view raw = in.Until('\n');
  in.Skip('\n');
  Cursor first(raw);
  if (!first.Skip(kMagic))
    return Fail(ErrorCode::kBadInput, "expected the first line \"seep-script 1 TARGET\"", source);
  if (raw.ends_with('\r')) {
    return Fail(ErrorCode::kBadInput,
                "a terminal has turned its \\n into \\r\\n, which damages what is not text", source,
                "capture again without one: kubectl exec -i, ssh without -t");
  }
  const std::string_view version = first.Word();
  if (version != "1") {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("expected version 1, found \"{}\"", Printable(version.substr(0, 20))), source,
                "a newer seep wrote the script: use that one");
  }
  first.SkipSpaces();
  const std::string target = Printable(first.Rest().substr(0, 256));
  Captured captured;
  auto gap = [&](std::string why, std::string how) {
    captured.gaps.push_back({"the end of " + source, std::move(why), std::move(how)});
  };
  while (true) {
    const std::string_view line = in.Line();
    if (Cursor end(line); end.Skip("#end ")) {
      if (end.Decimal() != captured.artifacts.size()) gap("pieces are missing", "copy or capture it again");
      return captured;
    }
    const auto head = ParseHead(line);
    const size_t at = bytes.size() - in.Left();
    const auto content = head ? in.Take(head->size) : std::nullopt;
    if (!content || !in.Skip('\n')) {
      gap(fmt::format("the stream is cut off or damaged after {}",
                      Plural(captured.artifacts.size(), "piece")),
          "copy or capture it again");
      return captured;
    }
    if (captured.artifacts.size() == options.max_files) {
      gap(fmt::format("it holds more than {}", Plural(options.max_files, "piece")),
          "--max-files raises the limit");
      return captured;
    }
    model::Artifact artifact;
    artifact.name = Printable(head->name.substr(0, 256));
    artifact.source = Printable(head->source.substr(0, 4096));
    artifact.at = FromUnixNanos(static_cast<int64_t>(head->seconds) * 1'000'000'000);
    artifact.target = target;
    artifact.round = static_cast<int>(head->round);
    if (head->status == 0)
      artifact.bytes = bytes.Part(at, head->size);
    else
      artifact.error = MessageError(*head, *content);
    captured.artifacts.push_back(std::move(artifact));
  }
}

}  // namespace seep::capture

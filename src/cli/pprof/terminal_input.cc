#include "cli/pprof/terminal_input.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "cli/terminal.h"

namespace seep::cli {
namespace {

constexpr size_t kDefaultWidth = 80;
constexpr size_t kMaxListed = 100;

// Raw as cfmakeraw has it, but for "\n" staying a new line on output.
class RawMode {
 public:
  RawMode() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios raw = before_;
    ::cfmakeraw(&raw);
    raw.c_oflag = before_.c_oflag;
    changed_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
  }
  ~RawMode() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

size_t Width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultWidth;
}

// The bytes of `text` without its first `columns` characters.
std::string_view Skip(std::string_view text, size_t columns) {
  size_t at = 0;
  for (; at < text.size() && columns > 0; --columns) do
      ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return text.substr(at);
}

// In columns, as a shell lists files.
std::string Listed(const std::vector<std::string>& words) {
  size_t widest = 0;
  const size_t shown = std::min(words.size(), kMaxListed);
  for (size_t i = 0; i < shown; ++i) widest = std::max(widest, DisplayWidth(words[i]));
  const size_t columns = std::max<size_t>(1, Width() / (widest + 2));
  std::string out = "\n";
  for (size_t i = 0; i < shown; ++i) {
    out += words[i];
    const bool last = i + 1 == shown || (i + 1) % columns == 0;
    out += last ? "\n" : std::string(widest + 2 - DisplayWidth(words[i]), ' ');
  }
  if (words.size() > shown) out += fmt::format("... and {} more\n", words.size() - shown);
  return out;
}

}  // namespace

bool TerminalInput::Usable() {
  const char* kind = std::getenv("TERM");
  if (kind == nullptr || *kind == '\0' || EqualsIgnoreCase(kind, "dumb")) return false;
  return ::isatty(STDIN_FILENO) != 0;
}

bool TerminalInput::NextKey(KeyPress& press) {
  while (!TakeKey(pending_, press)) {
    char block[256];
    const ssize_t n = ::read(STDIN_FILENO, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    pending_.append(block, static_cast<size_t>(n));
  }
  return true;
}

// The line, or the part of it around the cursor that fits into the window.
void TerminalInput::Draw(std::string_view prompt) const {
  const size_t width = Width();
  const size_t before = DisplayWidth(prompt);
  const size_t room = width > before + 10 ? width - before - 1 : 10;
  const std::string_view text = line_.text();
  const size_t at = DisplayWidth(text.substr(0, line_.cursor()));
  const size_t skipped = at < room ? 0 : at - room + 1;
  std::string_view visible = Skip(text, skipped);
  visible = visible.substr(0, visible.size() - Skip(visible, room).size());
  PrintError(fmt::format("\r{}{}\x1b[K\r\x1b[{}C", prompt, Printable(visible), before + at - skipped));
}

void TerminalInput::CompleteLine() {
  const Completion found = complete_(std::string_view(line_.text()).substr(0, line_.cursor()));
  if (!line_.Complete(found.begin, found.words) && found.words.size() > 1) PrintError(Listed(found.words));
}

EditedLine::State TerminalInput::Type(std::string_view prompt) {
  KeyPress press;
  while (true) {
    if (pending_.empty()) Draw(prompt);
    if (!NextKey(press)) return EditedLine::State::kLeave;
    const EditedLine::State state = line_.Press(press);
    if (state == EditedLine::State::kComplete)
      CompleteLine();
    else if (state == EditedLine::State::kRedraw)
      PrintError("\x1b[H\x1b[2J");
    else if (state != EditedLine::State::kTyping)
      return state;
  }
}

std::optional<std::string> TerminalInput::ReadLine(std::string_view prompt) {
  const RawMode raw;
  while (true) {
    const EditedLine::State state = Type(prompt);
    Draw(prompt);
    PrintError(state == EditedLine::State::kDiscarded ? "^C\n" : "\n");
    if (state == EditedLine::State::kLeave) return std::nullopt;
    std::string text = line_.text();
    line_.Next();
    if (state == EditedLine::State::kDone) return text;
  }
}

}  // namespace seep::cli

#include "parse/goroutine_text/plain_reader.h"

#include <cstring>
#include <limits>

#include "base/hash.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace seep::parse {
namespace {

using Node = StackTrie::Node;
using Piece = StackTrie::Piece;

constexpr std::string_view kGoroutine = "goroutine ";

bool StartsWith(const char* p, const char* end, std::string_view text) {
  return static_cast<size_t>(end - p) >= text.size() && std::memcmp(p, text.data(), text.size()) == 0;
}

// What the patient reader strips in front of a line: a function or path that begins with it is none.
bool AtSpace(const char* p, const char* end) {
  return p != end && (*p == ' ' || (*p >= '\t' && *p <= '\r'));
}

// The end of the line; nullptr if it has no newline.
const char* LineEnd(const char* p, const char* end) {
  return static_cast<const char*>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
}

// The first '(', ')' or newline: the end of an argument list, or a reason not to believe in it.
const char* ArgumentsEnd(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i parenthesis = _mm_set1_epi8('('), newline = _mm_set1_epi8('\n'), low_bit = _mm_set1_epi8(1);
  for (; end - p >= 16; p += 16) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(_mm_andnot_si128(low_bit, text), parenthesis),
                                     _mm_cmpeq_epi8(text, newline));
    if (const int mask = _mm_movemask_epi8(hit); mask != 0)
      return p + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  while (p != end && *p != '(' && *p != ')' && *p != '\n') ++p;
  return p;
}

bool AtHeader(const char* p, const char* end) {
  if (!StartsWith(p, end, kGoroutine)) return false;
  const char* line_end = LineEnd(p, end);
  return line_end != nullptr && ParseHeader({p, static_cast<size_t>(line_end - p)});
}

#if defined(__SSE2__)
// Up to 16 hex digits at `p`, of which 16 bytes can be read. Nibbles of all bytes at once, then packed; bytes
// behind the last digit are shifted out.
uint64_t ReadHex16(const char* p) {
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i digit = _mm_sub_epi8(text, _mm_set1_epi8('0')),
                letter = _mm_sub_epi8(text, _mm_set1_epi8('a'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
  const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
  const int hex = _mm_movemask_epi8(_mm_or_si128(is_digit, is_letter));
  const int digits = __builtin_ctz(~static_cast<unsigned>(hex) | 0x10000u);
  if (digits == 0) return 0;
  const __m128i nibbles = _mm_or_si128(_mm_and_si128(digit, is_digit),
                                       _mm_and_si128(_mm_add_epi8(letter, _mm_set1_epi8(10)), is_letter));
  const __m128i pairs = _mm_or_si128(_mm_slli_epi16(_mm_and_si128(nibbles, _mm_set1_epi16(0xFF)), 4),
                                     _mm_srli_epi16(nibbles, 8));
  const auto packed = static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_packus_epi16(pairs, pairs)));
  return __builtin_bswap64(packed) >> (4 * (16 - digits));
}
#endif

// FirstArgument() of the list between `p` and `list_end`; `end` is the end of the text.
uint64_t ReadFirstArgument(const char* p, const char* list_end, [[maybe_unused]] const char* end) {
#if defined(__SSE2__)
  while (p != list_end && *p == '{') ++p;
  if (list_end - p < 3 || p[0] != '0' || p[1] != 'x') return 0;
  if (end - p >= 18) return ReadHex16(p + 2);
#endif
  return FirstArgument(p, list_end);
}

// Telling bytes of a function line: around its first '(', where package, type and method meet, without bytes
// of arguments; 0 near the end of the text.
uint64_t FunctionKey(const char* p, const char* end) {
  const char* open = ArgumentsEnd(p, end);
  if (open - p < 8 || end - open < 8) return 0;
  const uint64_t type = open[1] == '*' ? LoadU64(open) : 0;
  return MultiplyFold(LoadU64(open - 8) ^ static_cast<uint64_t>(open - p), type | 1);
}

// Of a file line: its end, which holds line and offset. `p` stands at the ")\n\t" or "\n\t" in front of it.
uint64_t FileKey(const char* p, const char* end) {
  if (end - p < 16) return 0;
  const auto* line_end = static_cast<const char*>(std::memchr(p + 2, '\n', static_cast<size_t>(end - p - 2)));
  if (line_end == nullptr || line_end - p < 16) return 0;
  return MultiplyFold(LoadU64(line_end - 16) ^ static_cast<uint64_t>(line_end - p),
                      LoadU64(line_end - 8) | 1);
}

// Digits without a sign, at least one; nullptr where there are none or too many.
const char* ReadNumber(const char* p, const char* end, uint64_t& value) {
  const char* begin = p;
  value = 0;
  for (; p != end && IsDigit(*p); ++p) value = value * 10 + static_cast<uint64_t>(*p - '0');
  return p == begin || p - begin > 18 ? nullptr : p;
}

}  // namespace

const char* PlainReader::Read(const char* p, const char* end) {
  model::Goroutine goroutine;
  p = ReadHeader(p, end, goroutine);
  node_ = StackTrie::kRoot;
  frames_ = 0;
  // A blank line right behind the header means a double-spaced text: not plain.
  while (p != nullptr && p != end && !(*p == '\n' && frames_ > 0)) {
    Node next = trie_.Again(node_, p, end);
    if (next == StackTrie::kNone || !Separated(next, p, end)) next = FindFunction(p, end);
    if (next == StackTrie::kNone) {
      if (frames_ == 0 || !AtHeader(p, end)) return nullptr;
      break;
    }
    if (trie_.kind(next) == Piece::kCreated) {
      p = frames_ == 0 ? nullptr : ReadCreated(next, p, end, goroutine);
      if (p == nullptr || p == end || (*p != '\n' && !AtHeader(p, end))) return nullptr;
      break;
    }
    p = ReadFrame(next, p, end);
  }
  if (p == nullptr || p == end) return nullptr;
  goroutine.stack = trie_.Stack(node_);
  builder_.Add(goroutine, {arguments_.data(), frames_});
  return *p == '\n' ? p + 1 : p;
}

// A function piece ends in '('; "created by main.a" must not be taken for the beginning of "created by
// main.ab".
bool PlainReader::Separated(Node node, const char* p, const char* end) const {
  if (trie_.kind(node) == Piece::kFunction) return true;
  p += trie_.length(node);
  return p != end && (*p == '\n' || *p == ' ');
}

const char* PlainReader::ReadHeader(const char* p, const char* end, model::Goroutine& goroutine) {
  const char* const line = p;
  p = ReadNumber(p + kGoroutine.size(), end, goroutine.goid);
  if (p != nullptr && end - p > 2 && p[0] == ' ' && p[1] == '[') {
    p += 2;
    const char* state = p;
    // '(' may begin "(leaked)", ' ' + 'l' may begin "labels:{": rare enough to be left to ParseHeader with
    // all the others.
    while (p != end && *p != ',' && *p != ']' && *p != '(' && *p != ':' && *p != '\n') ++p;
    const std::string_view text(state, static_cast<size_t>(p - state));
    if (StartsWith(p, end, ", ")) {
      uint64_t minutes;
      const char* after = ReadNumber(p + 2, end, minutes);
      if (after != nullptr && StartsWith(after, end, " minutes]") &&
          minutes <= std::numeric_limits<int32_t>::max()) {
        goroutine.minutes = static_cast<int32_t>(minutes);
        p = after + 8;
      }
    }
    if (StartsWith(p, end, "]:\n")) {
      const DumpBuilder::State known = builder_.Intern(text);
      goroutine.state = known.id;
      goroutine.wait = known.wait;
      return p + 3;
    }
  }
  const char* line_end = LineEnd(line, end);
  if (line_end == nullptr) return nullptr;
  const auto header = ParseHeader({line, static_cast<size_t>(line_end - line)});
  if (!header) return nullptr;
  const DumpBuilder::State known = builder_.Intern(header->state);
  goroutine.goid = header->goid;
  goroutine.state = known.id;
  goroutine.wait = known.wait;
  goroutine.labels = builder_.InternLabels(header->labels);
  goroutine.minutes = header->minutes;
  goroutine.leaked = header->leaked;
  goroutine.locked = header->locked;
  return line_end + 1;
}

// The line at `p` as a "FUNC(" or "created by FUNC" that is not the one of last time; kNone for any other
// line.
Node PlainReader::FindFunction(const char* p, const char* end) {
  if (AtSpace(p, end)) return StackTrie::kNone;
  const uint64_t key = FunctionKey(p, end);
  if (const Node guess = trie_.Guess(node_, key, p, end);
      guess != StackTrie::kNone && Separated(guess, p, end))
    return guess;
  const char* line_end = LineEnd(p, end);
  if (line_end == nullptr) return StackTrie::kNone;
  const std::string_view line(p, static_cast<size_t>(line_end - p));
  const DumpLine kind = Classify(line);
  std::string_view piece;
  if (kind == DumpLine::kFunction) {
    piece = line.substr(0, FunctionLength(line) + 1);
  } else if (kind == DumpLine::kCreated && line.back() > ' ') {
    const std::string_view function = ParseCreatedBy(line).function;
    piece = line.substr(0, static_cast<size_t>(function.data() + function.size() - p));
  } else {
    return StackTrie::kNone;
  }
  Node found = trie_.Find(node_, piece);
  if (found == StackTrie::kNone)
    found = trie_.Add(node_, piece, kind == DumpLine::kFunction ? Piece::kFunction : Piece::kCreated);
  trie_.Remember(node_, key, found);
  return found;
}

// From the function piece at `p` to the line after its file line; node_ becomes the frame.
const char* PlainReader::ReadFrame(Node function, const char* p, const char* end) {
  const char* name = p;
  const char* arguments = p + trie_.length(function);
  p = ArgumentsEnd(arguments, end);
  if (p == end || *p != ')' || frames_ == kMostFrames) return nullptr;
  arguments_[frames_++] = ReadFirstArgument(arguments, p, end);
  Node file = trie_.Again(function, p, end);
  const char* after = file == StackTrie::kNone ? nullptr : EndOfFile(file, p, end);
  if (after == nullptr) {
    file = FindFile(function, p, end, {name, trie_.length(function) - 1}, Piece::kFrame);
    if (file == StackTrie::kNone) return nullptr;
    after = EndOfFile(file, p, end);
  }
  node_ = file;
  return after;
}

const char* PlainReader::ReadCreated(Node created, const char* p, const char* end,
                                     model::Goroutine& goroutine) {
  constexpr std::string_view kBefore = "created by ", kIn = " in goroutine ";
  const std::string_view function(p + kBefore.size(), trie_.length(created) - kBefore.size());
  p += trie_.length(created);
  if (StartsWith(p, end, kIn)) {
    p = ReadNumber(p + kIn.size(), end, goroutine.parent);
    if (p == nullptr) return nullptr;
  }
  Node file = trie_.Again(created, p, end);
  const char* after = file == StackTrie::kNone ? nullptr : EndOfFile(file, p, end);
  if (after == nullptr) {
    file = FindFile(created, p, end, function, Piece::kCreator);
    if (file == StackTrie::kNone) return nullptr;
    after = EndOfFile(file, p, end);
  }
  goroutine.creator = trie_.frame(file);
  return after;
}

// A file piece: ")\n\tFILE:LINE +0xOFFSET" behind arguments, "\n\tFILE:LINE +0xOFFSET" behind "created by".
Node PlainReader::FindFile(Node before, const char* p, const char* end, std::string_view function,
                           Piece kind) {
  const uint64_t key = FileKey(p, end);
  if (const Node guess = trie_.Guess(before, key, p, end);
      guess != StackTrie::kNone && EndOfFile(guess, p, end) != nullptr)
    return guess;
  const std::string_view opening = kind == Piece::kFrame ? ")\n\t" : "\n\t";
  if (!StartsWith(p, end, opening)) return StackTrie::kNone;
  const char* path = p + opening.size();
  if (AtSpace(path, end)) return StackTrie::kNone;
  const char* line_end = LineEnd(path, end);
  if (line_end == nullptr) return StackTrie::kNone;
  const std::string_view text(path, static_cast<size_t>(line_end - path));
  const auto file = ParseFileLine(text);
  if (!file) return StackTrie::kNone;
  // The offset is the same whenever the stack is; what follows it (fp=, sp=) is not.
  size_t length = file->length;
  if (text.substr(length).starts_with(" +0x")) {
    const size_t space = text.find(' ', length + 4);
    length = space == std::string_view::npos ? text.size() : space;
  }
  const std::string_view piece(p, opening.size() + length);
  Node found = trie_.Find(before, piece);
  if (found == StackTrie::kNone)
    found =
        trie_.Add(before, piece, kind, builder_.context().stacks.AddFrame(function, file->file, file->line));
  trie_.Remember(before, key, found);
  return found;
}

// Behind the file piece at `p`: the next line. nullptr if the piece ended inside a longer word.
const char* PlainReader::EndOfFile(Node file, const char* p, const char* end) const {
  p += trie_.length(file);
  if (p == end || (*p != '\n' && *p != ' ')) return nullptr;
  if (*p == ' ') p = LineEnd(p, end);
  return p == nullptr ? nullptr : p + 1;
}

}  // namespace seep::parse

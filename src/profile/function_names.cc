#include "profile/function_names.h"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#define HAVE_DECL_BASENAME 1  // or the header declares one that glibc has differently
#include <libiberty/demangle.h>

namespace seep::profile {
namespace {

// A symbol of a hundred bytes can mean gigabytes; and the demangler recurses, about once a byte.
constexpr size_t kLongestName = 64 * 1024, kLongestSymbol = 4096;

struct TooLong {};

void AppendPiece(const char* text, size_t size, void* out) {
  std::string& name = *static_cast<std::string*>(out);
  if (name.size() + size > kLongestName) throw TooLong{};  // the only way out of the demangler
  name.append(text, size);
}

using Demangler = int (*)(const char* symbol, int options, demangle_callbackref piece, void* out);

// The name with everything; none where it is no such symbol.
std::optional<std::string> WholeName(std::string_view symbol, Demangler demangle) {
  if (symbol.size() > kLongestSymbol) return std::nullopt;
  std::string name;
  try {
    if (demangle(std::string(symbol).c_str(), DMGL_PARAMS | DMGL_TYPES | DMGL_NO_RECURSE_LIMIT, &AppendPiece,
                 &name) == 0)
      return std::nullopt;
  } catch (const TooLong&) {
    return std::nullopt;
  }
  return name;
}

// Of a demangled name: where the bracket at `begin` is closed, behind it; the end if it is not. Operators
// within ("operator>", "->") close nothing, nor does a comparison in parentheses.
size_t BehindBracket(std::string_view name, size_t begin) {
  std::string open;
  for (size_t i = begin; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '<' || c == '>') {
      const bool within = !open.empty() && open.back() != '<';
      if (within || (i > 0 && (name[i - 1] == '-' || name.substr(0, i).ends_with("operator")))) continue;
    }
    if (c == '(' || c == '{' || c == '[' || c == '<') open += c;
    if (c != ')' && c != '}' && c != ']' && c != '>') continue;
    if (!open.empty()) open.pop_back();
    if (open.empty()) return i + 1;
  }
  return name.size();
}

// Makes a whole name short, piece by piece.
class Shortener {
 public:
  Shortener(std::string_view name, bool templates) : name_(name), templates_(templates) {}

  std::string Run() {
    static constexpr std::array kPrefixes = {"vtable for ",
                                             "typeinfo for ",
                                             "typeinfo name for ",
                                             "guard variable for ",
                                             "non-virtual thunk to ",
                                             "virtual thunk to ",
                                             "VTT for ",
                                             "covariant return thunk to ",
                                             "construction vtable for ",
                                             "transaction clone for ",
                                             "non-transaction clone for "};
    for (std::string_view prefix : kPrefixes) {
      if (!name_.starts_with(prefix)) continue;
      data_ = true;
      // pprof's demangler leaves parameters out of the symbol's own name only, not of what it is for.
      whole_ =
          prefix.find("thunk") != std::string_view::npos || prefix.find("clone") != std::string_view::npos;
      out_ = prefix;
      at_ = prefix.size();
      begin_ = at_;
    }
    while (at_ < name_.size()) Step();
    return std::move(out_);
  }

 private:
  bool Ahead(std::string_view text) const { return name_.substr(at_).starts_with(text); }
  void Copy(size_t count) {
    out_ += name_.substr(at_, count);
    at_ += count;
  }

  void Step() {
    const char c = name_[at_];
    if (Ahead("(anonymous namespace)")) return Copy(std::string_view("(anonymous namespace)").size());
    if (Ahead("operator") && (at_ == 0 || name_[at_ - 1] == ':' || name_[at_ - 1] == ' ')) return Operator();
    if (c == '{') return Lambda();
    if (c == '<') return Template();
    if (c == '(') return Parameters();
    if (c == ' ') return Space();
    Copy(1);
  }

  // "operator()", "operator< <int>", "operator unsigned long".
  void Operator() {
    Copy(std::string_view("operator").size());
    if (Ahead("()")) return Copy(2);
    if (Ahead(" ")) {  // a conversion, new, delete
      const size_t end = name_.find('(', at_);
      while (at_ < name_.size() && at_ < end) {
        if (name_[at_] == '<')
          Template();
        else
          Copy(1);
      }
      return;
    }
    static constexpr std::array<std::string_view, 41> kTokens = {
        "<=>", "->*", "<<=", ">>=", "&&", "||", "==", "!=", "<=", ">=", "<<",   ">>", "+=", "-=",
        "*=",  "/=",  "%=",  "^=",  "&=", "|=", "++", "--", "->", "[]", "\"\"", "+",  "-",  "*",
        "/",   "%",   "^",   "&",   "|",  "~",  "!",  "=",  "<",  ">",  ",",    "?",  ":"};
    for (std::string_view token : kTokens) {
      if (!Ahead(token)) continue;
      Copy(token.size());
      break;
    }
    if (!Ahead(" <")) return;
    if (templates_) out_ += ' ';  // it keeps "operator<" and "<int>" apart
    ++at_;
  }

  // "{lambda(int)#1}": its parameters stay.
  void Lambda() {
    const size_t end = BehindBracket(name_, at_);
    Shortener inside(name_.substr(at_ + 1, end - at_ - 1), templates_);
    inside.data_ = inside.whole_ = true;
    while (inside.at_ < inside.name_.size()) inside.Step();
    out_ += '{' + inside.out_;
    at_ = end;
  }

  void Template() {
    const size_t end = BehindBracket(name_, at_);
    if (templates_) out_ += name_.substr(at_, end - at_);
    at_ = end;
  }

  // Gone, but an enclosing function keeps an empty pair: "f() const::x".
  void Parameters() {
    if (whole_) return Copy(1);
    at_ = BehindBracket(name_, at_);
    if (out_.ends_with("decltype") || out_.empty()) return;  // of the type returned
    const size_t next = name_.find("::", at_);
    const std::string_view qualifiers = name_.substr(at_, next == std::string_view::npos ? next : next - at_);
    if (next == std::string_view::npos || qualifiers.find_first_of("({<") != std::string_view::npos) {
      at_ = name_.size();
      return;
    }
    out_ += "()";
    Copy(qualifiers.size());
  }

  // What stood before it was the type returned.
  void Space() {
    if (data_) return Copy(1);
    ++at_;
    out_.resize(begin_);
  }

  std::string_view name_;
  bool templates_;
  bool data_ = false;   // nothing is returned
  bool whole_ = false;  // parameters stay
  size_t at_ = 0, begin_ = 0;
  std::string out_;
};

// Rust before 2021: _ZN 4core 3fmt 17h<16 hex digits> E, with escapes such as $LT$ within.
std::optional<std::string> OldRustName(std::string_view symbol) {
  if (const size_t end = symbol.rfind("E."); end != std::string_view::npos)
    symbol = symbol.substr(0, end + 1);
  if (!symbol.starts_with("_ZN") || !symbol.ends_with('E') || symbol.size() < 24 ||
      symbol.substr(symbol.size() - 20, 3) != "17h")
    return std::nullopt;
  symbol = symbol.substr(3, symbol.size() - 23);
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kEscapes = {{{"SP", "@"},
                                                                                              {"BP", "*"},
                                                                                              {"RF", "&"},
                                                                                              {"LT", "<"},
                                                                                              {"GT", ">"},
                                                                                              {"LP", "("},
                                                                                              {"RP", ")"},
                                                                                              {"C", ","},
                                                                                              {"u7e", "~"},
                                                                                              {"u20", " "},
                                                                                              {"u27", "'"},
                                                                                              {"u7b", "{"}}};
  std::string out;
  while (!symbol.empty()) {
    size_t length = 0, digits = 0;
    while (digits < symbol.size() && symbol[digits] >= '0' && symbol[digits] <= '9' && digits < 9)
      length = length * 10 + static_cast<size_t>(symbol[digits++] - '0');
    if (digits == 0 || length == 0 || digits + length > symbol.size()) return std::nullopt;
    std::string_view part = symbol.substr(digits, length);
    symbol.remove_prefix(digits + length);
    if (!out.empty()) out += "::";
    if (part.starts_with("_$")) part.remove_prefix(1);
    while (!part.empty()) {
      if (part.starts_with("..")) {
        out += "::";
        part.remove_prefix(2);
        continue;
      }
      const size_t close = part.front() == '$' ? part.find('$', 1) : std::string_view::npos;
      if (close == std::string_view::npos) {
        out += part.front();
        part.remove_prefix(1);
        continue;
      }
      const std::string_view escape = part.substr(1, close - 1);
      std::string_view text;
      for (const auto& [from, to] : kEscapes)
        if (from == escape) text = to;
      if (escape == "u5b") text = "[";
      if (escape == "u5d") text = "]";
      if (escape == "u7d") text = "}";
      if (escape == "u3b") text = ";";
      if (escape == "u2b") text = "+";
      if (escape == "u22") text = "\"";
      if (text.empty()) return std::nullopt;
      out += text;
      part.remove_prefix(close + 1);
    }
  }
  return out;
}

std::optional<std::string> Demangled(std::string_view symbol, Demangling how) {
  if (auto rust = OldRustName(symbol)) return rust;
  if (symbol.starts_with("_R")) return WholeName(symbol, &rust_demangle_callback);
  if (!symbol.starts_with("_Z")) return std::nullopt;
  // Clones (".constprop.0") are not part of the name.
  auto whole = WholeName(symbol.substr(0, symbol.find('.')), &cplus_demangle_v3_callback);
  if (!whole || how == Demangling::kFull) return whole;
  return Shortener(*whole, how == Demangling::kTemplates).Run();
}

bool LooksLikeCpp(std::string_view name) {
  if (name.find(".<") != std::string_view::npos) return false;   // Java: "Order.<init>"
  if (name.find("]).") != std::string_view::npos) return false;  // Go: "(*Map[...]).Get"
  return name.find_first_of("<>[]") != std::string_view::npos || name.find("::") != std::string_view::npos;
}

// Without what stands between `open` and `close`; what does not pair up stays.
std::string WithoutBracketed(std::string_view name, char open, char close) {
  std::string out;
  size_t depth = 0, kept = 0;  // kept: where what is not yet in `out` begins
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == open && depth++ == 0) {
      out += name.substr(kept, i - kept);
      kept = i;
    }
    if (name[i] != close) continue;
    if (depth == 0) break;  // they do not pair up: the rest stays
    if (--depth == 0) kept = i + 1;
  }
  return out.append(name.substr(kept));
}

}  // namespace

std::string DemangledName(std::string_view symbol, Demangling how) {
  if (how == Demangling::kNone) return std::string(symbol);
  if (auto name = Demangled(symbol, how)) return *name;
  if (symbol.starts_with('_'))  // as compilers of macOS write it, with one more
    if (auto name = Demangled(symbol.substr(1), how)) return *name;
  std::string name(symbol);
  if (how == Demangling::kFull || !LooksLikeCpp(symbol)) return name;
  name = WithoutBracketed(name, '(', ')');
  return how == Demangling::kTemplates ? name : WithoutBracketed(name, '<', '>');
}

void NameFunctions(Profile& profile, Demangling how, bool again) {
  for (Function& f : profile.functions) {
    if (again && f.name && f.system_name) f.name = f.system_name;
    if (how == Demangling::kNone) continue;
    if (f.name && f.system_name != f.name) continue;
    const std::string_view symbol = profile.text(f.system_name);
    // Nothing to do for nearly every name of a Go program.
    if (!symbol.starts_with('_') && !LooksLikeCpp(symbol)) {
      f.name = f.system_name;
      continue;
    }
    f.name = profile.strings.Intern(DemangledName(symbol, how));
  }
}

}  // namespace seep::profile

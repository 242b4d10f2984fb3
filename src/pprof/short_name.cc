#include "pprof/short_name.h"

#include <re2/re2.h>

namespace seep::pprof {
namespace {

// Byte by byte, so that names that are no UTF-8 are shortened as well: none of the expressions has a
// character that is not ASCII.
RE2::Options Bytewise() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  return options;
}

}  // namespace

struct NameShortener::Expressions {
  RE2 go_version{R"(^(.*?)/v(?:[2-9]|[1-9][0-9]+)([./].*)$)", Bytewise()};
  RE2 go{R"(^(?:[\w\-\.]+\/)+([^.]+\..+))", Bytewise()};
  RE2 java{R"(^(?:[a-z]\w*\.)*([A-Z][\w\$]*\.(?:<init>|[a-z][\w\$]*(?:\$\d+)?))(?:(?:\()|$))", Bytewise()};
  RE2 cpp{R"(^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?))", Bytewise()};
};

NameShortener::NameShortener() : expressions_(std::make_unique<Expressions>()) {}
NameShortener::~NameShortener() = default;

std::string NameShortener::operator()(std::string_view function) const {
  constexpr std::string_view kAnonymous = "(anonymous namespace)::";
  if (function.starts_with(kAnonymous)) function.remove_prefix(kAnonymous.size());
  std::string name(function);
  RE2::Replace(&name, expressions_->go_version, R"(\1\2)");
  for (const RE2* expression : {&expressions_->go, &expressions_->java, &expressions_->cpp}) {
    std::string shortened;
    if (RE2::PartialMatch(name, *expression, &shortened)) return shortened;
  }
  return name;
}

}  // namespace seep::pprof

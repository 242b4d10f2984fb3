#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace seep {

std::string Error::Text() const {
  std::string text;
  if (!where.empty()) text = where + ": ";
  text += what;
  if (!hint.empty()) text += " (" + hint + ")";
  return text;
}

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "seep: internal error: %s does not hold at %s:%d; please report this\n", condition,
               file, line);
  std::abort();
}

}  // namespace seep

// Any bytes behind a title line: groups add up, every stack exists, nothing is read beyond the end.
#include <cstdint>
#include <cstdlib>

#include "parse/goroutine_count/count_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seep;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  model::StackTable stacks;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t before = rest.size();
    const auto read = parse::ReadCounts(rest, stacks, rest);
    if (!read) break;
    if (rest.size() >= before) std::abort();
    uint64_t sum = 0;
    for (const model::GoroutineGroup& group : read->profile.groups) {
      sum += group.count;
      if (group.stack.value >= stacks.stack_count() || group.labels.value >= stacks.strings().size())
        std::abort();
    }
    if (sum != read->counted) std::abort();
  }
  return 0;
}

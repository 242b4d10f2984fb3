#include "model/account.h"

namespace seep::model {
namespace {

struct Words {
  std::string_view id, label;
};

constexpr std::array<Words, kMemoryParts> kWords = {{
    {"go_objects", "Go heap: objects"},
    {"go_gaps", "Go heap: free places in spans"},
    {"go_idle", "Go heap: idle, not returned"},
    {"go_heap", "Go heap"},
    {"go_stacks", "goroutine stacks"},
    {"go_records", "Go runtime's records"},
    {"c_in_use", "C heap: in use"},
    {"c_blocks", "C heap: large blocks"},
    {"c_free", "C heap: freed, kept by malloc"},
    {"c_top", "C heap: spare at the ends"},
    {"c_heap", "C heap"},
    {"thread_stacks", "thread stacks"},
    {"data", "variables of program, libraries"},
    {"files", "file pages"},
    {"shared", "shared memory"},
    {"sampler", "seep's own sampler"},
    {"other", "other: mmap'ed, or not known"},
}};

}  // namespace

std::string_view Key(MemoryPart part) {
  return kWords[static_cast<size_t>(part)].id;
}

std::string_view Label(MemoryPart part) {
  return kWords[static_cast<size_t>(part)].label;
}

}  // namespace seep::model

// A Go program in somebody's memory, opened for reading: which Go built it, where its functions are, and
// where the runtime keeps the lists of its goroutines, spans and heap samples. All of it is found by what it
// looks like, so that a stripped program is read like any other, a core file like a running process.
//
// Everything found is checked against the layout table (layout.h) on the spot: a process whose structs do
// not look as the table of its version says is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/process_image.h"
#include "parse/pclntab/module.h"
#include "parse/pclntab/table.h"
#include "runtime/layout.h"

namespace seep::runtime {

// The functions of all modules of the process: the program and its plugins.
class Functions {
 public:
  struct Place {
    const parse::pclntab::Table* table = nullptr;
    size_t index = 0;
    parse::pclntab::Function function() const { return table->function(index); }
  };

  void Add(parse::pclntab::Table table) { tables_.push_back(std::move(table)); }
  bool empty() const { return tables_.empty(); }
  // The function an address lies in; nothing for C code and for what is no code.
  std::optional<Place> Find(uint64_t pc) const;
  // Calls visit(function) for each of them.
  template <class Visit>
  void ForEach(Visit visit) const {
    for (const parse::pclntab::Table& table : tables_)
      for (size_t i = 0; i < table.size(); ++i) visit(table.function(i));
  }

 private:
  std::vector<parse::pclntab::Table> tables_;
};

// Where global variables of the runtime are; 0: not found.
struct Globals {
  uint64_t allgs = 0;     // []*g: every goroutine there ever was; dead ones are used again
  uint64_t allspans = 0;  // mheap_.allspans, []*mspan
  uint64_t mbuckets = 0;  // *bucket: the newest heap sample site; 0 also where nothing was ever sampled
};

struct GoProcess {
  const model::ProcessImage* image = nullptr;  // outlives this
  std::string go_version;                      // "go1.26.8"
  const Layout* layout = nullptr;
  std::vector<parse::pclntab::Module> modules;
  Functions functions;
  Globals globals;
  std::vector<std::pair<uint64_t, uint64_t>> touched_data;  // of the modules' data: pages that hold anything
  std::vector<std::string> wait_reasons;                    // runtime.waitReasonStrings, by number
};

// kNotFound: no Go program, or one of before 1.18. kUnsupported: a version or processor whose layouts are
// not known. kBadInput: it claims to be a version that its memory does not look like.
Result<GoProcess> OpenGoProcess(const model::ProcessImage& image);

}  // namespace seep::runtime

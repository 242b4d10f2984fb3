// The control flow of one function body: which statements and conditions come after which. Conditions are
// split at && || and !, so that an edge says what was true.
#pragma once

#include <cstdint>
#include <vector>

#include "goscan/syntax/ast.h"

namespace seep::goscan {

enum class BlockEnd : uint8_t {
  kJump,    // to next[0]
  kBranch,  // next[0] when the condition holds, next[1] when not
  kChoose,  // to any of next: switch without conditions to read, select, range
  kReturn,  // the last item is the ReturnStmt
  kFall,    // the end of the body is reached; node: the body
  kStop,    // does not go on: panic, select {}
};

struct Block {
  std::vector<NodeId> items;  // simple statements and expressions in the order of evaluation
  BlockEnd end = BlockEnd::kJump;
  NodeId condition;  // kBranch; with `equals`: whether the two are equal (a case of a switch)
  NodeId equals;
  NodeId
      select;  // kChoose: the SelectStmt, or the RangeStmt whose next[0] is the body and next[1] the way out
  std::vector<uint32_t> next;
  uint32_t loop = 0;          // innermost loop it belongs to: index into Graph::loops
  uint32_t condition_of = 0;  // innermost branch it lies in: index into Graph::given
};

struct Loop {
  NodeId stmt;  // ForStmt or RangeStmt; none for index 0
  uint32_t outer = 0;
  uint32_t head = 0;  // block
};

// What was decided on the way into a block by the structure of the source.
struct Given {
  NodeId condition;
  bool holds = true;
  uint32_t outer = 0;
};

struct Graph {
  std::vector<Block> blocks;  // the first is where it begins
  std::vector<Loop> loops{Loop{}};
  std::vector<Given> given{Given{}};
  bool odd = false;  // a goto into the unknown, or more than kMaxBlocks: not to be relied on
};

inline constexpr size_t kMaxBlocks = 20000;

// `body` is a BlockStmt. Function literals inside are expressions: they have graphs of their own.
Graph BuildGraph(const Tree& tree, NodeId body);

}  // namespace seep::goscan

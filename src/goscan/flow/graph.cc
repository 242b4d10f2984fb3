#include "goscan/flow/graph.h"

#include <string_view>

namespace seep::goscan {
namespace {

class Builder {
 public:
  Builder(const Tree& tree, Graph& graph) : tree_(tree), graph_(graph) {}

  void Body(NodeId body) {
    current_ = NewBlock();
    List(tree_.Get<BlockStmt>(body).list);
    Block& last = graph_.blocks[current_];
    last.end = BlockEnd::kFall;
    last.condition = body;
    for (const auto& [from, label] : gotos_) {
      const auto target = Labelled(label);
      if (target == kNone) {
        graph_.odd = true;
      } else {
        graph_.blocks[from].next = {target};
      }
    }
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Target {
    std::string_view label;
    uint32_t on_break = kNone;
    uint32_t on_continue = kNone;
  };

  uint32_t NewBlock() {
    if (graph_.blocks.size() >= kMaxBlocks) {
      graph_.odd = true;
      return static_cast<uint32_t>(graph_.blocks.size()) - 1;
    }
    Block& block = graph_.blocks.emplace_back();
    block.loop = loop_;
    block.condition_of = given_;
    return static_cast<uint32_t>(graph_.blocks.size()) - 1;
  }

  void Jump(uint32_t from, uint32_t to) {
    graph_.blocks[from].end = BlockEnd::kJump;
    graph_.blocks[from].next = {to};
  }

  void Item(NodeId node) { graph_.blocks[current_].items.push_back(node); }

  // Ends the current block; what follows cannot be reached unless a label says so.
  void Leave() { current_ = NewBlock(); }

  void List(const NodeList& list) {
    for (const NodeId stmt : list) Stmt(stmt);
  }

  // Branches on `cond` from the current block.
  void Condition(NodeId cond, uint32_t yes, uint32_t no) {
    switch (tree_.kind(cond)) {
      case Kind::kParenExpr:
        return Condition(tree_.Get<ParenExpr>(cond).x, yes, no);
      case Kind::kUnaryExpr:
        if (tree_.op(cond) == Token::kNot) return Condition(tree_.Get<UnaryExpr>(cond).x, no, yes);
        break;
      case Kind::kBinaryExpr: {
        const Token op = tree_.op(cond);
        if (op != Token::kLand && op != Token::kLor) break;
        const auto both = tree_.Get<BinaryExpr>(cond);
        const uint32_t second = NewBlock();
        if (op == Token::kLand) {
          Condition(both.x, second, no);
        } else {
          Condition(both.x, yes, second);
        }
        current_ = second;
        return Condition(both.y, yes, no);
      }
      default:
        break;
    }
    Item(cond);
    Block& block = graph_.blocks[current_];
    block.end = BlockEnd::kBranch;
    block.condition = cond;
    block.next = {yes, no};
  }

  uint32_t Enter(NodeId cond, bool holds) {
    const uint32_t outer = given_;
    graph_.given.push_back({cond, holds, outer});
    given_ = static_cast<uint32_t>(graph_.given.size()) - 1;
    return outer;
  }

  void If(NodeId id) {
    const auto branch = tree_.Get<IfStmt>(id);
    if (branch.init) Stmt(branch.init);
    const uint32_t after = NewBlock();
    uint32_t outer = Enter(branch.cond, true);
    const uint32_t yes = NewBlock();
    given_ = outer;
    uint32_t no = after;
    if (branch.otherwise) {
      outer = Enter(branch.cond, false);
      no = NewBlock();
      given_ = outer;
    }
    Condition(branch.cond, yes, no);
    outer = given_;
    given_ = graph_.blocks[yes].condition_of;
    current_ = yes;
    Stmt(branch.body);
    Jump(current_, after);
    if (branch.otherwise) {
      given_ = graph_.blocks[no].condition_of;
      current_ = no;
      Stmt(branch.otherwise);
      Jump(current_, after);
    }
    given_ = outer;
    current_ = after;
  }

  uint32_t EnterLoop(NodeId stmt) {
    const uint32_t outer = loop_;
    graph_.loops.push_back({stmt, outer, 0});
    loop_ = static_cast<uint32_t>(graph_.loops.size()) - 1;
    return outer;
  }

  void For(NodeId id, std::string_view label) {
    const auto loop = tree_.Get<ForStmt>(id);
    if (loop.init) Stmt(loop.init);
    const uint32_t after = NewBlock();
    const uint32_t outer = EnterLoop(id);
    const uint32_t head = NewBlock();
    graph_.loops[loop_].head = head;
    const uint32_t body = NewBlock();
    const uint32_t post = loop.post ? NewBlock() : head;
    Jump(current_, head);
    current_ = head;
    if (loop.cond) {
      Condition(loop.cond, body, after);
    } else {
      Jump(head, body);
    }
    targets_.push_back({label, after, post});
    current_ = body;
    Stmt(loop.body);
    Jump(current_, post);
    if (loop.post) {
      current_ = post;
      Stmt(loop.post);
      Jump(current_, head);
    }
    targets_.pop_back();
    loop_ = outer;
    current_ = after;
  }

  void Range(NodeId id, std::string_view label) {
    const auto loop = tree_.Get<RangeStmt>(id);
    const uint32_t after = NewBlock();
    Item(loop.x);
    const uint32_t outer = EnterLoop(id);
    const uint32_t head = NewBlock();
    graph_.loops[loop_].head = head;
    Jump(current_, head);
    Block& choose = graph_.blocks[head];
    choose.items.push_back(id);  // key and value are assigned
    choose.end = BlockEnd::kChoose;
    choose.select = id;
    const uint32_t body = NewBlock();
    graph_.blocks[head].next = {body, after};
    targets_.push_back({label, after, head});
    current_ = body;
    Stmt(loop.body);
    Jump(current_, head);
    targets_.pop_back();
    loop_ = outer;
    current_ = after;
  }

  NodeList Clauses(NodeId body) const {
    const auto block = tree_.As<BlockStmt>(body);
    return block ? block->list : NodeList();
  }

  void Switch(NodeId id, std::string_view label) {
    const auto chosen = tree_.Get<SwitchStmt>(id);
    if (chosen.init) Stmt(chosen.init);
    if (chosen.tag) Item(chosen.tag);
    const uint32_t after = NewBlock();
    const NodeList clauses = Clauses(chosen.body);
    std::vector<uint32_t> bodies;
    uint32_t otherwise = after;
    for (const NodeId clause : clauses) {
      bodies.push_back(NewBlock());
      if (tree_.op(clause) == Token::kDefault) otherwise = bodies.back();
    }
    for (size_t i = 0; i < clauses.size(); ++i) {
      const auto clause = tree_.As<CaseClause>(clauses[i]);
      if (!clause) continue;
      for (const NodeId value : clause->values) {
        const uint32_t next = NewBlock();
        if (chosen.tag) {
          Item(value);
          Block& block = graph_.blocks[current_];
          block.end = BlockEnd::kBranch;
          block.condition = chosen.tag;
          block.equals = value;
          block.next = {bodies[i], next};
        } else {
          Condition(value, bodies[i], next);
        }
        current_ = next;
      }
    }
    Jump(current_, otherwise);
    Bodies(clauses, bodies, after, label);
  }

  void Bodies(const NodeList& clauses, const std::vector<uint32_t>& bodies, uint32_t after,
              std::string_view label) {
    targets_.push_back({label, after, kNone});
    for (size_t i = 0; i < clauses.size(); ++i) {
      const auto clause = tree_.As<CaseClause>(clauses[i]);
      current_ = bodies[i];
      fall_to_ = i + 1 < bodies.size() ? bodies[i + 1] : after;
      if (clause) List(clause->body);
      Jump(current_, after);
    }
    targets_.pop_back();
    current_ = after;
  }

  void TypeSwitch(NodeId id, std::string_view label) {
    const auto chosen = tree_.Get<TypeSwitchStmt>(id);
    if (chosen.init) Stmt(chosen.init);
    if (chosen.guard) Item(chosen.guard);
    const uint32_t from = current_;
    const uint32_t after = NewBlock();
    const NodeList clauses = Clauses(chosen.body);
    std::vector<uint32_t> bodies;
    bool complete = false;
    for (const NodeId clause : clauses) {
      bodies.push_back(NewBlock());
      complete |= tree_.op(clause) == Token::kDefault;
    }
    Block& choose = graph_.blocks[from];
    choose.end = BlockEnd::kChoose;
    choose.next = bodies;
    if (!complete) choose.next.push_back(after);
    Bodies(clauses, bodies, after, label);
  }

  void Select(NodeId id, std::string_view label) {
    const uint32_t from = current_;
    const NodeList clauses = Clauses(tree_.Get<SelectStmt>(id).body);
    if (clauses.empty()) {
      graph_.blocks[from].end = BlockEnd::kStop;
      return Leave();
    }
    const uint32_t after = NewBlock();
    targets_.push_back({label, after, kNone});
    std::vector<uint32_t> bodies;
    for (const NodeId clause : clauses) {
      current_ = NewBlock();
      bodies.push_back(current_);
      const auto comm = tree_.As<CommClause>(clause);
      if (!comm) continue;
      if (comm->comm) Stmt(comm->comm);
      List(comm->body);
      Jump(current_, after);
    }
    targets_.pop_back();
    Block& choose = graph_.blocks[from];
    choose.end = BlockEnd::kChoose;
    choose.select = id;
    choose.next = bodies;
    current_ = after;
  }

  uint32_t Labelled(std::string_view label) const {
    for (const auto& [name, block] : labels_)
      if (name == label) return block;
    return kNone;
  }

  void Branch(NodeId id) {
    const std::string_view label = tree_.text(tree_.Get<BranchStmt>(id).label);
    const Token op = tree_.op(id);
    if (op == Token::kGoto) {
      gotos_.emplace_back(current_, label);
      return Leave();
    }
    if (op == Token::kFallthrough) {
      Jump(current_, fall_to_);
      return Leave();
    }
    for (size_t i = targets_.size(); i > 0; --i) {
      const Target& target = targets_[i - 1];
      const uint32_t to = op == Token::kBreak ? target.on_break : target.on_continue;
      if (to == kNone || (!label.empty() && target.label != label)) continue;
      Jump(current_, to);
      return Leave();
    }
    graph_.odd = true;
    Leave();
  }

  bool Panics(NodeId stmt) const {
    const auto expr = tree_.As<ExprStmt>(stmt);
    if (!expr) return false;
    const auto call = tree_.As<CallExpr>(expr->x);
    return call && tree_.kind(call->fun) == Kind::kIdent && tree_.text(call->fun) == "panic";
  }

  void Stmt(NodeId id, std::string_view label = {}) {
    if (!id) return;
    switch (tree_.kind(id)) {
      case Kind::kBlockStmt:
        return List(tree_.Get<BlockStmt>(id).list);
      case Kind::kIfStmt:
        return If(id);
      case Kind::kForStmt:
        return For(id, label);
      case Kind::kRangeStmt:
        return Range(id, label);
      case Kind::kSwitchStmt:
        return Switch(id, label);
      case Kind::kTypeSwitchStmt:
        return TypeSwitch(id, label);
      case Kind::kSelectStmt:
        return Select(id, label);
      case Kind::kBranchStmt:
        return Branch(id);
      case Kind::kEmptyStmt:
        return;
      case Kind::kLabeledStmt: {
        const auto labelled = tree_.Get<LabeledStmt>(id);
        const uint32_t block = NewBlock();
        Jump(current_, block);
        current_ = block;
        labels_.emplace_back(tree_.text(labelled.label), block);
        return Stmt(labelled.stmt, tree_.text(labelled.label));
      }
      case Kind::kReturnStmt:
        Item(id);
        graph_.blocks[current_].end = BlockEnd::kReturn;
        return Leave();
      default:
        Item(id);
        if (Panics(id)) {
          graph_.blocks[current_].end = BlockEnd::kStop;
          Leave();
        }
    }
  }

  const Tree& tree_;
  Graph& graph_;
  uint32_t current_ = 0;
  uint32_t loop_ = 0;
  uint32_t given_ = 0;
  uint32_t fall_to_ = 0;
  std::vector<Target> targets_;
  std::vector<std::pair<std::string_view, uint32_t>> labels_;
  std::vector<std::pair<uint32_t, std::string_view>> gotos_;
};

}  // namespace

Graph BuildGraph(const Tree& tree, NodeId body) {
  Graph graph;
  Builder(tree, graph).Body(body);
  return graph;
}

}  // namespace seep::goscan

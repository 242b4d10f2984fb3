// Everything that is taken and has to be given back: bodies, rows, transactions, connections, files, locks,
// cancel functions, C memory, clients made for each call. The specifications are data (knowledge/scan/); this
// says how bad it is that a path loses one.
#include <fmt/format.h>

#include <algorithm>

#include "goscan/rules/edits.h"
#include "goscan/rules/rule.h"
#include "goscan/rules/sites.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
extern const Check check_held;

namespace {

using model::ScanConfidence;
using model::ScanFinding;

bool IsLock(const model::ScanResource& resource) {
  return resource.release.size() == 1 &&
         (resource.release[0] == "Unlock" || resource.release[0] == "RUnlock");
}

class Judge {
 public:
  Judge(Analysis& analysis, Findings& findings, const Site& site, Outcome outcome)
      : analysis_(analysis),
        findings_(findings),
        site_(site),
        outcome_(std::move(outcome)),
        function_(analysis.function(site.function)),
        tree_(analysis.tree(function_)),
        resource_(*site.resource) {}

  void Run() {
    DeferInLoop();
    if (EndsWithTheProcess())
      std::erase_if(outcome_.losses,
                    [](const Loss& loss) { return loss.kind == Loss::kReturn || loss.kind == Loss::kEnd; });
    if (resource_.owned)
      std::erase_if(outcome_.losses, [](const Loss& loss) {
        return loss.kind != Loss::kNextRound && loss.kind != Loss::kReplaced;
      });
    if (resource_.shared && !site_.by_summary && !outcome_.returned.empty()) HandsOut();
    if (outcome_.losses.empty() && (outcome_.unclear || outcome_.stored)) PassedOn();
    if (outcome_.losses.empty() || outcome_.gave_up || EndsWithItsParent() || NobodyWrites()) return;
    if (resource_.shared) return Shared();
    // A function that only locks does so for its caller.
    if (IsLock(resource_) && (!outcome_.released || LocksForAnother())) return;
    const Repeat repeat = analysis_.RepeatOf(site_.function);
    ScanConfidence confidence =
        site_.by_summary || site_.by_type ? ScanConfidence::kLikely : ScanConfidence::kCertain;
    if (repeat == Repeat::kOnce && !IsLock(resource_)) confidence = ScanConfidence::kPossible;
    if (site_.by_summary && (resource_.in_parts || site_.handed.at_times))
      confidence = ScanConfidence::kPossible;
    // What a compressor still held is of no use to who has met an error.
    if (resource_.id == "compressor" && outcome_.released &&
        std::ranges::all_of(outcome_.losses, [&](const Loss& loss) { return TellsAnError(loss); }))
      confidence = ScanConfidence::kPossible;
    const Loss& loss = Worst();
    ScanFinding& finding =
        findings_.Add(RuleFor(loss), site_.function, site_.origin, confidence, Message(loss));
    Tell(finding, loss);
    if (confidence == ScanConfidence::kPossible) return;
    finding.edits =
        finding.rule == "R122" ? ExecEdit(analysis_, site_) : DeferEdit(analysis_, site_, outcome_);
  }

 private:
  // The reading end of an io.Pipe is memory: what leaks is a goroutine that writes to the other end.
  bool NobodyWrites() {
    if (resource_.rule != "R144" || site_.by_summary || tree_.kind(site_.origin) != Kind::kCallExpr)
      return false;
    if (analysis_.KeyText(analysis_.CalleeOf(function_.file, site_.origin).key) != "io.Pipe") return false;
    if (resource_.index != 0) return false;
    const Bindings& bindings = analysis_.bindings(function_.file);
    uint32_t reader = 0;
    uint32_t writer = 0;
    ForEachOwn(tree_, function_, {Kind::kAssignStmt}, [&](NodeId id) {
      const auto assign = tree_.Get<AssignStmt>(id);
      if (assign.left.size() == 2 && assign.right.size() == 1 && assign.right.front() == site_.origin) {
        reader = bindings.VarOf(assign.left[0]);
        writer = bindings.VarOf(assign.left[1]);
      }
    });
    bool writes = writer == 0;
    const Offset lost = tree_.begin(Worst().at);
    ForEachOwn(tree_, function_, {Kind::kGoStmt}, [&](NodeId go) {
      if (tree_.begin(go) > lost) return;
      bool names_reader = false;
      bool names_writer = false;
      ForEachNode(tree_, go, [&](NodeId id) {
        const uint32_t var = tree_.kind(id) == Kind::kIdent ? bindings.VarOf(id) : 0;
        names_reader |= var != 0 && var == reader;
        names_writer |= var != 0 && var == writer;
        return true;
      });
      writes |= names_writer && !names_reader;
    });
    return !writes;
  }

  // ctx, cancel := context.WithCancelCause(ctx); ctx, _ = context.WithTimeout(ctx, t): it ends with the
  // first.
  bool EndsWithItsParent() {
    if (resource_.id != "cancel" || site_.by_summary) return false;
    const Bindings& bindings = analysis_.bindings(function_.file);
    const auto call = tree_.As<CallExpr>(site_.origin);
    const uint32_t parent = call && !call->args.empty() && tree_.kind(call->args.front()) == Kind::kIdent
                                ? bindings.VarOf(call->args.front())
                                : 0;
    bool ends = false;
    ForEachOwn(tree_, function_, {Kind::kAssignStmt}, [&](NodeId id) {
      const auto assign = tree_.Get<AssignStmt>(id);
      if (parent == 0 || assign.left.size() != 2 || assign.right.size() != 1) return;
      if (assign.right.front() == site_.origin || tree_.kind(assign.right.front()) != Kind::kCallExpr) return;
      if (bindings.VarOf(assign.left[0]) != parent || tree_.text(assign.left[1]) == "_") return;
      const std::string_view key =
          analysis_.KeyText(analysis_.CalleeOf(function_.file, assign.right.front()).key);
      ends |= key.starts_with("context.With");
    });
    return ends;
  }

  // What main leaves open the kernel takes back.
  bool EndsWithTheProcess() const {
    if (tree_.kind(function_.node) != Kind::kFuncDecl) return false;
    const auto func = tree_.Get<FuncDecl>(function_.node);
    const std::string_view name = tree_.text(func.name);
    return !func.receiver && (name == "main" || name == "init") && !IsLock(resource_);
  }

  // Called with the lock held, it gives it back for a while; or a defer above gives back whatever is taken.
  bool LocksForAnother() const {
    const auto call = tree_.As<CallExpr>(site_.origin);
    const auto locks = call ? tree_.As<SelectorExpr>(call->fun) : std::nullopt;
    if (!locks) return false;
    const std::string_view place = tree_.text(locks->x);
    bool first = true;
    bool found = false;
    bool deferred = false;
    ForEachNode(tree_, function_.body, [&](NodeId id) {
      if (tree_.begin(id) >= tree_.begin(site_.origin)) return false;
      if (tree_.kind(id) == Kind::kDeferStmt) deferred = true;
      if (const auto other = tree_.As<CallExpr>(id))
        if (const auto selector = tree_.As<SelectorExpr>(other->fun);
            selector && tree_.text(selector->x) == place) {
          const std::string_view name = tree_.text(selector->name);
          if (name == "Unlock" || name == "RUnlock") found |= first || deferred;
          if (name == "Lock" || name == "RLock" || name == "Unlock" || name == "RUnlock") first = false;
        }
      if (tree_.kind(id) == Kind::kBlockStmt) deferred = false;
      return true;
    });
    return found;
  }

  // Returns something else than nil as its last result.
  bool TellsAnError(const Loss& loss) const {
    if (loss.kind != Loss::kReturn) return false;
    const NodeList results = tree_.Get<ReturnStmt>(loss.at).results;
    return !results.empty() && tree_.text(results.back()) != "nil";
  }

  const Loss& Worst() const {
    for (const Loss& loss : outcome_.losses)
      if (loss.kind == Loss::kNextRound || loss.kind == Loss::kReplaced) return loss;
    return outcome_.losses.front();
  }

  std::string_view RuleFor(const Loss& loss) const {
    // The next attempt takes its place, whether by the same variable or by a new one of the round.
    if ((loss.kind == Loss::kReplaced || loss.kind == Loss::kNextRound) && !resource_.again_rule.empty())
      return resource_.again_rule;
    if (resource_.id == "sql-rows" && loss.kind == Loss::kDropped) return "R122";
    if (outcome_.released && !resource_.path_rule.empty()) return resource_.path_rule;
    return resource_.rule;
  }

  uint32_t LineOf(NodeId node) const { return tree_.PositionOf(tree_.begin(node)).line; }

  std::string Message(const Loss& loss) const {
    std::string where;
    switch (loss.kind) {
      case Loss::kReturn:
        where = fmt::format("the return in line {} leaves it", LineOf(loss.at));
        break;
      case Loss::kEnd:
        where = "the function ends without it";
        break;
      case Loss::kDropped:
        where = "nothing holds it after this statement";
        break;
      case Loss::kReplaced:
        where = fmt::format("line {} puts another value in its place", LineOf(loss.at));
        break;
      case Loss::kNextRound:
        where = "the next round of the loop takes another";
        break;
    }
    const std::string_view verb = Verb();
    if (!outcome_.released && !outcome_.kept)
      return fmt::format("{} {} {} on no path: {}", resource_.noun, Is(), verb, where);
    std::string when;
    if (!loss.decided.empty()) {
      const auto& [condition, held] = loss.decided.back();
      when = fmt::format(" when `{}` {}", Excerpt(tree_, condition), held ? "holds" : "does not hold");
    }
    return fmt::format("{} {} not {} on every path: {}{}", resource_.noun, Is(), verb, where, when);
  }

  std::string_view Is() const { return resource_.noun == "the rows" ? "are" : "is"; }

  std::string_view Verb() const {
    if (IsLock(resource_)) return "released";
    if (resource_.id == "sql-tx") return "finished";
    if (resource_.id == "command" || resource_.id == "process") return "waited for";
    if (resource_.release == std::vector<std::string>{"()"}) return "called";
    if (resource_.release == std::vector<std::string>{"Stop"}) return "stopped";
    if (resource_.release.empty()) return "freed";
    return "closed";
  }

  void Tell(ScanFinding& finding, const Loss& loss) {
    const uint32_t file = function_.file;
    finding.path.push_back(
        findings_.Spot(file, site_.origin, fmt::format("{} {} taken here", resource_.noun, Is())));
    const size_t from = loss.decided.size() > 6 ? loss.decided.size() - 6 : 0;
    for (size_t i = from; i < loss.decided.size(); ++i) {
      const auto& [condition, held] = loss.decided[i];
      finding.path.push_back(findings_.Spot(
          file, condition,
          fmt::format("`{}` {}", Excerpt(tree_, condition), held ? "holds" : "does not hold")));
    }
    if (loss.kind == Loss::kReturn) finding.path.push_back(findings_.Spot(file, loss.at, "returns with it"));
    if (loss.kind == Loss::kReplaced)
      finding.path.push_back(findings_.Spot(file, loss.at, "another value takes its place"));
    if (loss.kind == Loss::kNextRound)
      finding.path.push_back(findings_.Spot(file, loss.at, "taken again while it is held"));
    if (loss.kind == Loss::kEnd)
      finding.path.push_back(
          findings_.SpotAt(file, tree_.end(function_.body) - 1, "the function ends with it"));
    if (site_.by_summary && site_.handed.origin)
      finding.path.insert(finding.path.begin(), findings_.Spot(site_.handed.file, site_.handed.origin,
                                                               "the function called makes it here"));
  }

  // Out of sight: a process may show that it is not given back there.
  void PassedOn() {
    if (IsLock(resource_) || resource_.shared || resource_.release == std::vector<std::string>{"()"}) return;
    ScanFinding& finding =
        findings_.Add(resource_.rule, site_.function, site_.origin, ScanConfidence::kPossible,
                      fmt::format("{} {} passed on: whether {} {} there is not seen here", resource_.noun,
                                  Is(), resource_.noun == "the rows" ? "they are" : "it is", Verb()));
    finding.path.push_back(
        findings_.Spot(function_.file, site_.origin, fmt::format("{} {} taken here", resource_.noun, Is())));
  }

  // A constructor: whether each call of it leaks is up to who calls it, which need not be known here.
  void HandsOut() {
    ScanFinding& finding =
        findings_.Add(resource_.rule, site_.function, site_.origin, ScanConfidence::kPossible,
                      fmt::format("each call of {} hands out {} of its own: to be kept and shared",
                                  analysis_.ShortNameOf(site_.function), OfItsOwn()));
    finding.path.push_back(
        findings_.Spot(function_.file, site_.origin, fmt::format("{} is made here", resource_.noun)));
  }

  // "a Transport" of "the Transport".
  std::string OfItsOwn() const {
    return resource_.noun.starts_with("the ") ? "a " + resource_.noun.substr(4) : resource_.noun;
  }

  // Made to be shared: the fault is to make one for each call.
  void Shared() {
    const Repeat repeat = analysis_.RepeatOf(site_.function);
    if (repeat == Repeat::kOnce) return;
    // A function that stops it on some path is meant to stop it.
    if (resource_.id == "signal-channel" && repeat != Repeat::kRepeated && !outcome_.released && !InLoop())
      return;
    const Tree& made_in = analysis_.program().file(site_.handed.file).tree;
    if (made_in.text(site_.handed.origin).find("DisableKeepAlives") != std::string_view::npos) return;
    if (tree_.text(function_.body).find("DisableKeepAlives = true") != std::string_view::npos) return;
    ScanConfidence confidence =
        repeat == Repeat::kRepeated || InLoop() ? ScanConfidence::kCertain : ScanConfidence::kLikely;
    // Kept where all goes well: what an error path drops has hardly been used.
    if (outcome_.kept) confidence = ScanConfidence::kPossible;
    const Loss& loss = outcome_.losses.front();
    ScanFinding& finding =
        findings_.Add(resource_.rule, site_.handed.function, site_.handed.origin, confidence,
                      fmt::format("each call of {} makes {} of its own and drops it",
                                  analysis_.ShortNameOf(site_.function), OfItsOwn()));
    Tell(finding, loss);
    if (site_.by_summary) finding.also_functions.push_back(analysis_.NameOf(site_.function));
  }

  bool InLoop() const { return analysis_.GraphOf(site_.function).blocks[site_.block].loop != 0; }

  // A loop whose rounds are few and known holds few things.
  bool FewRounds(NodeId loop) const {
    if (const auto range = tree_.As<RangeStmt>(loop))
      return tree_.kind(range->x) == Kind::kCompositeLit || tree_.kind(range->x) == Kind::kBasicLit;
    const auto counted = tree_.As<ForStmt>(loop);
    if (!counted || !counted->cond || !counted->init) return false;  // for len(list) > 0
    const auto limit = tree_.As<BinaryExpr>(counted->cond);
    if (!limit || tree_.kind(limit->y) != Kind::kBasicLit) return false;
    NodeId count = limit->y;
    if (tree_.op(counted->cond) == Token::kGtr || tree_.op(counted->cond) == Token::kGeq) {  // counts down
      const auto from = tree_.As<AssignStmt>(counted->init);
      if (!from || from->right.size() != 1) return false;
      count = from->right.front();
    }
    return tree_.kind(count) == Kind::kBasicLit && tree_.text(count).size() <= 2;
  }

  void DeferInLoop() {
    if (!outcome_.defer_in_loop || resource_.defer_loop_rule.empty()) return;
    const Graph& graph = analysis_.GraphOf(site_.function);
    const uint32_t loop = graph.blocks[site_.block].loop;
    if (loop == 0 || FewRounds(graph.loops[loop].stmt) || EndsWithTheProcess()) return;
    ScanFinding& finding = findings_.Add(
        resource_.defer_loop_rule, site_.function, outcome_.defer_in_loop, ScanConfidence::kCertain,
        fmt::format("{} of every round {} {} only when the function returns", resource_.noun, Is(), Verb()));
    finding.path.push_back(
        findings_.Spot(function_.file, site_.origin,
                       fmt::format("{} {} taken here, round after round", resource_.noun, Is())));
    finding.path.push_back(
        findings_.Spot(function_.file, outcome_.defer_in_loop, "deferred to the end of the function"));
  }

  Analysis& analysis_;
  Findings& findings_;
  const Site& site_;
  Outcome outcome_;
  const Function& function_;
  const Tree& tree_;
  const model::ScanResource& resource_;
};

void Run(Analysis& analysis, Findings& findings) {
  for (uint32_t function = 0; function < analysis.function_count(); ++function)
    for (const Site& site : SitesIn(analysis, function))
      Judge(analysis, findings, site, Follow(analysis, site)).Run();
}

}  // namespace

constinit const Check check_held = {"held", &Run};

}  // namespace seep::goscan

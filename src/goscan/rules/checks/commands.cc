// R145: a command whose output is copied by a goroutine, and whose children may keep that waiting.
#include "goscan/rules/function_check.h"

namespace seep::goscan {
extern const Check check_commands;

namespace {

// Output that is not a file is copied by a goroutine, and Wait waits for it until whoever inherited the pipe
// has closed it. Whether a child of the command does that is for a process to say.
class Commands : FunctionCheck {
 public:
  using FunctionCheck::FunctionCheck;

  void Run() {
    ForEachOwn(tree_, function_, {Kind::kCallExpr}, [&](NodeId call) {
      const std::string_view name = CalledName(tree_, call);
      const bool copies = name == "Output" || name == "CombinedOutput";
      if (!copies && name != "Run" && name != "Wait") return;
      if (!KeyOf(call).starts_with("os/exec.Cmd.")) return;
      if (tree_.text(declared().node).find("WaitDelay") != std::string_view::npos) return;
      if (copies || TakesOutput())
        Add("R145", call, model::ScanConfidence::kPossible,
            "a child that the command leaves behind keeps this waiting: there is no WaitDelay");
    });
  }

 private:
  bool TakesOutput() const {
    bool takes = false;
    ForEachNode(tree_, declared().body, [&](NodeId node) {
      const auto assign = tree_.As<AssignStmt>(node);
      if (!assign || assign->left.size() != assign->right.size()) return true;
      for (size_t i = 0; i < assign->left.size(); ++i) {
        const auto selector = tree_.As<SelectorExpr>(assign->left[i]);
        const std::string_view name = selector ? tree_.text(selector->name) : std::string_view();
        const bool file = tree_.text(assign->right[i]).starts_with("os.Std");
        takes |= (name == "Stdout" || name == "Stderr") && !file;
      }
      return true;
    });
    return takes;
  }
};

}  // namespace

constinit const Check check_commands = {"commands", &RunInEach<Commands>};

}  // namespace seep::goscan

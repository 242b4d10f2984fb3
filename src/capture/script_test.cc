#include "capture/script.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>

#include "capture/files.h"
#include "capture/test_service.h"

namespace seep::capture {
namespace {

using Kind = model::TargetSpec::Kind;

std::string Find(const char* program) {
  for (const char* folder : {"/bin/", "/usr/bin/", "/usr/local/bin/"}) {
    if (access((std::string(folder) + program).c_str(), X_OK) == 0) return std::string(folder) + program;
  }
  return {};
}

// A PATH with these programs only: what a small image has.
struct Box {
  explicit Box(const std::vector<std::string>& programs, bool busybox) {
    std::filesystem::create_directory(bin);
    for (const std::string& program : programs) {
      const std::string found = busybox ? Find("busybox") : Find(program.c_str());
      if (found.empty())
        complete = false;
      else
        std::filesystem::create_symlink(found, bin + "/" + program);
    }
  }
  TempFolder folder;
  std::string bin = folder.path + "/bin";
  bool complete = true;

  int Run(const std::string& shell, const std::string& script, const std::string& environment = "") const {
    folder.Write("capture.sh", script);
    const int status =
        std::system(fmt::format("env -i TMPDIR={0} PATH={1} {2} {3} {0}/capture.sh > {0}/out 2> {0}/err",
                                folder.path, bin, environment, shell)
                        .c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(folder.path + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

const std::vector<std::string> kBase = {"mkdir", "rm",       "cat",   "date", "wc",      "ls",
                                        "tr",    "hostname", "sleep", "true", "timeout", "printf"};

std::vector<std::string> With(std::vector<std::string> more) {
  more.insert(more.end(), kBase.begin(), kBase.end());
  return more;
}

CaptureOptions Options() {
  CaptureOptions options;
  options.samples = 2;
  options.interval = std::chrono::seconds(1);
  return options;
}

std::string OwnCmdline() {
  std::ifstream own("/proc/self/cmdline", std::ios::binary);
  return {std::istreambuf_iterator<char>(own), {}};
}

struct Case {
  const char* name;
  std::string shell;
  bool busybox;
  std::vector<std::string> tools;
};

std::vector<Case> Cases() {
  return {{"dash and curl", "/bin/dash", false, {"curl"}},
          {"dash and GNU wget", "/bin/dash", false, {"wget"}},
          {"dash and nc", "/bin/dash", false, {"nc"}},
          {"busybox ash and wget", "/bin/busybox sh", true, {"wget"}},
          {"dash and busybox' nc", "/bin/dash", true, {"nc"}}};  // busybox ash always has its own wget
}

void ExpectWhole(const Captured& captured) {
  EXPECT_TRUE(captured.gaps.empty());
  const FakeService service;
  for (int round : {0, 1}) {
    std::map<std::string, const model::Artifact*> found;
    for (const model::Artifact& a : captured.artifacts) {
      if (a.round != round) continue;
      found[a.name] = &a;
      EXPECT_FALSE(a.error) << a.name << ": " << a.error->Text();
      EXPECT_TRUE(a.at.has_value());
    }
    for (const char* name :
         {"goroutine?debug=1", "goroutine?debug=0", "goroutine?debug=2", "heap", "heap?debug=1",
          "threadcreate", "mutex", "metrics", "goroutineleak?debug=1", "proc/fd", "proc/net/tcp",
          "proc/status", "proc/stat", "proc/limits", "proc/smaps"}) {
      EXPECT_TRUE(found.contains(name)) << name << " of round " << round;
    }
    for (const char* name : {"block", "vars", "cmdline", "proc/cmdline", "proc/environ"})
      EXPECT_FALSE(found.contains(name)) << name;
    if (!found.contains("goroutine?debug=0") || !found.contains("proc/fd") ||
        !found.contains("proc/status") || !found.contains("proc/stat"))
      continue;
    EXPECT_EQ(found["goroutine?debug=0"]->bytes.view(), std::string_view("\x1f\x8b\x08\0binary\n#at", 13));
    EXPECT_NE(found["proc/fd"]->bytes.view().find(" socket:["), std::string_view::npos);
    EXPECT_NE(found["proc/stat"]->bytes.view().find("\nbtime "), std::string_view::npos);
    EXPECT_NE(found["proc/status"]->bytes.view().find(fmt::format("Pid:\t{}\n", getpid())),
              std::string_view::npos);
  }
}

TEST(Script, TakesEvidenceInEveryShellWithEveryTool) {
  FakeService service;
  service.leak_profile = true;
  service.cmdline = OwnCmdline();
  TestServer server(service);
  const auto script = CaptureScript({{Kind::kUrl, server.Url()}}, Options());
  ASSERT_TRUE(script.has_value());
  int ran = 0;
  for (const Case& c : Cases()) {
    SCOPED_TRACE(c.name);
    const Box box(With(c.tools), c.busybox);
    if (!box.complete || access(c.shell.substr(0, c.shell.find(' ')).c_str(), X_OK) != 0) continue;
    ++ran;
    EXPECT_EQ(box.Run(c.shell, *script), 0) << box.Read("err");
    Captured captured;
    ASSERT_TRUE(TakePath(box.folder.path + "/out", Options(), captured).has_value()) << box.Read("err");
    ExpectWhole(captured);
    ASSERT_FALSE(captured.artifacts.empty());
    EXPECT_TRUE(captured.artifacts[0].target.ends_with(fmt::format(":{}", server.port())))
        << captured.artifacts[0].target;
    EXPECT_FALSE(captured.artifacts[0].target.starts_with("127.")) << "named after its host";
    for (const auto& left : std::filesystem::directory_iterator(box.folder.path)) {
      EXPECT_FALSE(left.path().filename().string().starts_with("seep.")) << "left behind: " << left.path();
    }
  }
  if (ran == 0) GTEST_SKIP() << "neither dash nor busybox here";
}

TEST(Script, IsGrammaticalEverywhere) {
  TempFolder folder;
  const auto script = CaptureScript({{Kind::kUrl, "http://h:6060/it's$(x)`y`\"$z"}}, Options());
  ASSERT_TRUE(script.has_value()) << script.error().Text();
  const std::string path = folder.Write("capture.sh", *script);
  for (const char* shell : {"/bin/dash", "/bin/bash", "/bin/busybox sh", "/bin/sh"}) {
    if (access(std::string(shell).substr(0, std::string_view(shell).find(' ')).c_str(), X_OK) != 0) continue;
    EXPECT_EQ(std::system(fmt::format("{} -n {}", shell, path).c_str()), 0) << shell;
  }
}

TEST(Script, RespectsTheBudgetAndNoStw) {
  FakeService service;
  service.goroutines = 20'001;
  TestServer server(service);
  CaptureOptions options = Options();
  options.samples = 1;
  const Box box(With({"curl", "wget"}), false);
  if (!box.complete) GTEST_SKIP() << "needs curl and wget";
  auto dump = [&] {
    EXPECT_EQ(box.Run("/bin/sh", *CaptureScript({{Kind::kUrl, server.Url()}}, options)), 0)
        << box.Read("err");
    Captured captured;
    EXPECT_TRUE(TakePath(box.folder.path + "/out", options, captured).has_value());
    const auto found = std::ranges::find(captured.artifacts, "goroutine?debug=2", &model::Artifact::name);
    return found == captured.artifacts.end() ? model::Artifact{} : *found;
  };
  EXPECT_EQ(dump().error.value_or(Error{}).code, ErrorCode::kTooLarge);
  options.dump_budget = 20'001;
  EXPECT_FALSE(dump().error.has_value());
  options.stop_the_world = false;
  EXPECT_EQ(dump().error.value_or(Error{}).code, ErrorCode::kUnsupported);
  const auto paths = server.paths();
  EXPECT_EQ(std::ranges::count(paths, "/debug/pprof/goroutine?debug=2"), 1);
}

TEST(Script, SaysWhatFailed) {
  TestServer server([](TestConnection& c, const std::string&) { c.Answer("no", "text/plain", 404); });
  for (const Case& c : Cases()) {
    SCOPED_TRACE(c.name);
    const Box box(With(c.tools), c.busybox);
    if (!box.complete || access(c.shell.substr(0, c.shell.find(' ')).c_str(), X_OK) != 0) continue;
    EXPECT_EQ(box.Run(c.shell, *CaptureScript({{Kind::kUrl, server.Url()}}, Options())), 1);
    Captured captured;
    ASSERT_TRUE(TakePath(box.folder.path + "/out", Options(), captured).has_value());
    ASSERT_EQ(captured.artifacts.size(), 1u);
    ASSERT_TRUE(captured.artifacts[0].error.has_value());
    EXPECT_FALSE(captured.artifacts[0].error->what.empty());
  }
}

TEST(Script, SendsATokenFromTheEnvironmentOnly) {
  TestServer server(FakeService{});
  CaptureOptions options = Options();
  options.samples = 1;
  options.http.bearer_token = "hunter2";
  const auto script = CaptureScript({{Kind::kUrl, server.Url()}}, options);
  EXPECT_EQ(script->find("hunter2"), std::string::npos);
  for (const Case& c : Cases()) {
    SCOPED_TRACE(c.name);
    const Box box(With(c.tools), c.busybox);
    if (!box.complete || access(c.shell.substr(0, c.shell.find(' ')).c_str(), X_OK) != 0) continue;
    const size_t before = server.heads().size();
    EXPECT_EQ(box.Run(c.shell, *script, "SEEP_BEARER=token123"), 0) << box.Read("err");
    const auto heads = server.heads();
    for (size_t i = before; i < heads.size(); ++i) {
      EXPECT_NE(heads[i].find("Authorization: Bearer token123\r\n"), std::string::npos) << heads[i];
    }
  }
}

TEST(Script, TakesAPidAlone) {
  const Box box(kBase, false);
  CaptureOptions options = Options();
  options.samples = 1;
  const auto script = CaptureScript({{Kind::kPid, std::to_string(getpid())}}, options);
  ASSERT_TRUE(script.has_value());
  EXPECT_EQ(box.Run("/bin/sh", *script), 0) << box.Read("err");
  Captured captured;
  ASSERT_TRUE(TakePath(box.folder.path + "/out", options, captured).has_value());
  EXPECT_TRUE(std::ranges::find(captured.artifacts, "proc/status", &model::Artifact::name) !=
              captured.artifacts.end());
  const auto gone = CaptureScript({{Kind::kPid, "4194305"}}, options);  // above the kernel's largest pid
  EXPECT_EQ(box.Run("/bin/sh", *gone), 1);
}

TEST(Script, IsForOneProcess) {
  EXPECT_EQ(CaptureScript({}, {}).error().code, ErrorCode::kUsage);
  EXPECT_EQ(CaptureScript({{Kind::kFile, "x"}}, {}).error().code, ErrorCode::kUsage);
  EXPECT_EQ(CaptureScript({{Kind::kUrl, "http://a"}, {Kind::kUrl, "http://b"}}, {}).error().code,
            ErrorCode::kUsage);
  const auto both = CaptureScript({{Kind::kUrl, "http://127.0.0.1:6060"}, {Kind::kPid, "7"}}, {});
  ASSERT_TRUE(both.has_value());
  EXPECT_NE(both->find("PID=${SEEP_PID:-7}"), std::string::npos);
}

}  // namespace
}  // namespace seep::capture

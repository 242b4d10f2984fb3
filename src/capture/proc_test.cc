#include "capture/proc.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <map>

#include "capture/owner.h"
#include "capture/test_server.h"

namespace seep::capture {
namespace {

// A /proc of files, below a root that has a /sys/fs/cgroup as well.
struct FakeProc {
  TempFolder folder;
  CaptureOptions options;
  std::vector<model::Artifact> artifacts;
  Clock clock{[] { return FromUnixNanos(5); }, [](Duration) {}};

  FakeProc() { options.proc_root = folder.path + "/proc"; }
  void File(const std::string& name, std::string_view text) { folder.Write(name, text); }
  void Link(const std::string& name, const std::string& target) {
    const std::filesystem::path path = folder.path + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::create_symlink(target, path);
  }
  void Process(uint64_t pid) {
    for (const char* file : {"status", "stat", "smaps_rollup", "smaps", "limits", "net/tcp", "net/tcp6"}) {
      File(fmt::format("proc/{}/{}", pid, file), fmt::format("{} of {}\n", file, pid));
    }
    Link(fmt::format("proc/{}/fd/10", pid), "socket:[777]");
    Link(fmt::format("proc/{}/fd/2", pid), "/dev/null");
    Link(fmt::format("proc/{}/fd/3", pid), "anon_inode:[eventpoll]");
  }
  std::map<std::string, std::string> Take(uint64_t pid) {
    Round round("t", 0, clock, artifacts);
    TakeSockets(options, pid, round);
    TakeMemory(options, pid, round);
    std::map<std::string, std::string> found;
    for (const model::Artifact& a : artifacts)
      found[a.name] = a.error ? "! " + a.error->what : std::string(a.bytes.view());
    return found;
  }
};

TEST(Proc, AddsTheTimeOfBoot) {
  FakeProc proc;
  proc.Process(4711);
  EXPECT_EQ(proc.Take(4711).at("proc/stat"), "stat of 4711\n");
  proc.File("proc/stat", "cpu 1 2 3\nbtime 1700000000\nprocesses 9\n");
  EXPECT_EQ(proc.Take(4711).at("proc/stat"), "stat of 4711\nbtime 1700000000\n");
}

TEST(Proc, ReadsAProcess) {
  FakeProc proc;
  proc.Process(4711);
  const auto found = proc.Take(4711);
  EXPECT_EQ(found.at("proc/fd"), "2 /dev/null\n3 anon_inode:[eventpoll]\n10 socket:[777]\n");
  EXPECT_EQ(found.at("proc/status"), "status of 4711\n");
  EXPECT_EQ(found.at("proc/net/tcp6"), "net/tcp6 of 4711\n");
  EXPECT_EQ(found.size(), 8u);
  for (const model::Artifact& a : proc.artifacts) {
    EXPECT_EQ(a.target, "t");
    EXPECT_EQ(a.round, 0);
    EXPECT_TRUE(a.at.has_value());
    EXPECT_EQ(a.source.find(proc.options.proc_root + "/4711/"), 0u) << a.source;
    EXPECT_EQ(a.name.find("cmdline"), std::string::npos);
    EXPECT_EQ(a.name.find("environ"), std::string::npos);
  }
}

TEST(Proc, WhereTheNamespaceIsClosedTheTablesOfProcStandIn) {
  FakeProc proc;
  proc.Process(4711);
  proc.File("proc/4711/ns/net", "no namespace\n");
  const auto found = proc.Take(4711);
  EXPECT_EQ(found.at("net/sock_diag").substr(0, 2), "! ");
  EXPECT_EQ(found.at("proc/net/tcp"), "net/tcp of 4711\n");
  EXPECT_EQ(found.at("proc/net/tcp6"), "net/tcp6 of 4711\n");
}

TEST(Proc, OldKernelsAndHostsWithoutIpv6MissNothing) {
  FakeProc proc;
  proc.Process(1);
  std::filesystem::remove(proc.options.proc_root + "/1/net/tcp6");
  std::filesystem::remove(proc.options.proc_root + "/1/smaps_rollup");
  const auto found = proc.Take(1);
  EXPECT_EQ(found.size(), 6u);
  for (const auto& [name, text] : found) EXPECT_FALSE(text.starts_with('!')) << name << text;
}

TEST(Proc, AGoneProcessIsNamed) {
  FakeProc proc;
  proc.File("proc/2/status", "x");
  EXPECT_EQ(CheckProcess(proc.options.proc_root, 99).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(proc.Take(99).at("proc/status"), "! process 99 is gone");
}

TEST(Proc, LimitsTheSizeOfAFile) {
  FakeProc proc;
  proc.Process(1);
  proc.File("proc/1/smaps", std::string(5000, 's'));
  proc.options.max_file = 4999;
  proc.Take(1);
  const auto smaps = std::ranges::find(proc.artifacts, "proc/smaps", &model::Artifact::name);
  ASSERT_TRUE(smaps->error.has_value());
  EXPECT_EQ(smaps->error->code, ErrorCode::kTooLarge);
  EXPECT_NE(smaps->error->hint.find("--max-file"), std::string::npos);
}

TEST(Proc, SaysWhichPermissionIsNeeded) {
  FakeProc proc;
  proc.Process(1);
  namespace fs = std::filesystem;
  fs::permissions(proc.folder.path, fs::perms(0755));  // for whoever we are below
  fs::permissions(proc.options.proc_root + "/1/smaps", fs::perms::none);
  fs::permissions(proc.options.proc_root + "/1/fd", fs::perms::none);
  const uid_t owner = geteuid();
  if (owner == 0) {
    ASSERT_EQ(seteuid(65534), 0);  // root may read everything
  }
  const auto found = proc.Take(1);
  if (owner == 0) {
    ASSERT_EQ(seteuid(0), 0);
  }
  fs::permissions(proc.options.proc_root + "/1/fd", fs::perms::owner_all);
  for (const char* name : {"proc/smaps", "proc/fd"}) {
    EXPECT_EQ(found.at(name),
              fmt::format("! reading it needs the user of process 1 (uid {}), or CAP_SYS_PTRACE", owner));
  }
  EXPECT_EQ(found.at("proc/status"), "status of 1\n");
}

TEST(Proc, ReadsCgroupVersion2) {
  FakeProc proc;
  proc.Process(1);
  proc.File("proc/1/cgroup", "0::/kubepods/pod7\n");
  for (const char* file : {"memory.current", "memory.max", "memory.high", "memory.swap.max", "memory.stat"}) {
    proc.File(std::string("sys/fs/cgroup/kubepods/pod7/") + file, file);
  }
  const auto found = proc.Take(1);
  for (const char* file : {"memory.current", "memory.max", "memory.high", "memory.swap.max", "memory.stat"}) {
    EXPECT_EQ(found.at(std::string("proc/cgroup/") + file), file);
  }
}

TEST(Proc, FindsTheOwnCgroupMountedAsTheRoot) {
  for (const char* path : {"/", "/../other/pod", "/docker/abc"}) {
    FakeProc proc;
    proc.Process(1);
    proc.File("proc/1/cgroup", std::string("0::") + path + "\n");
    proc.File("sys/fs/cgroup/memory.current", "5\n");
    proc.File("sys/fs/cgroup/memory.max", "max\n");
    const auto found = proc.Take(1);
    EXPECT_EQ(found.at("proc/cgroup/memory.current"), "5\n") << path;
    EXPECT_EQ(found.at("proc/cgroup/memory.max"), "max\n") << path;
    EXPECT_FALSE(found.contains("proc/cgroup/memory.stat"));
  }
}

TEST(Proc, GivesCgroupVersion1TheNamesOfVersion2) {
  FakeProc proc;
  proc.Process(1);
  proc.File("proc/1/cgroup", "11:cpu,cpuacct:/other\n7:memory:/docker/abc\n0::/docker/abc\n");
  proc.File("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", "4096\n");
  proc.File("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "9223372036854771712\n");
  proc.File("sys/fs/cgroup/memory/docker/abc/memory.stat", "cache 1\n");
  const auto found = proc.Take(1);
  EXPECT_EQ(found.at("proc/cgroup/memory.current"), "4096\n");
  EXPECT_EQ(found.at("proc/cgroup/memory.max"), "max\n");
  EXPECT_EQ(found.at("proc/cgroup/memory.stat"), "cache 1\n");
}

constexpr char kTcpHead[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
std::string TcpLine(const std::string& local, const std::string& state, int inode) {
  return fmt::format(
      "   0: {} 00000000:0000 {} 00000000:00000000 00:00000000 00000000     0        0 {} 1 0000 100 0 0 10 "
      "0\n",
      local, state, inode);
}

TEST(Owner, FindsTheHolderOfAListener) {
  FakeProc proc;
  proc.Process(4711);  // holds 777
  proc.File("proc/12/comm", "other\n");
  proc.Link("proc/12/fd/1", "socket:[778]");
  proc.File("proc/net/tcp", std::string(kTcpHead) + TcpLine("0100007F:17AC", "0A", 777) +
                                TcpLine("0100007F:17AD", "0A", 778) + TcpLine("0100007F:17AE", "01", 777) +
                                TcpLine("0200007F:17B0", "0A", 777));
  proc.File("proc/net/tcp6", std::string(kTcpHead) +
                                 TcpLine("00000000000000000000000000000000:17AF", "0A", 777) +
                                 TcpLine("00000000000000000000000001000000:17B1", "0A", 777));
  using Pids = std::vector<uint64_t>;
  auto find = [&](const std::string& host, int port) {
    return FindTcpOwner(proc.options.proc_root, host, static_cast<uint16_t>(port)).pids;
  };
  EXPECT_EQ(find("127.0.0.1", 6060), Pids{4711});
  EXPECT_EQ(find("localhost", 6060), Pids{4711});
  EXPECT_EQ(find("127.0.0.1", 6061), Pids{12});
  EXPECT_EQ(find("127.0.0.1", 6062), Pids{}) << "a connection is no listener";
  EXPECT_EQ(find("10.0.0.7", 6063), Pids{4711}) << "listens on every address";
  EXPECT_EQ(find("127.0.0.1", 6064), Pids{}) << "listens on 127.0.0.2 only";
  EXPECT_EQ(find("127.0.0.2", 6064), Pids{4711});
  EXPECT_EQ(find("::1", 6065), Pids{4711});
  EXPECT_EQ(find("127.0.0.1", 9), Pids{});
}

TEST(Owner, NamesAllWhoShareAListener) {
  FakeProc proc;
  proc.Process(4711);
  proc.Process(12);
  proc.File("proc/net/tcp", std::string(kTcpHead) + TcpLine("00000000:17AC", "0A", 777));
  EXPECT_EQ(FindTcpOwner(proc.options.proc_root, "127.0.0.1", 6060).pids, (std::vector<uint64_t>{12, 4711}));
}

TEST(Owner, SurvivesDamagedTables) {
  FakeProc proc;
  proc.Process(4711);
  for (const char* table : {"", "x", "head\n: : :\n", "head\n 0: 0100007F 0 0A\n",
                            "head\n 0: ZZ:17AC 0 0A 0 0 0 0 0 777\n", "head\n 0: 0100007F:17AC 0:0 0A\n"}) {
    proc.File("proc/net/tcp", table);
    proc.File("proc/net/unix", table);
    EXPECT_TRUE(FindTcpOwner(proc.options.proc_root, "127.0.0.1", 6060).pids.empty()) << table;
    EXPECT_TRUE(FindUnixOwner(proc.options.proc_root, "/run/x").pids.empty()) << table;
  }
}

TEST(Owner, FindsTheHolderOfAUnixListener) {
  FakeProc proc;
  proc.Process(4711);
  proc.File("proc/net/unix",
            "Num       RefCount Protocol Flags    Type St Inode Path\n"
            "0000000000000000: 00000003 00000000 00000000 0001 03   778 /run/x y.sock\n"
            "0000000000000000: 00000002 00000000 00010000 0001 01   777 /run/x y.sock\n"
            "0000000000000000: 00000002 00000000 00010000 0001 01   779\n");
  EXPECT_EQ(FindUnixOwner(proc.options.proc_root, "/run/x y.sock").pids, std::vector<uint64_t>{4711});
  EXPECT_TRUE(FindUnixOwner(proc.options.proc_root, "/run/x").pids.empty());
}

TEST(Owner, TellsAForwarderFromTheService) {
  FakeProc proc;
  proc.File("proc/7/cmdline", std::string("./orders\0-v\0", 12));
  proc.File("proc/7/comm", "orders\n");
  proc.File("proc/8/comm", "docker-proxy\n");
  proc.File("proc/8/cmdline", std::string("docker-proxy\0", 13));
  const std::string& root = proc.options.proc_root;
  EXPECT_TRUE(IsProbablySame(root, 7, std::string_view("./orders\0-v", 11)));
  EXPECT_TRUE(IsProbablySame(root, 7, std::string_view("./orders\0-v\n", 12)));
  EXPECT_FALSE(IsProbablySame(root, 7, "./orders"));
  EXPECT_FALSE(IsProbablySame(root, 8, "./orders"));
  EXPECT_TRUE(IsProbablySame(root, 7, ""));
  EXPECT_FALSE(IsProbablySame(root, 8, ""));
}

TEST(Owner, KnowsThisHost) {
  for (const char* host :
       {"127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST", "0.0.0.0", "::ffff:127.0.0.1"})
    EXPECT_TRUE(IsThisHost(host)) << host;
  for (const char* host : {"192.0.2.1", "2001:db8::1", "orders.example"})
    EXPECT_FALSE(IsThisHost(host)) << host;
}

}  // namespace
}  // namespace seep::capture

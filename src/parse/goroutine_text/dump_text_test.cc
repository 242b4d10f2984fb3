// The lines of a dump, in every spelling of Go 1.9 .. 1.28, clean and mangled; and that the fast and the
// patient reader read the same.
#include "parse/goroutine_text/dump_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <random>

#include "parse/fixtures.h"
#include "parse/goroutine_text/dump_lines.h"

namespace seep::parse {
namespace {

using model::Goroutine;
using model::Wait;

// Everything a dump says, as text: equal texts, equal dumps.
std::string Show(const model::StackTable& stacks, const std::vector<DumpBuilder::Dump>& dumps) {
  std::string out;
  const auto frame = [&](model::FrameId id) {
    out += std::string(stacks.function(id)) + " " + std::string(stacks.file(id)) + ":" +
           std::to_string(stacks.line(id));
  };
  for (const DumpBuilder::Dump& dump : dumps) {
    out += dump.goroutines.truncated ? "dump truncated\n" : "dump\n";
    for (const Goroutine& g : dump.goroutines.goroutines) {
      out += std::to_string(g.goid) + " [" + std::string(stacks.text(g.state)) + "] " +
             std::string(WaitName(g.wait)) + " " + std::to_string(g.minutes) + (g.leaked ? " leaked" : "") +
             (g.locked ? " locked" : "") + (g.cut ? " cut" : "") + " {" + std::string(stacks.text(g.labels)) +
             "}\n";
      const auto frames = stacks.frames(g.stack);
      const auto arguments = dump.goroutines.ArgumentsOf(g, frames.size());
      for (size_t i = 0; i < frames.size(); ++i) {
        out += "  ";
        frame(frames[i]);
        out += " " + (arguments.empty() ? "-" : std::to_string(arguments[i])) + "\n";
      }
      if (g.creator) out += "  by " + std::to_string(g.parent) + " ", frame(g.creator), out += "\n";
    }
  }
  return out;
}

std::string Show(const std::string& text, bool plain = true) {
  model::StackTable stacks;
  Context context{stacks, {}};
  const DumpText read = ReadDumps(text, context, plain);
  return Show(stacks, read.dumps);
}

struct One {
  model::StackTable stacks;
  model::GoroutineDump dump;
  Goroutine g;

  explicit One(const std::string& text) {
    Context context{stacks, {}};
    DumpText read = ReadDumps(text, context);
    if (read.dumps.size() != 1 || read.dumps[0].goroutines.goroutines.empty()) {
      ADD_FAILURE() << read.dumps.size() << " dumps in\n" << text;
      return;
    }
    dump = std::move(read.dumps[0].goroutines);
    g = dump.goroutines.front();
    EXPECT_EQ(Show(text, true), Show(text, false));
  }
  std::string Functions() const {
    std::string out;
    for (model::FrameId f : stacks.frames(g.stack))
      out += (out.empty() ? "" : " < ") + std::string(stacks.function(f));
    return out;
  }
  std::string State() const { return std::string(stacks.text(g.state)); }
  std::string Labels() const { return std::string(stacks.text(g.labels)); }
};

One Header(const std::string& header) {
  return One(
      header +
      "\nmain.work(0xc000012345)\n\t/src/work.go:12 +0x1b\ncreated by main.main\n\t/src/main.go:7 +0x2c\n\n");
}

TEST(DumpText, ReadsEveryHeader) {
  EXPECT_EQ(Header("goroutine 12 [chan receive]:").g.wait, Wait::kChanReceive);
  EXPECT_EQ(Header("goroutine 12 [select, 5 minutes]:").g.minutes, 5);
  EXPECT_EQ(Header("goroutine 12 [select, 200123 minutes, locked to thread]:").g.minutes, 200123);
  EXPECT_TRUE(Header("goroutine 12 [select, 200123 minutes, locked to thread]:").g.locked);
  EXPECT_TRUE(Header("goroutine 12 [syscall, locked to thread]:").g.locked);
  EXPECT_EQ(Header("goroutine 12 [select]:").g.minutes, -1);
  EXPECT_EQ(Header("goroutine 12 [chan send (nil chan) (leaked)]:").State(), "chan send (nil chan)");
  EXPECT_TRUE(Header("goroutine 12 [chan send (nil chan) (leaked) (scan)]:").g.leaked);
  EXPECT_EQ(Header("goroutine 12 [select (scan), 3 minutes]:").State(), "select");
  EXPECT_EQ(Header("goroutine 12 [select (scan), 3 minutes]:").g.minutes, 3);
  EXPECT_EQ(Header("goroutine 12 [sleep (durable), synctest bubble 3]:").g.wait, Wait::kSleep);
  EXPECT_EQ(Header("goroutine 12 [sync.WaitGroup.Wait (durable), 2 minutes, synctest bubble 3]:").g.wait,
            Wait::kWaitGroup);
  EXPECT_EQ(Header("goroutine 12 [chan send (synctest), synctest group 3]:").g.wait, Wait::kChanSend);
  EXPECT_EQ(Header("goroutine 12 gp=0xc000002380 m=nil [select]:").g.goid, 12u);
  EXPECT_EQ(Header("goroutine 12 gp=0xc000002380 m=0 mp=0x5c4a80 [running]:").g.wait, Wait::kRunning);
  EXPECT_EQ(Header("goroutine 12 [waiting for cgo callback]:").g.wait, Wait::kSyscall);
  EXPECT_EQ(Header("goroutine 12 [runnable labels:{\"foobar\": \"baz\"}]:").Labels(), "foobar=baz");
  EXPECT_EQ(Header("goroutine 12 [select, 2 minutes labels:{\"b\": \"]: x, {y}\", \"a\": \"1\"}]:").Labels(),
            "a=1\nb=]: x, {y}");
  EXPECT_EQ(Header("goroutine 12 [select, 2 minutes labels:{\"b\": \"2\"}]:").g.minutes, 2);
  EXPECT_EQ(Header("goroutine 12 [running] {foobar: baz, \"q w\": \"a\\nb\"}:").Labels(),
            "foobar=baz\nq w=a b");
  EXPECT_EQ(Header("goroutine 12 [a state of Go 1.40]:").g.wait, Wait::kUnknown);
  EXPECT_EQ(Header("goroutine 18446744073709551615 [select]:").g.goid, ~uint64_t{0});
  EXPECT_EQ(Header("goroutine 12 [select, 99999999999 minutes]:").g.minutes, 2147483647);
}

TEST(DumpText, RejectsWhatIsNoHeader) {
  for (const char* line : {"goroutine [select]:", "goroutine 1", "goroutine 1 select:", "goroutine 1 [select",
                           "goroutine x [y]:", "goroutine 1 [select] later",
                           "goroutine 99999999999999999999 [select]:", "Goroutine 1 [select]:"}) {
    EXPECT_FALSE(ParseHeader(line)) << line;
  }
}

TEST(DumpText, ReadsArgumentsOfEveryGeneration) {
  const auto first = [](std::string arguments) {
    return FirstArgument(arguments.data(), arguments.data() + arguments.size());
  };
  EXPECT_EQ(first("0xc000012345, 0x1, 0x2"), 0xc000012345u);
  EXPECT_EQ(first("0xc000012345?, _, {0x1, ...}"), 0xc000012345u);
  EXPECT_EQ(first("{{0x2a, 0x3}, 0x4}, ..."), 0x2au);
  EXPECT_EQ(first("0xffffffffffffffff"), ~uint64_t{0});
  for (const char* none : {"", "...", "_", "{...}", "_, 0x1", "{}", "0x", "x"})
    EXPECT_EQ(first(none), 0u) << none;
}

TEST(DumpText, KeepsNamesAsPrinted) {
  const One one(
      "goroutine 5 [running]:\n"
      "gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun(0xc1)\n\t/go/lumberjack.v2@v2.0.0/"
      "lumberjack.go:379 +0x45\n"
      "panic({0x4a5b20?, 0xc000012250?})\n\t/usr/local/go/src/runtime/panic.go:783 +0x132\n"
      "main.(*store[...]).get(...)\n\t/src/store.go:29\n"
      "main.run.func1.2()\n\tC:/Program Files/go app/run.go:30 +0x1\n"
      "net/http.HandlerFunc.ServeHTTP(0x0, 0x1, 0x2, ...)\n\t<autogenerated>:1 +0x3 fp=0xc0 sp=0xc1 pc=0x47\n"
      "created by main.run[...] in goroutine 44\n\t/src/run.go:9 +0x2\n\n");
  EXPECT_EQ(one.Functions(),
            "gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun < panic < main.(*store[...]).get < "
            "main.run.func1.2 < "
            "net/http.HandlerFunc.ServeHTTP");
  EXPECT_EQ(one.stacks.function(one.g.creator), "main.run[...]");
  EXPECT_EQ(one.g.parent, 44u);
  const auto frames = one.stacks.frames(one.g.stack);
  EXPECT_EQ(one.stacks.file(frames[3]), "C:/Program Files/go app/run.go");
  EXPECT_EQ(one.stacks.line(frames[3]), 30u);
  EXPECT_EQ(one.stacks.file(frames[4]), "<autogenerated>");
  EXPECT_EQ(one.dump.ArgumentsOf(one.g, 5)[1], 0x4a5b20u);
}

TEST(DumpText, DoesNotMixWhatIsNoStack) {
  const One one(
      "goroutine 5 [chan receive]:\nmain.a(0x1)\n\t/a.go:1 +0x1\n...12 frames "
      "elided...\nmain.z(0x2)\n\t/z.go:2 +0x1\n"
      "created by main.main\n\t/m.go:3 +0x1\n[originating from goroutine 77]:\nmain.b(...)\n\t/b.go:4 +0x1\n"
      "...additional frames elided...\ncreated by main.c\n\t/c.go:5 +0x1\n[originating from goroutine "
      "1]:\nmain.main(...)\n"
      "\t/m.go:9 +0x4\n\n");
  EXPECT_EQ(one.Functions(), "main.a < main.z");
  EXPECT_TRUE(one.g.cut);
  EXPECT_EQ(one.g.parent, 77u);
  EXPECT_EQ(one.stacks.function(one.g.creator), "main.main");
}

TEST(DumpText, ReadsForeignFrames) {
  const One one(
      "goroutine 5 [syscall]:\nnon-Go function\n\t/src/lib.c:12 pc=0x7f01\nsqlite3_step\n\t/src/sqlite3.c:99 "
      "pc=0x7f02\n"
      "non-Go function at pc=7f03\nmain._Cfunc_step(0x1)\n\t_cgo_gotypes.go:46 +0x3a\ncreated by "
      "main.main\n\t/m.go:3 +0x1\n\n");
  EXPECT_EQ(one.Functions(), "non-Go function < sqlite3_step < non-Go function < main._Cfunc_step");
  EXPECT_EQ(one.stacks.line(one.stacks.frames(one.g.stack)[1]), 99u);
}

TEST(DumpText, KeepsGoroutinesWithoutAStack) {
  const One one(
      "goroutine 5 [running]:\n\tgoroutine running on other thread; stack unavailable\ncreated by main.main "
      "in "
      "goroutine 1\n\t/m.go:3 +0x1\n\ngoroutine 6 [select]:\nmain.a()\n\t/a.go:1 +0x1\n\n");
  EXPECT_FALSE(one.g.stack);
  EXPECT_TRUE(one.g.cut);
  EXPECT_EQ(one.g.parent, 1u);
  EXPECT_EQ(one.dump.goroutines.size(), 2u);
  EXPECT_FALSE(one.dump.truncated);
}

TEST(DumpText, ReadsFilteredFrames) {  // grep -v '^\s'
  const One one(
      "goroutine 5 [select]:\nmain.a(0x1, 0x2)\nmain.b()\ncreated by main.main\n\ngoroutine 6 "
      "[select]:\nmain.a()\n\n");
  EXPECT_EQ(one.Functions(), "main.a < main.b");
  EXPECT_EQ(one.stacks.function(one.g.creator), "main.main");
}

TEST(DumpText, IgnoresLinesOfOthersInBetween) {
  const One one(
      "starting up\n\ngoroutine 5 [select]:\nmain.a(0x1)\n\t/a.go:1 +0x1\n2026/01/02 03:04:05 served /x in "
      "3ms (ok)\n"
      "main.b()\nlevel=info msg=\"done\"\n\t/b.go:2 +0x1\ncreated by main.main\n\t/m.go:3 +0x1\n\nbye (x)\n"
      "goroutine 6 [select]:\nmain.a()\n\t/a.go:1 +0x1\n\n");
  EXPECT_EQ(one.Functions(), "main.a < main.b");
  EXPECT_EQ(one.dump.goroutines.size(), 2u);
}

TEST(DumpText, SurvivesHostileText) {
  for (const std::string& text :
       {std::string("goroutine 1 [x]:\n") + std::string(1000, '('),
        std::string("goroutine 1 [") + std::string(1000, '['), std::string("goroutine 1 [x]:\na(\n"),
        std::string("goroutine 1 [x]:\na()\n\t:1\n\n"), std::string("goroutine 1 [x]:\n)\n\tx:1\n\n"),
        std::string("goroutine 1 [x labels:{\"a]:\n"), std::string("goroutine "),
        std::string("goroutine 1 [x]:\ncreated by \n\tx:1\n\n"), std::string("\n\n\n"),
        std::string("\0\0\n", 3)}) {
    EXPECT_EQ(Show(text, true), Show(text, false));
  }
}

TEST(DumpText, ReadsDeepStacksAlike) {
  for (size_t depth : {94, 95, 99, 100, 255, 256, 257, 1000}) {
    std::string text = "goroutine 5 [select]:\n";
    for (size_t i = 0; i < depth; ++i)
      text += "main.f" + std::to_string(i % 7) + "(0x" + std::to_string(i % 10) + ")\n\t/a.go:1 +0x1\n";
    text += "\n";
    EXPECT_EQ(Show(text, true), Show(text, false)) << depth;
  }
}

// What happens to dumps on their way into a file, none of which may change what is read.
struct Mangling {
  const char* name;
  std::function<std::string(const std::string& line, std::mt19937& random)> line;
};

std::string Mangle(const std::string& text, const Mangling& mangling, const char* newline = "\n") {
  std::mt19937 random(7);
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    out += mangling.line(text.substr(at, end - at), random) + newline;
    at = end + 1;
  }
  return out;
}

std::string TrimRight(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

const std::vector<Mangling>& Manglings() {
  static const std::vector<Mangling> all = {
      {"as it is", [](const std::string& line, std::mt19937&) { return line; }},
      {"tabs as spaces",
       [](const std::string& line, std::mt19937&) {
         return line.starts_with('\t') ? "    " + line.substr(1) : line;
       }},
      {"indented", [](const std::string& line, std::mt19937&) { return TrimRight("    " + line); }},
      {"quoted", [](const std::string& line, std::mt19937&) { return "> " + line; }},
      {"trailing space", [](const std::string& line, std::mt19937&) { return line + "  "; }},
      {"compose", [](const std::string& line, std::mt19937&) { return TrimRight("orders-1  | " + line); }},
      {"syslog",
       [](const std::string& line, std::mt19937& r) {
         return "Jan " + std::to_string(r() % 28 + 1) + " 03:04:" + std::to_string(r() % 60) +
                " host-3 app[" + std::to_string(r() % 32768) + "]: " + line;
       }},
      {"kubectl --timestamps",
       [](const std::string& line, std::mt19937& r) {
         return TrimRight("2026-01-02T03:04:05." + std::to_string(r() % 1000000000) + "Z " + line);
       }},
      {"klog, tabs as spaces",
       [](const std::string& line, std::mt19937& r) {
         return "E0102 03:04:05." + std::to_string(100000 + r() % 899999) + std::string(1 + r() % 6, ' ') +
                std::to_string(r() % 99) + " main.go:12] " +
                (line.starts_with('\t') ? "        " + line.substr(1) : line);
       }},
      {"double-spaced", [](const std::string& line, std::mt19937&) { return line + "\n"; }},
  };
  return all;
}

std::vector<std::string> Fixtures() {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(SEEP_SOURCE_DIR) + "/tests/formats/goroutine_text"))
    if (entry.path().extension() == ".txt")
      files.push_back("goroutine_text/" + entry.path().filename().string());
  std::ranges::sort(files);
  return files;
}

TEST(DumpText, ReadsMangledDumpsAlike) {
  ASSERT_FALSE(Fixtures().empty());
  for (const std::string& file : Fixtures()) {
    const std::string text = ReadFixture(file);
    const std::string clean = Show(text);
    for (const Mangling& mangling : Manglings()) {
      for (const char* newline : {"\n", "\r\n"}) {
        const std::string mangled = Mangle(text, mangling, newline);
        ASSERT_EQ(Show(mangled, true), clean) << file << ", " << mangling.name;
        ASSERT_EQ(Show(mangled, false), clean) << file << ", " << mangling.name;
      }
    }
  }
}

TEST(DumpText, ReadsBothWaysAlikeWhereverTheTextEnds) {
  for (const std::string& file : Fixtures()) {
    const std::string text = ReadFixture(file);
    for (size_t length = 0; length <= text.size(); length += length > 600 ? 41 : 1)
      ASSERT_EQ(Show(text.substr(0, length), true), Show(text.substr(0, length), false))
          << file << " cut at " << length;
  }
}

TEST(DumpText, FindsHeaders) {
  EXPECT_TRUE(HasGoroutineHeader("goroutine 1 [running"));
  EXPECT_TRUE(HasGoroutineHeader("x\ngoroutine 1 gp=0x"));
  EXPECT_TRUE(HasGoroutineHeader("app | goroutine 1 [running]:\n"));
  EXPECT_FALSE(HasGoroutineHeader("leaked goroutine 12 [running] found\n"));
  EXPECT_FALSE(HasGoroutineHeader("goroutine profile: total 3\n"));
  EXPECT_FALSE(HasGoroutineHeader(""));
}

}  // namespace
}  // namespace seep::parse

#include "parse/knowledge/knowledge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "parse/knowledge/plain_yaml.h"
#include "parse/knowledge/yaml_node.h"

namespace seep::parse {
namespace {

using model::Knowledge;
using model::Pattern;

// The files of knowledge/ as the build embeds them: sorted by path.
class Files {
 public:
  Files() {
    const std::filesystem::path root = std::filesystem::path(SEEP_SOURCE_DIR) / "knowledge";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      bytes_[entry.path().lexically_relative(root).string()] = {std::istreambuf_iterator<char>(in), {}};
    }
    for (const auto& [name, text] : bytes_) files_.push_back({name, text});
  }
  const std::vector<EmbeddedFile>& all() const { return files_; }

 private:
  std::map<std::string, std::string> bytes_;
  std::vector<EmbeddedFile> files_;
};

const Knowledge& Real() {
  static const Knowledge knowledge = [] {
    const Files files;
    Result<Knowledge> parsed = ParseKnowledge(files.all());
    EXPECT_TRUE(parsed.has_value()) << parsed.error().Text();
    return parsed.value_or(Knowledge{});
  }();
  return knowledge;
}

std::string ErrorOf(std::string_view yaml) {
  Knowledge knowledge;
  const Status status = AddKnowledge(yaml, "mine.yaml", knowledge);
  EXPECT_FALSE(status.has_value());
  EXPECT_TRUE(knowledge.patterns.empty() && knowledge.findings.empty()) << "an error leaves nothing behind";
  return status.has_value() ? std::string() : status.error().Text();
}

constexpr std::string_view kPatternText = R"(
patterns:
  - id: my-pattern
    catalogue: [1, 66]
    library: mylib
    object: my client
    role: companion
    driver: clients
    per_object: 2.5
    priority: 100
    benign_up_to: 16
    bound_by: IdleTimeout
    bound_seconds: 90
    title: My {library} clients
    any_of:
      - {wait: select, top: "example.com/lib.(*C).loop", user_frame: true, max_frames: 3}
      - wait: [IO wait, chan receive]
        stack: ["a.B", "c.(*D).E"]
        root: "**/x.run"
        creator: "net/http.(*Server).Serve"
        without: ["f.G"]
)";

TEST(Knowledge, ReadsEveryFieldOfAPattern) {
  Knowledge knowledge;
  const Status status = AddKnowledge(kPatternText, "mine.yaml", knowledge);
  ASSERT_TRUE(status.has_value()) << status.error().Text();
  ASSERT_EQ(knowledge.patterns.size(), 1u);
  const Pattern& p = knowledge.patterns[0];
  EXPECT_EQ(p.id, "my-pattern");
  EXPECT_EQ(p.catalogue, (std::vector<int>{1, 66}));
  EXPECT_EQ(p.library, "mylib");
  EXPECT_EQ(p.object, "my client");
  EXPECT_EQ(p.role, Pattern::Role::kCompanion);
  EXPECT_EQ(p.driver, Pattern::Driver::kClients);
  EXPECT_EQ(p.per_object, 2.5);
  EXPECT_EQ(p.priority, 100);
  EXPECT_EQ(p.benign_up_to, 16u);
  EXPECT_EQ(p.bound_by, "IdleTimeout");
  EXPECT_EQ(p.bound_seconds, 90);
  ASSERT_EQ(p.any_of.size(), 2u);
  EXPECT_EQ(p.any_of[0].wait, std::vector<std::string>{"select"});
  EXPECT_EQ(p.any_of[0].top, "example.com/lib.(*C).loop");
  EXPECT_TRUE(p.any_of[0].user_frame);
  EXPECT_EQ(p.any_of[0].max_frames, 3u);
  EXPECT_EQ(p.any_of[1].wait, (std::vector<std::string>{"IO wait", "chan receive"}));
  EXPECT_EQ(p.any_of[1].stack, (std::vector<std::string>{"a.B", "c.(*D).E"}));
  EXPECT_EQ(p.any_of[1].root, "**/x.run");
  EXPECT_EQ(p.any_of[1].creator, "net/http.(*Server).Serve");
  EXPECT_EQ(p.any_of[1].without, std::vector<std::string>{"f.G"});
}

TEST(Knowledge, ALaterFileChangesOnlyTheKeysItNames) {
  Knowledge knowledge;
  ASSERT_TRUE(AddKnowledge(kPatternText, "ours.yaml", knowledge).has_value());
  const Status status =
      AddKnowledge("patterns:\n  - id: my-pattern\n    benign_up_to: 500\n", "mine.yaml", knowledge);
  ASSERT_TRUE(status.has_value()) << status.error().Text();
  ASSERT_EQ(knowledge.patterns.size(), 1u);
  EXPECT_EQ(knowledge.patterns[0].benign_up_to, 500u);
  EXPECT_EQ(knowledge.patterns[0].any_of.size(), 2u);
  EXPECT_EQ(knowledge.patterns[0].library, "mylib");
}

TEST(Knowledge, AnErrorChangesNothing) {
  Knowledge knowledge;
  ASSERT_TRUE(AddKnowledge(kPatternText, "ours.yaml", knowledge).has_value());
  EXPECT_FALSE(
      AddKnowledge("patterns:\n  - {id: my-pattern, library: other}\n  - {id: x}\n", "mine.yaml", knowledge)
          .has_value());
  EXPECT_EQ(knowledge.patterns[0].library, "mylib");
}

TEST(Knowledge, ProseIsOneLineAParagraphAndCodeKeepsItsIndent) {
  Knowledge knowledge;
  const Status status = AddKnowledge(R"(findings:
  - id: a-b
    title: A
    severity: low
    cause: >-
      One sentence
      on two lines.
    fix: |-
      Share it:

        var c = &http.Client{
            Timeout: 5 * time.Second,
        }
)",
                                     "mine.yaml", knowledge);
  ASSERT_TRUE(status.has_value()) << status.error().Text();
  EXPECT_EQ(knowledge.findings[0].cause, "One sentence on two lines.");
  EXPECT_EQ(knowledge.findings[0].fix,
            "Share it:\n\n  var c = &http.Client{\n      Timeout: 5 * time.Second,\n  }");
}

TEST(Knowledge, AFileOfCommentsSaysNothing) {
  Knowledge knowledge;
  EXPECT_TRUE(AddKnowledge("# nothing yet\n", "mine.yaml", knowledge).has_value());
  EXPECT_TRUE(AddKnowledge("", "mine.yaml", knowledge).has_value());
}

TEST(KnowledgeErrors, AnUnknownKeyNamesFileLinePathAndTheNearestKey) {
  EXPECT_EQ(ErrorOf("patterns:\n  - id: a\n    any_of:\n      - {wayt: select, top: a.b}\n"),
            "mine.yaml:4: patterns[0].any_of[0]: unknown key 'wayt'; expected one of: wait, top, stack, "
            "root, creator, "
            "without, user_frame, max_frames (did you mean 'wait'?)");
}

TEST(KnowledgeErrors, NamesWhatWasExpectedAndWhatWasFound) {
  EXPECT_EQ(
      ErrorOf("findings:\n  - id: Not_Kebab\n"),
      "mine.yaml:2: findings[0].id: expected an id in kebab-case ('rows-not-closed'), found 'Not_Kebab'");
  EXPECT_EQ(ErrorOf("patterns:\n  - id: a\n    role: pyle\n"),
            "mine.yaml:3: patterns[0].role: unknown word 'pyle'; expected one of: pile, companion, evidence, "
            "benign (did "
            "you mean 'pile'?)");
  EXPECT_EQ(ErrorOf("patterns:\n  - id: a\n    bound_seconds: soon\n    any_of: [{top: a.b}]\n"),
            "mine.yaml:3: patterns[0].bound_seconds: expected a number, 0 or more, found 'soon'");
  EXPECT_EQ(ErrorOf("patterns:\n  - id: a\n    any_of: []\n"),
            "mine.yaml:3: patterns[0].any_of: expected a list of signatures, found an empty list");
  EXPECT_EQ(ErrorOf("patterns:\n  - id: a\n    any_of: [{without: [a.b]}]\n"),
            "mine.yaml:3: patterns[0].any_of[0]: expected at least one of wait, top, stack, root, creator, "
            "found none (it "
            "would match every goroutine)");
  EXPECT_EQ(ErrorOf("patterns:\n  - library: x\n"),
            "mine.yaml:2: patterns[0]: expected the key 'id', found none");
  EXPECT_EQ(ErrorOf("patterns:\n  - id: x\n"),
            "mine.yaml:2: patterns[0]: expected the key 'any_of', found none");
  EXPECT_EQ(ErrorOf("patterns: 3\n"), "mine.yaml:1: patterns: expected a list, found a text");
  EXPECT_EQ(ErrorOf("- a\n"), "mine.yaml:1: expected a map, found a list");
}

TEST(KnowledgeErrors, WaitsAndFunctionsAndPlaceholdersAreChecked) {
  EXPECT_NE(ErrorOf("patterns:\n  - {id: a, any_of: [{wait: IO wate}]}\n").find("did you mean 'IO wait'?"),
            std::string::npos);
  EXPECT_NE(ErrorOf("patterns:\n  - {id: a, any_of: [{top: 'a.b(...)'}]}\n")
                .find("expected a function as Go prints it"),
            std::string::npos);
  EXPECT_NE(ErrorOf("findings:\n  - {id: a, severity: low, cause: c, title: 'The {libary}'}\n")
                .find("unknown placeholder 'libary'"),
            std::string::npos);
}

TEST(KnowledgeErrors, ADuplicateIdOfOneFileIsAnError) {
  EXPECT_NE(
      ErrorOf("patterns:\n  - {id: a, any_of: [{top: a.b}]}\n  - {id: a, any_of: [{top: a.c}]}\n")
          .find("mine.yaml:3: patterns[1]: expected an id of its own, found 'a', which this file has used"),
      std::string::npos);
}

TEST(KnowledgeErrors, AFindingWithoutTextIsFoundAtTheEnd) {
  Knowledge knowledge;
  ASSERT_TRUE(AddKnowledge("patterns:\n  - {id: a, finding: heap-growt, any_of: [{top: a.b}]}\n"
                           "findings:\n  - {id: heap-growth, title: T, severity: low, cause: C}\n",
                           "mine.yaml", knowledge)
                  .has_value());
  const Status status = CheckKnowledge(knowledge);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().Text(),
            "knowledge: pattern 'a': the finding 'heap-growt' has no text (did you mean 'heap-growth'?)");
}

TEST(KnowledgeErrors, TwoEmbeddedFilesDoNotShareAnId) {
  const std::vector<EmbeddedFile> files = {{"a.yaml", "patterns:\n  - {id: x, any_of: [{top: a.b}]}\n"},
                                           {"b.yaml", "patterns:\n  - {id: x, any_of: [{top: a.b}]}\n"}};
  const Result<Knowledge> parsed = ParseKnowledge(files);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().Text(), "b.yaml: 'x' is in an earlier file already");
}

TEST(Yaml, RefusesWhatMakesASmallFileALargeTree) {
  EXPECT_NE(ErrorOf("a: &x [1]\nb: *x\n").find("mine.yaml:1: an anchor"), std::string::npos);
  EXPECT_NE(ErrorOf("patterns: !!set {}\n").find("the tag"), std::string::npos);
  EXPECT_NE(ErrorOf("a: 1\na: 2\n").find("mine.yaml:2: the key 'a' is there twice; the first is on line 1"),
            std::string::npos);
  EXPECT_NE(ErrorOf("patterns: []\n---\npatterns: []\n").find("a second YAML document"), std::string::npos);
  EXPECT_NE(ErrorOf("patterns: [\n").find("mine.yaml:2: not YAML"), std::string::npos);
  EXPECT_NE(ErrorOf("? [a]\n: b\n").find("a list or map as a key"), std::string::npos);
  EXPECT_NE(ErrorOf(std::string(100, '[') + std::string(100, ']')).find("nested deeper than 32 levels"),
            std::string::npos);
  std::string keys;
  for (int i = 0; i < 300; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  EXPECT_NE(ErrorOf(keys).find("more than 256 keys"), std::string::npos);
}

// Both readers must say the same; plain_yaml_fuzz says so for any bytes, this for ours. And ours are to take
// the fast way.
TEST(PlainYaml, ReadsEveryKnowledgeFileAsYamlCppDoes) {
  const auto same = [](const auto& self, const YamlNode& a, const YamlNode& b) -> bool {
    return a.kind == b.kind && a.line == b.line && a.key == b.key && a.key_line == b.key_line &&
           a.text == b.text &&
           std::ranges::equal(a.children, b.children,
                              [&](const YamlNode& x, const YamlNode& y) { return self(self, x, y); });
  };
  const Files files;
  for (const EmbeddedFile& file : files.all()) {
    const auto plain = ReadPlainYaml(file.bytes);
    const auto any = ReadAnyYaml(file.bytes, file.name);
    ASSERT_TRUE(plain.has_value()) << file.name << ": not in the style plain_yaml.h describes";
    ASSERT_TRUE(any.has_value()) << any.error().Text();
    EXPECT_TRUE(same(same, *plain, *any)) << file.name;
  }
}

TEST(PlainYaml, LeavesToYamlCppWhatItDoesNotKnow) {
  for (const char* yaml : {"", "# only a comment\n", "a: &x 1\n", "a: |\n  text\n", "a: one\n  two\n",
                           "a:\n- b\n", "a: \"\\n\"\n", "a: [b,\n  c]\n", "a: ~\n", "a: b: c\n",
                           "a: 1\na: 2\n", "a: \tb\n", "---\na: b\n", "a: >-\n  b\n\n  c\n"})
    EXPECT_FALSE(ReadPlainYaml(yaml).has_value()) << yaml;
}

// ---- the real folder

TEST(RealKnowledge, ParsesAndEveryPatternsFindingHasAText) {
  EXPECT_GE(Real().patterns.size(), 72u);
  EXPECT_GE(Real().findings.size(), 50u);
  EXPECT_GE(Real().owners.size(), 10u);
  EXPECT_TRUE(CheckKnowledge(Real()).has_value());
}

TEST(RealKnowledge, EveryRowOfTheCatalogueIsCovered) {
  std::set<int> rows;
  for (const Pattern& p : Real().patterns) rows.insert(p.catalogue.begin(), p.catalogue.end());
  // Without goroutines: a body closed but not drained (churn in sockets), context children, timers; owners
  // know them.
  const std::set<int> heap_or_sockets_only = {3, 26, 61};
  for (int row = 1; row <= 72; ++row)
    EXPECT_TRUE(rows.contains(row) || heap_or_sockets_only.contains(row)) << "row " << row;
  for (int row : rows) EXPECT_TRUE(row >= 1 && row <= 72) << "row " << row;
}

// Ids that code asks for: renaming one would silence a detector.
TEST(RealKnowledge, DetectorsFindThePatternsTheyAskFor) {
  for (const char* id : {"http-client-read-idle",
                         "http-client-read-body",
                         "http-client-write",
                         "http-body-reader",
                         "http-client-waiting",
                         "http-server-conn",
                         "http-server-handler",
                         "http-server-background-read",
                         "http2-client-read",
                         "http2-client-request",
                         "http2-server-conn",
                         "tls-handshake-server",
                         "ssh-handshake-version",
                         "ssh-handshake-kex",
                         "ssh-client",
                         "sql-opener",
                         "sql-rows",
                         "sql-tx",
                         "sql-pool-wait",
                         "mysql-watcher",
                         "conn-read",
                         "chan-send",
                         "chan-receive",
                         "chan-range",
                         "nil-channel",
                         "select-forever",
                         "mutex-wait",
                         "rwmutex-wait",
                         "waitgroup-wait",
                         "cond-wait",
                         "context-done",
                         "ticker-loop",
                         "exec-wait",
                         "dns-lookup",
                         "grpc-client-transport",
                         "grpc-client-stream",
                         "grpc-server-transport",
                         "websocket-read",
                         "runtime-housekeeping"})
    EXPECT_NE(Real().FindPattern(id), nullptr) << id;
}

TEST(RealKnowledge, EveryFindingIdHasACompleteText) {
  for (const char* id : {"http-client-per-call",
                         "http-body-not-closed",
                         "http-client-no-timeout",
                         "server-idle-connections",
                         "server-handler-stuck",
                         "tls-handshake-no-deadline",
                         "http2-connection-stuck",
                         "websocket-read-no-deadline",
                         "sql-rows-not-closed",
                         "sql-tx-not-finished",
                         "sql-open-per-call",
                         "sql-pool-exhausted",
                         "ssh-handshake-no-deadline",
                         "ssh-client-not-closed",
                         "conn-read-no-deadline",
                         "tcp-no-keepalive",
                         "tcp-half-open",
                         "close-wait",
                         "time-wait-churn",
                         "fd-growth",
                         "grpc-conn-per-call",
                         "grpc-stream-abandoned",
                         "grpc-pinned-connections",
                         "client-per-call",
                         "goroutine-unbounded-spawn",
                         "chan-send-abandoned",
                         "chan-receive-abandoned",
                         "range-never-closed",
                         "nil-channel",
                         "select-forever",
                         "mutex-pileup",
                         "lock-order",
                         "waitgroup-stuck",
                         "cond-stuck",
                         "context-not-cancelled",
                         "start-without-stop",
                         "ticker-not-stopped",
                         "exec-wait-stuck",
                         "dns-lookup-stuck",
                         "goroutine-growth",
                         "heap-growth",
                         "heap-retained",
                         "goroutine-stack-growth",
                         "go-heap-not-returned",
                         "native-leak",
                         "native-fragmentation",
                         "thread-leak",
                         "mmap-growth",
                         "page-cache-growth",
                         "memory-limit-near"})
    EXPECT_NE(Real().Find(id), nullptr) << id;
  for (const model::FindingText& f : Real().findings) {
    EXPECT_FALSE(f.what.empty() || f.decided.empty() || f.cause.empty() || f.fix.empty() || f.verify.empty())
        << f.id;
    EXPECT_FALSE(f.lift.empty()) << f.id;
    EXPECT_LE(f.title.size(), 72u) << f.id
                                   << ": a title is one line of 80 columns with its verdict before it";
    EXPECT_FALSE(f.title.ends_with('.')) << f.id;
  }
}

// An owner limited to a library that no pattern has would never speak.
TEST(RealKnowledge, OwnersNameLibrariesThatPatternsHave) {
  for (const model::Owner& owner : Real().owners) {
    EXPECT_FALSE(owner.why.empty()) << owner.object;
    EXPECT_TRUE(owner.library.empty() || std::ranges::any_of(Real().patterns,
                                                             [&](const Pattern& p) {
                                                               return p.library == owner.library &&
                                                                      p.finding == owner.finding;
                                                             }))
        << owner.object;
  }
}

// A pile without an object, or a generic pattern above a library's, is a slip that no report would show.
TEST(RealKnowledge, RolesAndPrioritiesMakeSense) {
  for (const Pattern& p : Real().patterns) {
    EXPECT_FALSE(p.object.empty()) << p.id;
    EXPECT_TRUE(p.role != Pattern::Role::kPile || !p.finding.empty()) << p.id;
    EXPECT_TRUE(p.role != Pattern::Role::kBenign || p.benign_up_to > 0) << p.id;
    const bool has_pile = std::ranges::any_of(Real().patterns, [&](const Pattern& q) {
      return q.role == Pattern::Role::kPile && q.finding == p.finding;
    });
    EXPECT_TRUE(p.role != Pattern::Role::kCompanion || has_pile)
        << p.id << ": no pile for '" << p.finding << "'";
    const bool generic = std::ranges::any_of(p.any_of, [](const model::Signature& s) {
      return s.top.empty() && s.stack.empty() && s.root.empty() && s.creator.empty();
    });
    const bool may_be_generic = p.driver == Pattern::Driver::kDefect || p.role == Pattern::Role::kBenign;
    EXPECT_TRUE(!generic || may_be_generic || p.priority < 20) << p.id;
  }
}

}  // namespace
}  // namespace seep::parse

#include "goscan/review/review.h"

#include <gtest/gtest.h>

#include <deque>

#include "goscan/review/directives.h"
#include "goscan/review/fix.h"
#include "goscan/syntax/parser.h"

// Designated initializers leave the rest to their defaults on purpose.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace seep::goscan {
namespace {

using model::ScanConfidence;
using model::ScanFinding;
using model::ScanState;

const std::vector<model::ScanRule> kRules = {
    {.id = "R103", .name = "body-never-closed", .aliases = {"bodyclose"}, .tags = {"CWE-772"}},
    {.id = "R120", .name = "rows-not-closed", .aliases = {"sqlclosecheck"}, .tags = {"CWE-772"}},
    {.id = "R111", .name = "server-no-timeouts", .aliases = {"gosec", "G112"}, .tags = {"CWE-400"}},
};

// Findings are where the source says "// R103".
struct Scanned {
  explicit Scanned(std::string text) : source(std::move(text)), tree(ParseFile(source)) {
    report.files = 1;
    for (uint32_t line = 1; line <= tree.lines.size(); ++line) {
      const size_t begin = tree.lines[line - 1];
      const size_t end = line < tree.lines.size() ? tree.lines[line] : source.size();
      const std::string_view code = std::string_view(source).substr(begin, end - begin);
      for (const model::ScanRule& rule : kRules) {
        if (code.find("// " + rule.id) == code.npos && code.find("/* " + rule.id) == code.npos) continue;
        ScanFinding f{.rule = rule.id, .confidence = ScanConfidence::kCertain, .function = "p.f"};
        f.where = {.file = "p.go", .line = line, .column = 2, .end_line = line, .end_column = 8};
        report.findings.push_back(std::move(f));
      }
    }
  }
  model::ScanReview Reviewed() const {
    const ReviewFile file{"p.go", &tree};
    return Review(report, kRules, {&file, 1});
  }
  std::string source;
  Tree tree;
  model::ScanReport report;
};

// Which of the findings are set aside, in order.
std::vector<bool> Suppressed(const std::string& source) {
  const Scanned scanned(source);
  std::vector<bool> out;
  for (const model::ScanMark& mark : scanned.Reviewed().marks) out.push_back(mark.suppression.has_value());
  return out;
}

using Bools = std::vector<bool>;

TEST(Suppressions, OnTheLineItself) {
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\ta() /* R103 */ //nolint\n\tb() // R103\n}\n"),
            (Bools{true, false}));
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\ta() /* R103 */ //nolint:bodyclose // it is a test\n}\n"),
            (Bools{true}));
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\ta() /* R103 */ //nolint:errcheck\n}\n"), (Bools{false}));
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\ta() /* R103 */ // nolint: errcheck, SEEP\n}\n"),
            (Bools{true}));
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\ta() /* R103 */ //nolinter\n}\n"), (Bools{false}));
}

TEST(Suppressions, OnTheLineAbove) {
  EXPECT_EQ(
      Suppressed(
          "package p\nfunc f() {\n\t//seep:ignore R103 closed elsewhere\n\ta() // R103\n\tb() // R103\n}\n"),
      (Bools{true, false}));
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\t//seep:ignore R103\n\n\t// more words\n\ta() // R103\n}\n"),
            (Bools{true}));
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\t//lint:ignore body-never-closed why\n\tif a {\n\t\ta() // "
                       "R103\n\t}\n\tb() // R103\n}\n"),
            (Bools{true, false}));
}

TEST(Suppressions, OfADeclarationAndOfAFile) {
  EXPECT_EQ(Suppressed("package p\n\n// f does.\n//nolint:seep\n// It does more.\nfunc f() {\n\ta() // "
                       "R103\n}\nfunc g() {\n\ta() // R103\n}\n"),
            (Bools{true, false}));
  EXPECT_EQ(Suppressed("package p\nfunc f() { //nolint:seep\n\ta() // R103\n}\n"), (Bools{true}));
  EXPECT_EQ(Suppressed("//nolint:seep\npackage p\nfunc f() {\n\ta() // R103\n}\n"), (Bools{true}));
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\ta() // R103\n}\n//lint:file-ignore R103 old code\n"),
            (Bools{true}));
}

TEST(Suppressions, OfOtherTools) {
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\ta() /* R111 */ // #nosec G112 -- behind a proxy\n\tb() /* "
                       "R103 */ // #nosec G112\n}\n"),
            (Bools{true, false}));
  EXPECT_EQ(Suppressed("package p\nfunc f() {\n\t//noinspection GoResourceLeak\n\ta() // "
                       "R103\n\t//noinspection GoResourceLeak\n\tb() // R111\n}\n"),
            (Bools{true, false}));
}

TEST(Suppressions, WhatSetsNothingAsideIsNamed) {
  const Scanned scanned(
      "package p\nfunc f() {\n\t//seep:ignore R120 no rows here\n\ta() // R103\n\tb() //nolint:seep\n}\n");
  const model::ScanReview review = scanned.Reviewed();
  ASSERT_EQ(review.unused.size(), 1u);
  EXPECT_EQ(review.unused[0].line, 3u);
  EXPECT_EQ(review.unused[0].names, "R120");
  EXPECT_EQ(review.unused[0].reason, "no rows here");
}

TEST(Suppressions, NeverHideWhatAProcessShows) {
  const Scanned scanned("package p\nfunc f() {\n\ta() /* R103 */ //nolint\n}\n");
  model::ScanReview review = scanned.Reviewed();
  Settle({}, kRules, review);
  EXPECT_EQ(review.marks[0].state, ScanState::kSuppressed);
  review.marks[0].seen.push_back({.finding = "http-body-not-closed"});
  Settle({}, kRules, review);
  EXPECT_EQ(review.marks[0].state, ScanState::kSuppressed);  // nothing binds it to this line
  review.marks[0].seen[0].confidence = model::Confidence::kStrong;
  Settle({}, kRules, review);
  EXPECT_EQ(review.marks[0].state, ScanState::kShown);
}

TEST(Fingerprints, StayWhenLinesMoveAndTellEqualLinesApart) {
  const Scanned before("package p\nfunc f() {\n\ta() // R103\n\ta() // R103\n}\n");
  const Scanned after(
      "package p\n\nimport \"x\"\n\nfunc f() {\n\tif x.Y {\n\t\ta()    // R103\n\t\ta() // R103\n\t}\n}\n");
  const auto a = before.Reviewed(), b = after.Reviewed();
  EXPECT_EQ(a.marks[0].fingerprint, b.marks[0].fingerprint);
  EXPECT_EQ(a.marks[1].fingerprint, b.marks[1].fingerprint);
  EXPECT_NE(a.marks[0].fingerprint, a.marks[1].fingerprint);
  EXPECT_EQ(a.marks[0].code, "a() // R103");
}

TEST(Fingerprints, ColumnsCountCharacters) {
  Scanned scanned("package p\nfunc f() {\n\tä(\"ö\", x()) // R103\n}\n");
  scanned.report.findings[0].where.column = 11;  // x, in bytes
  scanned.report.findings[0].where.end_column = 14;
  const auto review = scanned.Reviewed();
  EXPECT_EQ(review.marks[0].where.column, 9u);
  EXPECT_EQ(review.marks[0].where.end_column, 12u);
}

TEST(Baseline, HoldsWhatWasThereAndOnlyThat) {
  const Scanned before("package p\nfunc f() {\n\ta() // R103\n}\n");
  model::ScanReview old = before.Reviewed();
  Settle({}, kRules, old);
  const std::string baseline = WriteBaseline(old);
  EXPECT_EQ(baseline, "# seep baseline 1\n" + old.marks[0].fingerprint + " R103 p.go p.f\n");

  const Scanned after("package p\nfunc f() {\n\tb() // R120\n\ta() // R103\n}\n");
  model::ScanReview review = after.Reviewed();
  ASSERT_TRUE(ApplyBaseline(baseline, "b.txt", review));
  Settle({}, kRules, review);
  EXPECT_EQ(review.marks[0].state, ScanState::kShown);
  EXPECT_EQ(review.marks[1].state, ScanState::kKnown);
  // What is known stays in the baseline when it is written anew.
  EXPECT_NE(WriteBaseline(review).find(" R103 "), std::string::npos);
}

TEST(Baseline, ALineThatIsNoneIsNamed) {
  model::ScanReview review;
  const auto status = ApplyBaseline("# seep baseline 1\n\n{\"schema\": 1}\n", "b.txt", review);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().what,
            "line 3 is none of a baseline: expected a fingerprint, found \"{\"schema\":\"");
}

constexpr std::string_view kDiff =
    "diff --git a/p.go b/p.go\nindex 1..2 100644\n--- a/p.go\n+++ b/p.go\n@@ -3 +3,2 @@ func f() "
    "{\n-\tx\n+\ta()\n+\tb()\n"
    "@@ -9,2 +9,0 @@\n-\ty\n-+++ z\ndiff --git a/q.go b/q.go\ndeleted file mode 100644\n--- a/q.go\n+++ "
    "/dev/null\n@@ -1,2 +0,0 @@\n-\n-\n";

TEST(ChangedLines, AreReadFromGit) {
  const auto changed = ReadChangedLines(kDiff);
  ASSERT_TRUE(changed);
  ASSERT_EQ(changed->size(), 1u);
  using Range = std::pair<uint32_t, uint32_t>;
  EXPECT_EQ(changed->at("p.go"), (std::vector<Range>{{3, 4}, {9, 10}}));
  EXPECT_FALSE(ReadChangedLines("@@ -x +y @@\n"));
  EXPECT_FALSE(ReadChangedLines("diff --git a/p b/p\n+++ \"b/\\303.go\"\n"));
}

TEST(ChangedLines, AFindingIsNewWhenItsPathChanged) {
  const Scanned scanned("package p\nfunc f() {\n\ta() // R103\n\tx()\n\tc()\n\tb() // R103\n}\n");
  model::ScanReview review = scanned.Reviewed();
  review.report.findings[1].path = {{.file = "p.go", .line = 4, .end_line = 4}};
  KeepChanged({{"p.go", {{4, 4}}}}, review);
  EXPECT_TRUE(review.marks[0].known);
  EXPECT_FALSE(review.marks[1].known);
}

TEST(WantedRules, ByIdNameAndAlias) {
  const Scanned scanned("package p\nfunc f() {\n\ta() // R103\n\tb() // R120\n\tc() // R111\n}\n");
  model::ScanReview review = scanned.Reviewed();
  Settle({.only = {"bodyclose", "r120"}, .without = {"rows-not-closed"}}, kRules, review);
  EXPECT_EQ(review.Count(ScanState::kShown), 1u);
  EXPECT_EQ(review.Count(ScanState::kOff), 2u);
  review.report.findings[0].confidence = ScanConfidence::kPossible;
  Settle({}, kRules, review);
  EXPECT_EQ(review.marks[0].state, ScanState::kWeak);
  EXPECT_TRUE(CheckWanted({.only = {"R103"}}, kRules));
  const auto wrong = CheckWanted({.only = {"R130"}}, kRules);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().what, "there is no rule \"R130\"");
}

// --- fixes ---

constexpr std::string_view kBefore = "package p\n\nfunc f() {\n\ta()\n\tb()\n\tc()\n\td()\n\te()\n}\n";

ScanFinding Insert(uint32_t at, std::string text) {
  ScanFinding f{.rule = "R103", .confidence = ScanConfidence::kCertain, .where = {.file = "p.go", .line = 4}};
  f.edits = {{.file = "p.go", .begin = at, .end = at, .text = std::move(text)}};
  return f;
}

Fixes Fix(std::vector<ScanFinding> findings) {
  model::ScanReview review;
  review.report.findings = std::move(findings);
  review.marks.resize(review.report.findings.size());
  const SourceText file{"p.go", kBefore};
  return FixAll(review, {&file, 1});
}

TEST(Fix, PutsTheEditsInAndWritesAPatch) {
  const auto at = static_cast<uint32_t>(kBefore.find("\tb()"));
  const Fixes fixes = Fix({Insert(at, "\tdefer x()\n")});
  ASSERT_EQ(fixes.files.size(), 1u);
  EXPECT_EQ(UnifiedDiff(fixes.files[0]),
            "--- a/p.go\n+++ b/p.go\n@@ -2,6 +2,7 @@\n \n func f() {\n \ta()\n+\tdefer x()\n \tb()\n \tc()\n "
            "\td()\n");
}

TEST(Fix, OneOfTwoThatOverlapWaits) {
  const auto at = static_cast<uint32_t>(kBefore.find("\tb()"));
  const Fixes fixes = Fix({Insert(at, "\tdefer x()\n"), Insert(at, "\tdefer y()\n")});
  ASSERT_EQ(fixes.files.size(), 1u);
  EXPECT_EQ(fixes.files[0].findings, std::vector<size_t>{0});
  ASSERT_EQ(fixes.gaps.size(), 1u);
}

TEST(Fix, WhatWouldNotParseIsNotWritten) {
  const Fixes fixes = Fix({Insert(static_cast<uint32_t>(kBefore.find("\tb()")), "\tdefer x(\n")});
  EXPECT_TRUE(fixes.files.empty());
  ASSERT_EQ(fixes.gaps.size(), 1u);
  EXPECT_EQ(fixes.gaps[0].what, "p.go");
}

TEST(Fix, AnEditOutsideOfTheFileIsNamed) {
  const Fixes fixes = Fix({Insert(100'000, "x")});
  EXPECT_TRUE(fixes.files.empty());
  EXPECT_EQ(fixes.gaps.size(), 1u);
}

TEST(Fix, APatchOfManyHunksAndOfNoLastLineBreak) {
  std::string before;
  for (int i = 0; i < 40; ++i) before += std::to_string(i) + "\n";
  std::string after = before;
  after.replace(after.find("3\n"), 2, "three\n");
  after += "last";
  EXPECT_EQ(UnifiedDiff({"n", before, after, {}}),
            "--- a/n\n+++ b/n\n@@ -1,7 +1,7 @@\n 0\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n@@ -38,3 +38,4 @@\n 37\n "
            "38\n 39\n+last\n\\ No newline at end of file\n");
}

}  // namespace
}  // namespace seep::goscan

// From the growth of a pile to a verdict. The rules that keep seep from calling a healthy service leaking
// stand here, in one place; docs/verdicts.md tells them in prose.
#pragma once

#include <optional>
#include <string>

#include "detect/analysis.h"

namespace seep::detect {

struct Judgement {
  model::Verdict verdict = model::Verdict::kWatch;
  model::Confidence confidence = model::Confidence::kPossible;
  model::Shape shape = model::Shape::kUnknown;
  std::optional<model::Bound> bound;
  std::string why;   // the evidence that decided, one sentence with numbers
  std::string lift;  // what would lift the confidence; empty at strong and better
};

// Nothing where the pile gives no reason to speak.
std::optional<Judgement> JudgePile(const Analysis& analysis, const Pile& pile, const Growth& growth);

// With four looks and more: (nearly) nobody was met twice, so all of them get through, though there be more
// from look to look.
bool EverybodyGetsThrough(const Pile& pile);

// "12 came and none of the 40 that were there left in 30 s": the facts of Growth in words.
std::string DescribeLives(const Pile& pile, const Growth& growth, std::string_view noun);

// Lifetimes near a well-known setting are called by its value: 59.2 s is 60 s.
double SnapToKnown(double seconds);

}  // namespace seep::detect

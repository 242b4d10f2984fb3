// A pile and its judgement as a Finding: counts, rates, places, curves, ages. Detectors start from it and add
// what only they know.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "detect/analysis.h"
#include "detect/judge.h"

namespace seep::detect {

model::Finding PileFinding(const Analysis& analysis, const std::string& id, const Pile& pile,
                           const Growth& growth, const Judgement& judgement);

// Goroutines that come along with a pile: companions of the same object, e.g. one writeLoop for each
// readLoop.
uint64_t Companions(const Analysis& analysis, const Pile& pile);

// "goroutines" with the snapshot's file or URL, for evidence items.
std::string GoroutineSource(const Analysis& analysis, size_t snapshot);
std::string HeapSource(const Analysis& analysis, size_t snapshot);

// Joins as many sockets as `objects` to the finding, if the kernel shows a group of that size: count, peer,
// keepalive, what is unanswered. Independent evidence: a likely leak becomes strong. Returns the group.
std::optional<SocketGroup> JoinSockets(const Analysis& analysis, uint64_t objects, bool accepted,
                                       model::Finding& finding);

// The usual course for every pile of the patterns that speak for `finding`: judge, describe, join owners and
// sockets.
void ReportPiles(const Analysis& analysis, const std::string& finding, std::vector<model::Finding>& out);
// One pile; nothing when there is no reason to speak.
std::optional<model::Finding> JudgedFinding(const Analysis& analysis, const Pile& pile);

// Adds the user's line of every owner site with a count worth naming, culprits first; returns how many were
// added. Where no site has one, the likeliest becomes a candidate, which is not counted: it proves nothing.
size_t AddOwners(const Analysis& analysis, const std::vector<OwnerSite>& owners, uint64_t objects,
                 model::Finding& finding);

// Could the estimate have come out of this count: within three standard errors of it and at least 20 %?
bool Agrees(const Estimate& estimate, double count);

}  // namespace seep::detect

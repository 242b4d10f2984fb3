"""What a case declares, and how a report is held against it."""
import os
from dataclasses import dataclass, field
from typing import Callable, Optional, Sequence

from harness import Failure

CONFIDENCE = ["proved", "strong", "likely", "possible"]  # strongest first
TESTBED_SOURCE = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "testbed"))
TOLERANCE = 0.05


@dataclass
class Mark:
    """The line of the test bed's source that carries `// LEAK [tag]`."""
    file: str                                     # below testbed/, e.g. std/httpwithmetric/client.go
    tag: str = ""
    roles: Sequence[str] = ("culprit", "allocator", "creator", "blocked", "candidate")

    def line(self):
        marker = f"// LEAK {self.tag}".rstrip()
        with open(os.path.join(TESTBED_SOURCE, self.file), encoding="utf-8") as source:
            lines = [number for number, text in enumerate(source, 1) if text.rstrip().endswith(marker)]
        if len(lines) != 1:
            raise Failure(f"{self.file}: expected exactly one line ending in {marker!r}, found {len(lines)}")
        return lines[0]

    def is_at(self, place):
        # Only the last two parts of the path are compared: -trimpath and build folders change the rest.
        return place.get("file", "").endswith("/".join(self.file.split("/")[-2:])) and place.get("line") == self.line()

    def matches(self, where):
        return where.get("role") in self.roles and self.is_at(where)


@dataclass
class Expect:
    """A finding that must be there."""
    id: object                                    # one id, or several of which any will do
    verdict: object = "leak"
    confidence: str = "strong"                    # at least
    goroutines: object = None                     # impact: a number, or the (before, after) there was; +- `tolerance`
    sockets: object = None
    fds: object = None
    bound: Optional[float] = None                 # seconds
    bound_tolerance: float = 0.15
    tolerance: float = TOLERANCE
    where: Sequence[Mark] = ()
    first: bool = False                           # it must be the first of all findings
    first_place: Optional[Mark] = None            # the first place it names, which the source must have confirmed
    mentions: Sequence[str] = ()                  # substrings of title, cause, fix or evidence, any case


@dataclass
class Outcome:
    """What a case's scenario hands back to be judged."""
    report: object
    expect: Sequence[Expect] = ()
    healthy: bool = False                         # nothing may have the verdict "leak"
    clean: bool = False                           # nothing may be found at all
    forbid: Sequence[str] = ()                    # ids that must not be reported at all
    may: Sequence[str] = ()                       # ids that may be reported as leak beside the expected ones
    exact: bool = True                            # no other finding may have the verdict "leak"


@dataclass
class Case:
    name: str
    run: Callable = field(repr=False, default=None)
    needs: Sequence[str] = ()                     # programs; for --list and the message
    also: Optional[Callable] = None               # (bench, outcome) -> complaints: what else that process shows


def _as_tuple(value):
    return (value,) if isinstance(value, str) else tuple(value)


def _near(what, found, wanted, tolerance):
    least, most = (min(wanted), max(wanted)) if isinstance(wanted, tuple) else (wanted, wanted)
    said = f"{least:.0f}" if least == most else f"{least:.0f} to {most:.0f}"
    if found is None:
        return f"impact.{what}: expected {said}, found nothing"
    if not least - max(tolerance * least, 2) <= found <= most + max(tolerance * most, 2):
        return f"impact.{what}: expected {said} +- {tolerance:.0%}, found {found}"
    return None


def _complaints(expect, finding):
    """Why this finding is not the expected one; empty when it is."""
    wrong = []
    if finding.get("verdict") not in _as_tuple(expect.verdict):
        wrong.append(f"verdict: expected {expect.verdict}, found {finding.get('verdict')}")
    confidence = finding.get("confidence")
    if confidence not in CONFIDENCE or CONFIDENCE.index(confidence) > CONFIDENCE.index(expect.confidence):
        wrong.append(f"confidence: expected {expect.confidence} or better, found {confidence}")
    impact = finding.get("impact") or {}
    for what in ("goroutines", "sockets", "fds"):
        wanted = getattr(expect, what)
        if wanted is not None:
            wrong.append(_near(what, impact.get(what), wanted, expect.tolerance))
    if expect.bound is not None:
        seconds = (finding.get("bound") or {}).get("seconds")
        if seconds is None or abs(seconds - expect.bound) > expect.bound_tolerance * expect.bound + 0.5:
            wrong.append(f"bound.seconds: expected {expect.bound}, found {seconds}")
    for mark in expect.where:
        if not any(mark.matches(where) for where in finding.get("where", [])):
            found = ", ".join(f"{w.get('role')} {w.get('file')}:{w.get('line')}" for w in finding.get("where", []))
            wrong.append(f"where: expected {mark.file}:{mark.line()} as {'/'.join(mark.roles)}, found {found or 'none'}")
    if expect.first_place:
        place = (finding.get("where") or [{}])[0]
        if not expect.first_place.matches(place):
            wrong.append(f"where[0]: expected {expect.first_place.file}:{expect.first_place.line()}, found "
                         f"{place.get('role')} {place.get('file')}:{place.get('line')}")
        if not any(item.get("kind") == "source" for item in finding.get("evidence", [])):
            wrong.append("no evidence of kind source: nothing in the source was held against it")
    said = str([finding.get(key) for key in ("title", "cause", "fix", "size", "not", "evidence", "where")]).lower()
    wrong += [f"does not mention {text!r}" for text in expect.mentions if text.lower() not in said]
    return [text for text in wrong if text]


def judge(outcome):
    """The list of complaints; empty means passed."""
    report, wrong, accepted = outcome.report, [], []
    for expect in outcome.expect:
        ids = _as_tuple(expect.id)
        found = [f for f in report.findings if f.get("id") in ids]
        if not found:
            wrong.append(f"no finding {' or '.join(ids)}; found {[f.get('id') for f in report.findings] or 'nothing'}")
            continue
        best = min(found, key=lambda finding: len(_complaints(expect, finding)))
        wrong += [f"{best['id']}: {text}" for text in _complaints(expect, best)]
        if expect.first and report.findings[0] is not best:
            wrong.append(f"{best['id']} should come first, but {report.findings[0].get('id')} does")
        accepted.append(id(best))
    if outcome.clean:
        wrong += [f"nothing should be found: {f.get('id')} ({f.get('verdict')}, {f.get('confidence')}): {f.get('title')}"
                  for f in report.findings]
    elif outcome.healthy or (outcome.expect and outcome.exact):
        allowed = set(outcome.may)
        for finding in report.findings:
            if finding.get("verdict") == "leak" and id(finding) not in accepted and finding.get("id") not in allowed:
                wrong.append(f"a false alarm: {finding.get('id')} ({finding.get('confidence')}): {finding.get('title')}")
    for finding in report.findings:
        if finding.get("id") in outcome.forbid:
            wrong.append(f"{finding['id']} must not be reported here: {finding.get('title')}")
    status = 1 if report.findings else 0
    if report.status != status:
        wrong.append(f"exit status: expected {status} with {len(report.findings)} findings, found {report.status}")
    return wrong

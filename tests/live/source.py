"""The source beside the process: of all places in the test bed's source the planted line comes first, and is strong. On the
repaired twins nothing is found, though the same source, with all its faults, is there.

One process shows both: what a case's diagnosis kept as evidence is looked at again with the source, by `seep diagnose --src`
and from the other side by `seep scan --evidence`, which have to say the same. Some cases (AT_ONCE) also give seep the source
while the service runs.
"""
import dataclasses
import os

from expect import TESTBED_SOURCE, Case, Mark, judge

CLIENT, BODY = "std/httpwithmetric/client.go", "std/price/body.go"
STORE, DEPLOY, ORDERS = "deps/store/store.go", "deps/deploy/deploy.go", "cgo/orders/orders.go"

# Name of the case; by finding, the line that is to be named first.
SOURCE = {
    "s0.unbounded": {"http-client-per-call": Mark(CLIENT, "zero")},
    "s0.clone": {"http-client-per-call": Mark(CLIENT, "clone")},
    "s0.repaired": {},
    "s0.echo": {"http-client-per-call": Mark(CLIENT, "default")},
    "s0.repaired-echo": {},
    "s1.body": {"http-body-not-closed": Mark(BODY, "body")},
    "s1.body-repaired": {},
    "s1.transport-and-body": {"http-client-per-call": Mark(BODY, "both"), "http-body-not-closed": Mark(BODY, "both-body")},
    "s1.worker": {"goroutine-unbounded-spawn": Mark("std/worker/worker.go")},
    "s1.worker-repaired": {},
    "s1.rows": {"sql-rows-not-closed": Mark(STORE, "rows")},
    "s1.rows-repaired": {},
    "s1.tx": {"sql-tx-not-finished": Mark(STORE, "tx")},
    "s1.tx-repaired": {},
    "s1.sql-open": {"sql-open-per-call": Mark(STORE, "open")},
    "s1.sql-open-repaired": {},
    "s2.native": {"native-leak": Mark(ORDERS)},
    "s2.repaired": {},
    "s2.lines": {"native-leak": Mark(ORDERS)},
    "s2.lines-stripped": {"native-leak": Mark(ORDERS)},
    "s2.lines-repaired": {},
    "s3.handshake": {"ssh-handshake-no-deadline": Mark(DEPLOY, "dial")},
    "s3.handshake-repaired": {},
    "s3.client": {"ssh-client-not-closed": Mark(DEPLOY, "client")},
    "s3.client-repaired": {},
    "goroutines.send": {"chan-send-abandoned": Mark("std/quote/timeout.go", "blocked")},
    "goroutines.send-repaired": {},
    "goroutines.range": {"range-never-closed": Mark("std/feed/feed.go", "range")},
    "goroutines.range-repaired": {},
    "memory.files": {"fd-growth": Mark("std/memory/memory.go", "fd")},
    "memory.files-repaired": {},
    "goroutines.hung-backend": {"http-client-no-timeout": Mark("std/price/hung.go", "hung")},
    "goroutines.hung-backend-repaired": {},
    "goroutines.select": {"select-forever": Mark("std/feed/feed.go", "select")},
    "goroutines.context": {"context-not-cancelled": Mark("std/session/session.go", "uncancelled")},
    "goroutines.context-repaired": {},
    "s0.bounded": {"http-client-per-call": Mark(CLIENT, "default")},
    "s0.tls": {"http-client-per-call": Mark(CLIENT, "default")},
    "s0.repaired-tls": {},
    "s1.rows-pool": {"sql-pool-exhausted": Mark(STORE, "rows")},
    "s1.rows-pool-repaired": {},
    "s3.handshake-no-keepalive": {"ssh-handshake-no-deadline": Mark(DEPLOY, "plain")},
    "s3.read": {"conn-read-no-deadline": Mark("std/wire/client.go", "read")},
    "s3.read-repaired": {},
    "s3.tls": {"tls-handshake-no-deadline": Mark("std/wire/server.go", "handshake")},
    "s3.tls-repaired": {},
    "servers.idle": {"server-idle-connections": Mark("std/wire/server.go", "idle")},
    "servers.idle-repaired": {},
    "servers.handler": {"http-client-no-timeout": Mark("std/wire/server.go", "handler"),
                        "server-handler-stuck": Mark("std/wire/server.go", "handler")},
    "servers.handler-repaired": {},
    "servers.close-wait": {"close-wait": Mark("std/wire/client.go", "closewait")},
    "servers.close-wait-repaired": {},
    "goroutines.receive": {"chan-receive-abandoned": Mark("std/feed/feed.go", "receive")},
    "goroutines.nil": {"nil-channel": Mark("std/feed/feed.go", "nil")},
    "goroutines.ticker": {"start-without-stop": Mark("std/session/session.go", "unstopped"),
                          "ticker-not-stopped": Mark("std/session/session.go", "unstopped")},
    "goroutines.ticker-repaired": {},
    "goroutines.mutex": {"mutex-pileup": Mark("std/ledger/ledger.go", "holder")},
    "goroutines.mutex-repaired": {},
    "goroutines.lock-order": {"lock-order": Mark("std/ledger/ledger.go", "order"),
                              "mutex-pileup": Mark("std/ledger/ledger.go", "order")},
    "goroutines.waitgroup": {"waitgroup-stuck": Mark("std/ledger/gather.go", "waitgroup-part")},
    "goroutines.waitgroup-repaired": {},
    "goroutines.cond": {"cond-stuck": Mark("std/ledger/gather.go", "cond")},
    "goroutines.exec": {"exec-wait-stuck": Mark("std/runner/runner.go")},
    "goroutines.exec-repaired": {},
    "memory.map": {"heap-growth": Mark("std/memory/memory.go", "map-entry"),
                   "heap-retained": Mark("std/memory/memory.go", "map-entry")},
    "memory.map-repaired": {},
    "memory.threads": {"thread-leak": Mark("std/memory/memory.go", "thread")},
    "memory.threads-repaired": {},
    "resident.mapped": {"mmap-growth": Mark("std/memory/resident.go", "mmap")},
    "resident.mapped-repaired": {},
}
# Stripped forms without a heap profile.
STRIPPED = ("outside.s1.body", "outside.s2.native")
AT_ONCE = ("s1.body", *STRIPPED)
# Here the process says what leaks and nothing that binds it to a line: the likeliest place comes first, and is no surer.
UNBOUND = {"s2.native": "possible", "outside.s1.body": "possible", "outside.s2.native": "possible", "resident.mapped": "likely"}


def source_of(service):
    """The module that a program of the test bed is built from; of one whose fault is in another module, what both are in."""
    if "-echo-" in service.command[1]:
        return TESTBED_SOURCE
    binary = os.path.basename(service.command[0]).removesuffix("-silent")
    return os.path.join(TESTBED_SOURCE, binary.removeprefix("testbed-"))


def expected(outcome, report, first):
    """What a case expects, and of the source that it names the line first."""
    found = []
    for expect in outcome.expect:
        ids = [expect.id] if isinstance(expect.id, str) else list(expect.id)
        marks = [mark for name, mark in first.items() if name in ids]
        # Beside the source a culprit may stand where an allocator or a candidate stood without.
        found.append(dataclasses.replace(expect, where=[*expect.where, *marks], first_place=marks[0] if marks else None,
                                         confidence="strong" if marks else expect.confidence))
    return dataclasses.replace(outcome, report=report, expect=found)


def scan_complaints(scan, report, marks, sureness):
    """`seep scan --evidence` says the same from the side of the source: the line comes first, seen running, and strong."""
    seen = [(place, seen) for place in scan.findings for seen in place.get("seen", [])]
    said = ", ".join(f"{p['file']}:{p['line']} {p['rule']} as {s['finding']}, {s['confidence']} ({s['rank']} of {s['of']})"
                     for p, s in seen)
    if not marks:
        return [f"nothing leaks here, but seen: {said}"] if seen else []
    first = [place for place, s in seen if s["rank"] == 1 and s["confidence"] == sureness]
    wrong = [f"expected {mark.file}:{mark.line()} first and {sureness}; found {said}" for mark in marks
             if not any(mark.is_at(place) for place in first)]
    named = {(w.get("file", "").split("/")[-1], w.get("line")) for finding in report.findings for w in finding["where"]}
    wrong += [f"{place['file']}:{place['line']} is first, and diagnose --src does not name it" for place in first
              if (place["file"].split("/")[-1], place["line"]) not in named]
    return wrong


def with_source(case, first):
    """The case, and the same evidence beside the source."""
    def joined(bench, outcome):
        source = source_of(bench.services[-1])
        bench.end_services()
        report = bench.run_seep("diagnose", bench.evidence, "--json", "--src", source)
        scan = bench.run_seep("scan", source, "--json", "--evidence", bench.evidence)
        marks = list({(m.file, m.tag): m for m in first.values()}.values())
        return ([f"diagnose --src: {text}" for text in judge(expected(outcome, report, first))] +
                [f"scan --evidence: {text}" for text in scan_complaints(scan, report, marks, UNBOUND.get(case.name, "strong"))])
    return dataclasses.replace(case, also=joined)


def at_once(case, first):
    def run(bench):
        bench.source = True
        outcome = case.run(bench)
        return expected(outcome, outcome.report, first)
    return Case("source." + case.name, run, case.needs)


def join_sources(cases):
    """Adds the source to the cases of the table."""
    for name in AT_ONCE:
        case = at_once(cases[name], SOURCE[name.removeprefix("outside.")])
        cases[case.name] = case
    for name in (*SOURCE, *STRIPPED):
        cases[name] = with_source(cases[name], SOURCE[name.removeprefix("outside.")])

"""What seep reads from outside against what the program knows about itself. Every function returns what it compared, in words, or
raises Failure with the differences."""
import json
import os
from collections import Counter

import dumps
import profiles
from target import Failure

# debug=1 and the profile of a program cut its stacks behind 32 frames before Go 1.23 (runtime/pprof), of which the runtime's own on
# top are not always shown: only that many can be relied on.
STACK_LIMIT = 24


def complain(what, wrong):
    if wrong:
        more = f"\n  and {len(wrong) - 8} more" if len(wrong) > 8 else ""
        raise Failure(f"{what}: {len(wrong)} differences, program | seep:\n" + "\n".join(f"  {w}" for w in wrong[:8]) + more)


def read_dump(seep, what, *more):
    said = seep.run("goroutines", what, "--debug2", *more)
    try:
        return dumps.parse_debug2(said.stdout)
    except ValueError as error:
        raise Failure(f"no debug=2 text: {error}\n{said}") from error


def dump_agrees(seep, theirs, what, *more):
    ours = read_dump(seep, what, *more)
    complain("debug=2", dumps.differences(theirs, ours))
    parked = [g for g in theirs.values() if not g.moving]
    states = {g.state for g in parked}
    frames = sum(len(g.frames) for g in parked)
    # The program has these by its source: fewer would mean that nothing much was compared.
    if len(parked) < 53 or len(states) < 11 or frames < 330:
        raise Failure(f"only {len(parked)} goroutines in {len(states)} states with {frames} frames were compared")
    return f"{len(parked)} goroutines, {len(states)} states, {frames} frames"


def debug1_agrees(seep, target):
    theirs = dumps.parse_debug1(target.ask("debug1").decode())
    ours = dumps.parse_debug1(seep.run("goroutines", target.pid, "--debug1").stdout)
    complain("debug=1", dumps.counter_differences(theirs, ours, STACK_LIMIT))
    labelled = sum(n for (labels, _), n in theirs.items() if labels)
    if labelled < 5:
        raise Failure(f"only {labelled} goroutines with labels")
    return f"debug=1 with {labelled} labelled"


def _by_stack(profile):
    counts = Counter()
    for frames, values, labels in profile.samples:
        if not any(frame[0].startswith("main.moving") for frame in frames):
            counts[str(sorted(labels.items())), frames[:STACK_LIMIT]] += values[0]
    return counts


def goroutine_profile_agrees(seep, target):
    path = os.path.join(seep.folder, "goroutine.pb.gz")
    seep.run("goroutines", target.pid, "--pprof", path)
    theirs = _by_stack(profiles.Profile(target.ask("goroutine")))
    complain("goroutine profile", dumps.counter_differences(theirs, _by_stack(profiles.read(path)), STACK_LIMIT))
    return "profile"


def _sites(profile):
    """{(stack, size): values} of this program's own sites, whose objects nobody allocates or frees any more."""
    order = [profile.types.index(kind) for kind in ("alloc_objects", "alloc_space", "inuse_objects", "inuse_space")]
    return {(frames, labels.get("bytes", 0)): tuple(values[i] for i in order) for frames, values, labels in profile.samples
            if any(frame[0].startswith("main.keep") for frame in frames)}


def heap_sites(seep, what):
    path = os.path.join(seep.folder, "heap.pb.gz")
    seep.run("heap", what, "--pprof", path)
    return _sites(profiles.read(path))


def heap_agrees(seep, target):
    """Of a running program, or of a core file: then `target` is a pair of what the program said, and the file."""
    said, what = target if isinstance(target, tuple) else (target.ask("heap"), target.pid)
    theirs, ours = _sites(profiles.Profile(said)), heap_sites(seep, what)
    complain("heap profile", [f"{theirs.get(key)} | {ours.get(key)}  {key[1]} bytes at {key[0][:3]}"
                              for key in sorted(theirs.keys() | ours.keys()) if theirs.get(key) != ours.get(key)])
    # Usually some 28. A processor that the program comes to late still counts down from the rate before its own, half a megabyte,
    # and may sample nothing there: the blocks of the first six megabytes are always seen.
    if len(theirs) < 2:
        raise Failure(f"only {len(theirs)} sites")
    return f"{len(theirs)} heap sites"


def findings(seep, what):
    """What seep diagnoses of one moment: {(id, verdict, confidence, where)}. Sockets are not in a core file."""
    said = seep.run("diagnose", what, "--samples", "1", "--json", "--no-save", status=(0, 1))
    return {(f["id"], f["verdict"], f["confidence"], str([(w["role"], w["function"], w.get("line")) for w in f["where"]]))
            for f in json.loads(said.stdout)["findings"] if not f["id"].startswith(("tcp-", "conn-", "close-", "fd-", "time-"))}


def heap_is_said_to_be_off(seep, target):
    """No profile to be had: the totals are there all the same, and the reason for the rest is said."""
    said = seep.run("heap", target.pid)
    if "MemProfile" not in said.stdout + said.stderr:
        raise Failure(f"expected to be told that the program's heap profile is off\n{said}\n{said.stdout[:1500]}")
    return "heap profile said to be off"

"""Goroutines as debug=2 and debug=1 print them, as values, and what makes two of them the same."""
import re
from collections import Counter
from dataclasses import dataclass, field

HEADER = re.compile(r"goroutine (\d+)(?: [^\[]*)? \[(.*?)(?:(?: labels:\{(.*)\})?\]|\] \{(.*)\}):$")
# Go 1.26 writes labels:{"key": "value", ...} into the brackets, 1.27 {key: value, ...} behind them, with quotes where needed.
LABEL = re.compile(r'("(?:[^"\\]|\\.)*"|[^",: ]+): ("(?:[^"\\]|\\.)*"|[^",: ]+)')
PLACE = re.compile(r"\t(.*):(\d+)(?: \+0x[0-9a-f]+)?$")
CREATOR = re.compile(r"created by (.*?)(?: in goroutine (\d+))?$")
# Go before 1.21 stops after 100 frames, of which it does not print all, and does not always say so.
SILENT_CUT = 90
ELIDED = re.compile(r"\.\.\.(additional|\d+) frames elided\.\.\.$")


@dataclass
class Goroutine:
    id: int
    state: str = ""                               # the status or the reason to wait: "chan receive"
    locked: bool = False
    minutes: int = 0
    labels: dict = field(default_factory=dict)    # the runtime prints them since Go 1.26, and only if asked to
    frames: list = field(default_factory=list)    # (function, file, line), innermost first; None where some are left out
    creator: tuple = ()                           # (function, file, line, goid of the parent or None)

    @property
    def moving(self):
        return any(frame and frame[0].startswith("main.moving") for frame in self.frames)


def _function(text):
    # "main.(*T).f(0x1, {...})" without its arguments: the last parenthesis that opens at depth 0.
    depth = 0
    for i in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[i], 0)
        if depth == 0:
            return text[:i] if text[i] == "(" else text
    return text


def _unquoted(text):
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(x..|u....|U........|.)", lambda m: chr(int(m[1][1:], 16)) if m[1][0] in "xuU" else
                  {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), text[1:-1])


def _labels(text):
    return {_unquoted(key): _unquoted(value) for key, value in LABEL.findall(text)}


def parse_debug2(text):
    """{goid: Goroutine}. Raises ValueError for a line that has no place in such a text."""
    found, g, name, creator = {}, None, None, None
    for number, line in enumerate(text.splitlines(), 1):
        header = HEADER.match(line)
        place = PLACE.match(line)
        if header:
            state, *more = header[2].split(", ")
            if int(header[1]) in found:
                raise ValueError(f"line {number}: goroutine {header[1]} for the second time")
            g = found[int(header[1])] = Goroutine(int(header[1]), state, labels=_labels(header[3] or header[4] or ""))
            for word in more:
                if word == "locked to thread":
                    g.locked = True
                elif word.endswith(" minutes"):
                    g.minutes = int(word.split()[0])
        elif not line:
            g = None
        elif g is None:
            raise ValueError(f"line {number}: outside of any goroutine: {line!r}")
        elif place and creator:
            g.creator = (creator[1], place[1], int(place[2]), int(creator[2]) if creator[2] else None)
            creator = None
        elif place and name is not None:
            g.frames.append((name, place[1], int(place[2])))
            name = None
        elif ELIDED.match(line):
            g.frames.append(None)
        elif line.startswith("\tgoroutine running on other thread"):
            pass
        elif CREATOR.match(line):
            creator = CREATOR.match(line)
        elif not line.startswith("\t"):
            name = _function(line)
        else:
            raise ValueError(f"line {number}: {line!r}")
    return found


def same_frames(theirs, ours):
    """Equal; of what one of them left out ("...N frames elided...") the rest must begin and end the other."""
    if None in ours:
        theirs, ours = ours, theirs
    if None not in theirs:
        return theirs == ours or (len(theirs) >= SILENT_CUT and ours[:len(theirs)] == theirs)
    cut = theirs.index(None)
    head, tail = theirs[:cut], theirs[cut + 1:]
    ours = [frame for frame in ours if frame]
    return ours[:len(head)] == head and (not tail or ours[-len(tail):] == tail)


def differences(theirs, ours):
    """What is different between the program's own dump and the one read from outside, as sentences."""
    wrong = []
    for goid, own in theirs.items():
        read = ours.get(goid)
        if own.moving:
            # It may be anywhere in its function by now: only who it is can be compared.
            if read and (read.creator != own.creator or (read.frames and read.frames[-1][0] != own.frames[-1][0])):
                wrong.append(f"goroutine {goid} is another one: {own.frames[-1]}, {own.creator} | {read.frames[-1:]}, "
                             f"{read.creator}")
            continue
        if not read:
            wrong.append(f"goroutine {goid} [{own.state}] was not found: {own.frames[:3]}")
            continue
        for what in ("state", "locked", "creator"):
            if getattr(own, what) != getattr(read, what):
                wrong.append(f"goroutine {goid} {what}: {getattr(own, what)!r} | {getattr(read, what)!r}  ({own.frames[:2]})")
        if own.labels and own.labels != read.labels:
            wrong.append(f"goroutine {goid} labels: {own.labels} | {read.labels}")
        if not same_frames(own.frames, read.frames):
            at = next((i for i, (a, b) in enumerate(zip(own.frames, read.frames)) if a != b),
                      min(len(own.frames), len(read.frames)))
            wrong.append(f"goroutine {goid} [{own.state}] frame {at} of {len(own.frames)} | {len(read.frames)}:\n"
                         f"      {own.frames[at:at + 3]}\n    | {read.frames[at:at + 3]}")
    for goid in ours.keys() - theirs.keys():
        if not ours[goid].moving:
            wrong.append(f"goroutine {goid} [{ours[goid].state}] is not in the program's dump: {ours[goid].frames[:3]}")
    return wrong


ENTRY = re.compile(r"(\d+) @((?: 0x[0-9a-f]+)*)$")
FRAME = re.compile(r"#\t0x[0-9a-f]+\t(.*?)\+0x[0-9a-f]+\t+(.*):(\d+)$")


def parse_debug1(text):
    """Counter of (labels, frames), without the groups of goroutines that move."""
    counts, key, moving = Counter(), None, False

    def close():
        if key and not any(frame[0].startswith("main.moving") for frame in key[2]):
            counts[key[1], tuple(key[2])] += key[0]

    for line in text.splitlines():
        entry, frame = ENTRY.match(line), FRAME.match(line)
        if entry:
            close()
            key = [int(entry[1]), "", []]
        elif line.startswith("# labels: ") and key:
            key[1] = line[10:]
        elif frame and key:
            key[2].append((frame[1], frame[2], int(frame[3])))
    close()
    return counts


def counter_differences(theirs, ours, limit):
    """Of two Counters of (labels, frames), of which the program cut its stacks to `limit` frames."""
    def cut(counts):
        shorter = Counter()
        for (labels, frames), n in counts.items():
            shorter[labels, frames[:limit]] += n
        return shorter

    theirs, ours = cut(theirs), cut(ours)
    return [f"{theirs[key]} | {ours[key]} of {key[0]} {key[1][:4]}" for key in sorted(theirs.keys() | ours.keys())
            if theirs[key] != ours[key]]

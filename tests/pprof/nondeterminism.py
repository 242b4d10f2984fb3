"""What pprof does not answer the same twice, and how two answers of its are made comparable.

A rule is only applied to a case that the oracle was seen to answer in more than one way (run.py asks it several times before it
takes a difference for explained). The rules follow from the code of google/pprof, 2025-11:

* internal/graph/graph.go, edgeList.Less: edges whose weights differ are compared by absolute weight alone, so that +5 and -5 are
  neither less; edges of equal weight between nodes that print the same name are not either. They come out of a Go map.
* internal/graph/graph.go, comparePrintableName: nodes that differ only in what is not printed (start line, binary) are neither
  less. The running sum beside them follows their order; in a dot graph, so do their numbers.
* internal/graph/graph.go, newTree: with -call_tree a node stands for a path; many print alike, and they come out of a Go map.
  When a node count cuts them, which ones stay is left to chance, and with them the shape of the graph.
* internal/driver/cli.go: which of several "conflicting options set" is named first is the order of a Go map.
* internal/driver/fetch.go, concurrentGrab: several URLs are asked at once; what is said of each comes as it comes.
* A panic prints addresses.
"""

import itertools
import re
from dataclasses import dataclass
from typing import Callable


def amount(text):
    """An amount without its sign: what pprof compares edges and nodes by."""
    return text.lstrip("-")


def sort_ties(items, key):
    """Items that follow each other with an equal key, in the order of their text."""
    return [item for _, group in itertools.groupby(items, key) for item in sorted(group)]


ROW = re.compile(r"^( *\S+) +(\S+%) +(\S+%)( +\S+) +(\S+%)(.*)$")


def without_sum(line):
    found = ROW.match(line)
    return " ".join(found.group(1, 2, 4, 5, 6)) if found else line


def settle_rows(text):
    """top, text: rows of equal |flat| and equal name may be swapped; the sum beside them goes with the place."""
    lines = text.split("\n")
    begin = next((i for i, line in enumerate(lines) if line.startswith("      flat  flat%")), len(lines)) + 1

    def key(line):
        found = ROW.match(line)
        return (amount(found.group(1).strip()), found.group(6)) if found else line
    return "\n".join(lines[:begin] + sort_ties(map(without_sum, lines[begin:]), key))


EDGE = re.compile(r"^ {20,}(\S+) +\S+ \|   (.*)$")


def settle_tree(text):
    """tree, peek: within a block, edges of equal |weight| may be swapped; blocks of equal |flat| and name as well."""
    head, *blocks = re.split(r"(?m)^-{58}\+-{13}\n", text)
    settled = []
    for block in blocks:
        lines = block.split("\n")
        node = next((i for i, line in enumerate(lines) if line and not EDGE.match(line)), None)
        if node is None:
            settled.append(("", block))
            continue

        def key(line):
            found = EDGE.match(line)
            return amount(found.group(1)) if found else line
        lines = sort_ties(lines[:node], key) + [without_sum(lines[node])] + sort_ties(lines[node + 1:], key)
        found = ROW.match(block.split("\n")[node])
        settled.append((amount(found.group(1).strip()) + found.group(6) if found else "", "\n".join(lines)))
    blocks = [block for _, group in itertools.groupby(settled, lambda pair: pair[0]) for _, block in sorted(group)]
    return head + "\n----\n".join(blocks)


def settle_dot(text):
    """dot: numbers of nodes follow their order. Nodes are called by what they say, lines are sorted."""
    labels = {}
    for line in text.split("\n"):
        found = re.match(r'(N\d+) \[label="([^"]*)"', line)
        if found:
            labels[found.group(1)] = found.group(2)

    def named(line):
        line = re.sub(r'\bid="(node|N+)[\d_]+"', "id", line)
        head, mark, rest = line.partition(" [")
        # Boxes of tags are called after their node: N3_0, NN3_0.
        return re.sub(r"\bN*(N\d+)((?:_\d+)*)", lambda m: labels.get(m.group(1), m.group(1)) + m.group(2), head) + mark + rest
    return "\n".join(sorted(map(named, text.split("\n"))))


def settle_cut_tree(text):
    """dot -call_tree: the legend only, where nodes that print alike compete for the last places."""
    if "Showing top " not in text:
        return settle_dot(text)
    return "\n".join(line for line in text.split("\n") if line.startswith(("digraph", "subgraph")))


def settle_callgrind(text):
    """callgrind: the calls of a node in any order. "(3)" stands for the name first written as "(3) name"."""
    names, out = {}, []
    for line in text.split("\n"):
        field, mark, rest = line.partition("=")
        found = re.match(r"\((\d+)\)(?: (.*))?$", rest)
        if mark and found:
            table = names.setdefault("fn" if field in ("fn", "cfn") else "fl" if field in ("fl", "cfl") else field, {})
            if found.group(2) is not None:
                table[found.group(1)] = found.group(2)
            line = f"{field}={table.get(found.group(1))}"
        out.append(line)
    nodes = re.split(r"(?m)(?=^cfl=|^ob=|^\n)", "\n".join(out))
    grouped = [sorted(group) if calls else list(group) for calls, group in itertools.groupby(nodes, lambda n: n.startswith("cfl="))]
    return "".join(itertools.chain.from_iterable(grouped))


def settle_conflict(text):
    return re.sub(r"conflicting options set: \[(.*)\]", lambda m: " ".join(sorted(m.group(1).split())), text)


def settle_lines(text):
    return "\n".join(sorted(text.split("\n")))


def settle_panic(text):
    return "panic" if "goroutine 1 [running]:" in text else text


@dataclass(frozen=True)
class Rule:
    commands: tuple  # of the cases it is for
    part: str        # of the result
    settle: Callable
    option: str = ""  # only cases with it


RULES = [
    Rule(("top", "text", "shell"), "stdout", settle_rows),
    Rule(("tree", "peek", "shell"), "stdout", settle_tree),
    Rule(("dot",), "stdout", settle_cut_tree, "-call_tree"),
    Rule(("dot", "shell"), "stdout", settle_dot),
    Rule(("callgrind", "shell"), "stdout", settle_callgrind),
    Rule(("errors", "shell"), "stderr", settle_conflict),
    Rule(("errors", "top"), "stderr", settle_panic),
    Rule(("remote",), "stderr", settle_lines),
]


def settled(case, result):
    """The result with everything that pprof leaves to chance put into one order."""
    out = dict(result)
    for rule in RULES:
        if case.command in rule.commands and rule.part in out and (not rule.option or rule.option in case.args):
            out[rule.part] = rule.settle(out[rule.part].decode("latin-1")).encode("latin-1")
    return out

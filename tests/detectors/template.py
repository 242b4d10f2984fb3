"""Evidence as a template: thousands of like lines said once, for the cases of run.py.

    # Why the case is what it is. Lines before the first file are comment.
    == goroutine.txt 1 2                a file of moments 1 and 2 (30 s apart), written as <moment>/goroutine.txt
    goroutine 1 [chan receive]:
    main.main()
    @ 60 10..80                         a block for i = 0..59 at moment 1 and for i = 10..79 at moment 2: 10 went, 20 came
    goroutine {100+7*i} [select]:       one number of each
    @end
    VmRSS:   {80000|90000} kB           by moment
    {1000+1*i:08X}                      with a format of Python's

One range holds for all moments. Blocks do not nest.
"""

import os
import re


class BadTemplate(Exception):
    pass


FILE = re.compile(r"== (\S+)((?: \d+)+)$")
BLOCK = re.compile(r"@ ((?:\d+\.\.)?\d+(?: (?:\d+\.\.)?\d+)*)$")
NUMBER = re.compile(r"\{(-?\d+)\+(\d+)\*i(?::(\w+))?\}")
CHOICE = re.compile(r"\{([^{}|]*(?:\|[^{}|]*)+)\}")


def pick(values, k, line):
    if len(values) == 1:
        return values[0]
    if k >= len(values):
        raise BadTemplate(f"nothing for moment {k + 1} of the file in: {line}")
    return values[k]


def render(lines, k):
    """The lines of a file at its k-th moment."""
    out = []
    block = None
    for line in lines:
        start = BLOCK.match(line)
        if start:
            if block is not None:
                raise BadTemplate(f"a block in a block: {line}")
            bounds = pick(start.group(1).split(), k, line).split("..")
            block = (range(int(bounds[0]) if len(bounds) > 1 else 0, int(bounds[-1])), [])
        elif line == "@end":
            if block is None:
                raise BadTemplate("@end without a block")
            for i in block[0]:
                for inner in block[1]:
                    out.append(NUMBER.sub(lambda m: format(int(m[1]) + int(m[2]) * i, m[3] or ""), inner))
            block = None
        else:
            line = CHOICE.sub(lambda m: pick(m[1].split("|"), k, m[0]), line)
            (out if block is None else block[1]).append(line)
    if block is not None:
        raise BadTemplate("a block without @end")
    return "\n".join(out) + "\n"


def write(text, folder):
    """Writes the files; returns [(moment, path)]."""
    files = []
    for line in text.split("\n"):
        head = FILE.match(line)
        if head:
            files.append((head.group(1), [int(m) for m in head.group(2).split()], []))
        elif files:
            files[-1][2].append(line)
    if not files:
        raise BadTemplate("no file in it: a file begins with == NAME MOMENT...")
    written = []
    for name, moments, lines in files:
        while lines and not lines[-1]:
            lines.pop()
        for k, moment in enumerate(moments):
            path = os.path.join(folder, str(moment), name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(render(lines, k))
            written.append((moment, path))
    return written

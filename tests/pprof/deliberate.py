"""Where seep does not say what pprof says, on purpose. Everything else is held to the byte; docs/pprof.md lists these as well."""

import re


def without_usage(text):
    """Usage texts are in words of our own. What is said above and below them is not."""
    begin = re.search(r"(?m)^usage:", text)
    if not begin:
        return text
    tail = "no profile source specified\n"
    return text[:begin.start()] + "[usage]\n" + (tail if text.endswith(tail) else "")


def without_help(text):
    """So are the shell's answers to `help`."""
    return text.partition("Entering interactive mode")[0]


def without_crash(text):
    """pprof ends with a panic on a number that it cannot read in a tag filter; seep says what is wrong."""
    return "[a number in a tag filter is out of range]\n" if "99999999999999999999" in text or "panic:" in text else text


def reads_a_dump(case):
    """Goroutine dumps (debug=2) are profiles for seep, which pprof refuses."""
    return any("goroutine_debug2" in arg for arg in case.args)


# (which cases, which part of the result, what is compared of it)
RULES = [
    (lambda case: case.command == "errors", "stderr", without_usage),
    (lambda case: case.command == "shell" and re.search(r"(?m)^help", case.stdin), "stderr", without_help),
    (lambda case: "-tagfocus=99999999999999999999kb:" in case.args, "stderr", without_crash),
]


def compared(case, result):
    """The parts of a result that must be equal."""
    if reads_a_dump(case):
        return {}
    out = dict(result)
    for applies, part, reduce in RULES:
        if applies(case) and part in out:
            out[part] = reduce(out[part].decode("latin-1")).encode("latin-1")
    return out

"""The cases of the differential suite: which command lines, over which sources."""

import glob
import os
from dataclasses import dataclass, field

import binaries
from covering import covering
from service import PLACE

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


@dataclass(frozen=True)
class Case:
    command: str  # the line of the summary it counts for
    args: tuple
    stdin: str = ""
    env: tuple = ()  # (name, value)...

    @property
    def name(self):
        text = " ".join(a if a and not set(a) & set(" '\"\\|*()<>;&") else repr(a) for a in self.args)
        variables = "".join(f"{k}={v} " for k, v in self.env)
        return f"{variables}{text}" + (f" <<< {self.stdin!r}" if self.stdin else "")


@dataclass(frozen=True)
class Source:
    """What a report is made of, and what to ask of it so that filters hit."""
    args: tuple
    function: str = "main"
    other: str = "runtime"
    tag: str = "tenant"
    value: str = "acme"
    number: str = "bytes"
    types: tuple = ("samples", "cpu")


# Commands that print text, with their argument: {function} and its like are filled in from the source.
REPORTS = ["top", "text", "tree", "peek={function}", "list={function}", "traces", "tags", "raw", "comments", "dot", "callgrind",
           "proto", "topproto"]

HEAP_TYPES = ("alloc_objects", "alloc_space", "inuse_objects", "inuse_space")


def made(name, *args, **facts):
    return Source((*args, f"in/{name}"), **facts)


def heap(name, *args, **facts):
    return made(name, *args, **{"function": "Method1", "other": "Type2", "types": HEAP_TYPES, **facts})


def recorded(kind, version, **facts):
    return Source((f"in/data/{version}/{kind}.pb.gz",), **{"function": "main", "other": "runtime", **facts})


def versions():
    return sorted(os.path.basename(folder) for folder in glob.glob(os.path.join(HERE, "data", "go*")))


def recordings(kind, **facts):
    return [recorded(kind, version, **facts) for version in versions()]


def classes():
    """Sources by what is special about them. The covering array pairs options with classes, and goes round their members."""
    cpp = {"function": "orders", "other": "operator|std"}
    lock_types = ("contentions", "delay")
    return {
        "go heap": recordings("heap", types=HEAP_TYPES, function="store", other="main.allocate"),
        "go allocs": recordings("allocs", types=HEAP_TYPES, function="Put", other="main"),
        "go cpu": recordings("cpu", function="fib", other="burn|twice", tag="tenant", value="globex"),
        "go goroutine": recordings("goroutine", types=("goroutine",), function="wait", other="gopark", tag="worker", value="0"),
        "go locks": [*recordings("mutex", types=lock_types, function="contend"),
                     *recordings("block", types=lock_types, function="contend", other="chanrecv|Lock")],
        "go threads": recordings("threadcreate", types=("threadcreate",), function="main", other="runtime.newm"),
        "labels": [heap("labels.pb.gz", function="buffer", other="serve"), heap("tree_heap.pb.gz"), heap("tree_wide.pb.gz"),
                   heap("many_nodelets.pb.gz", function="leaf", other="middle", tag="shard", value="s1"),
                   made("label_units.pb.gz", tag="plain", number="mixed")],
        "inlined": [made("inlined.pb.gz", function="[abc]", other="d"), heap("tree_inline.pb.gz"),
                    made("recursion.pb.gz", function="fib", other="helper")],
        "no symbols": [made("no_symbols.pb.gz", function="server", other="libc"), made("no_mappings.pb.gz", function="4000"),
                       made("several_mappings.pb.gz", function="function1", other="function2", types=HEAP_TYPES)],
        "names": [made("names_cpp.pb.gz", **cpp), made("names_java.pb.gz", function="Thread", other="java.util"),
                  made("names_go.pb.gz", function="Store", other="http"), made("odd_names.pb.gz", function="e", other="line"),
                  made("files.pb.gz", function="same", other="system"), made("invalid_utf8.pb.gz", function="Method1")],
        "columns": [made("columns.pb.gz", function="render", other="main")],
        "numbers": [made("units.pb.gz", function="f1", types=("a", "r")), made("spread.pb.gz", function="f1"),
                    made("negative.pb.gz", function="f01"), made("huge_once.pb.gz", function="f00"), made("means.pb.gz", function="lock1",
                    types=lock_types, other="caller2"), made("ties.pb.gz", function="alpha", other="caller"), made("tiny.pb.gz")],
        "large": [made("tree_cpu.pb.gz", function="Method1", other="Type2"), heap("tree_wide.pb.gz")],
        "diff": [heap("base_b.pb.gz", "-diff_base=in/base_a.pb.gz"), heap("base_c.pb.gz", "-diff_base=in/base_a.pb.gz"),
                 Source(("-diff_base=in/data/go1.26/heap.pb.gz", "in/data/go1.27/heap.pb.gz"), types=HEAP_TYPES, other="store")],
        "base": [heap("base_b.pb.gz", "-base=in/base_a.pb.gz"), heap("base_c.pb.gz", "-base=in/base_a.pb.gz", "-normalize"),
                 made("tree_cpu.pb.gz", "-base", "in/base_cpu.pb.gz", function="Method1", other="Type2")],
        "merge": [heap("base_a.pb.gz", "in/base_b.pb.gz", "in/tree_heap.pb.gz"),
                  Source(tuple(f"in/data/{v}/cpu.pb.gz" for v in versions()), function="fib", other="burn")],
        "drop and keep": [made("drop.pb.gz", function="Parse", other="work", types=("objects", "space"))],
        "legacy": [made(f"{n}.txt", function="server", other="libc", types=t) for n, t in
                   (("heap_v2", HEAP_TYPES), ("heap_jemalloc", ("objects", "space")), ("contentionz", lock_types),
                    ("threadz", ("thread",)), ("java_heap", ("inuse_objects", "inuse_space")), ("growthz", ("objects", "space")))]
                  + [made("cpu_64_le.prof", function="server", other="libc"), made("cpu_java_le.prof", function="acme", other="java")],
    }


OPTIONS = {
    "sort": ["-cum", "-flat"],
    "nodecount": ["-nodecount=1", "-nodecount=3", "-nodecount=10", "-nodecount=0", "-nodecount=100000", "-nodecount=-5"],
    "nodefraction": ["-nodefraction=0", "-nodefraction=0.05", "-nodefraction=.5", "-nodefraction=1", "-nodefraction=1e-3"],
    "edgefraction": ["-edgefraction=0", "-edgefraction=0.05", "-edgefraction=0.5"],
    "trim": ["-trim=false", "-trim"],
    "focus": ["-focus={function}", "-focus={function}|{other}", "-focus=no such", "-focus=(?i)MAIN$", "-focus=."],
    "ignore": ["-ignore={other}", "-ignore={function}", "-ignore=no such"],
    "show": ["-show={function}", "-show={other}|main", "-show=no such"],
    "hide": ["-hide={other}", "-hide={function}", "-hide=no such", "-hide=^.*main"],
    "show_from": ["-show_from={function}", "-show_from={other}", "-show_from=no such"],
    "prune_from": ["-prune_from={other}", "-prune_from={function}"],
    "tagfocus": ["-tagfocus={value}", "-tagfocus={tag}={value}", "-tagfocus={number}=64:", "-tagfocus=1kb:1mb", "-tagfocus=:4kb",
                 "-tagfocus=64b", "-tagfocus={value},globex", "-tagfocus={tag}={value},globex", "-tagfocus=no such",
                 "-tagfocus={number}=-5:100000000"],
    "tagignore": ["-tagignore={value}", "-tagignore={number}=:512b", "-tagignore={tag}=.", "-tagignore=no such", "-tagignore=2MB:"],
    "tagshow": ["-tagshow={tag}", "-tagshow=no such", "-tagshow={number}"],
    "taghide": ["-taghide={tag}", "-taghide={number}", "-taghide=no such"],
    "tagroot": ["-tagroot={tag}", "-tagroot={number}", "-tagroot={tag},{number},none", "-tagroot=none"],
    "tagleaf": ["-tagleaf={tag}", "-tagleaf={number}", "-tagleaf=none,{tag}"],
    "granularity": ["-functions", "-filefunctions", "-files", "-lines", "-addresses"],
    "noinlines": ["-noinlines"],
    "showcolumns": ["-showcolumns"],
    "unit": ["-unit=auto", "-unit=minimum", "-unit=bytes", "-unit=kB", "-unit=MB", "-unit=ms", "-unit=s", "-unit=hours",
             "-unit=count", "-unit=furlongs"],
    "divide_by": ["-divide_by=2", "-divide_by=0.3", "-divide_by=1e6", "-divide_by=-4"],
    "mean": ["-mean"],
    "sample_index": ["-sample_index={first}", "-sample_index=0", "-sample_index={last}"],
    "compact_labels": ["-compact_labels"],
    "relative_percentages": ["-relative_percentages"],
    "call_tree": ["-call_tree"],
    "drop_negative": ["-drop_negative"],
    "paths": ["-trim_path=/src", "-source_path=/src/shop", "-trim_path=/src/shop/pkg1:/go", "-source_path=in/source"],
    "intel_syntax": ["-intel_syntax"],
    "symbolize": ["-symbolize=none", "-symbolize=local", "-symbolize=fastlocal:demangle=full", "-symbolize=force"],
    "fields": ["-buildid=b0b", "-add_comment=seen by a test", "-output=out.txt"],
}
MOST_OPTIONS = 5


def filled(text, source):
    for name in ("function", "other", "tag", "value", "number"):
        text = text.replace("{" + name + "}", getattr(source, name))
    return text.replace("{first}", source.types[0]).replace("{last}", source.types[-1])


def report(command, source, *options, env=(("TZ", "UTC"),)):
    return Case(command.partition("=")[0], tuple(filled(a, source) for a in ("-" + command, *options)) + source.args, env=env)


def pairwise():
    turns = {}
    members = classes()
    zones = ["UTC", "Asia/Kathmandu", "America/New_York", "Europe/Berlin"]
    for number, case in enumerate(covering({"command": REPORTS, "class": list(members)}, OPTIONS, MOST_OPTIONS)):
        kind = case.pop("class")
        turns[kind] = turns.get(kind, -1) + 1
        source = members[kind][turns[kind] % len(members[kind])]
        command = case.pop("command")
        yield report(command, source, *(case[o] for o in OPTIONS if o in case), env=(("TZ", zones[number % 4]),))


def every_source(names):
    """Each source with each command and no option, and with a few that matter to many."""
    known = {source.args: source for members in classes().values() for source in members}
    for name in names:
        known.setdefault((f"in/{name}",), made(name, function="."))
    for source in known.values():
        for command in REPORTS:
            yield report(command, source)
        for options in (("-cum",), ("-lines",), ("-sample_index=0", "-unit=auto"), ("-addresses", "-nodecount=5")):
            yield report("top", source, *options)
        yield report("dot", source, "-call_tree", "-nodecount=1000")
        yield report("tree", source, "-files")


def comparisons():
    """Bases of every kind, merges of many."""
    heaps = [f"in/data/{v}/heap.pb.gz" for v in versions()]
    groups = [
        ("in/base_b.pb.gz", "-base=in/base_a.pb.gz"), ("in/base_b.pb.gz", "-diff_base=in/base_a.pb.gz"),
        ("in/base_b.pb.gz", "-base=in/base_a.pb.gz", "-normalize"), ("in/base_c.pb.gz", "-diff_base=in/base_a.pb.gz", "-normalize"),
        ("in/base_a.pb.gz", "-base=in/base_a.pb.gz"), ("in/base_a.pb.gz", "-diff_base=in/base_a.pb.gz"),
        ("in/base_b.pb.gz", "-base=in/base_a.pb.gz", "-base=in/base_c.pb.gz"),
        ("in/base_b.pb.gz", "-diff_base=in/base_a.pb.gz", "-diff_base=in/base_c.pb.gz", "-drop_negative"),
        ("in/base_b.pb.gz", "in/base_a.pb.gz", "-base=in/base_c.pb.gz"), ("in/base_b.pb.gz", "-base=in/base_types.pb.gz"),
        ("in/base_units.pb.gz", "-base=in/tree_heap.pb.gz"), ("in/base_units.pb.gz", "in/tree_heap.pb.gz"),
        ("in/tree_heap.pb.gz", "in/tree_cpu.pb.gz"), ("in/tree_heap.pb.gz", "in/base_types.pb.gz"),
        ("in/tree_cpu.pb.gz", "-base=in/tree_heap.pb.gz"), ("in/columns.pb.gz", "in/columns.pb.gz"),
        ("in/several_mappings.pb.gz", "in/tree_heap.pb.gz"), ("in/no_symbols.pb.gz", "in/tree_cpu.pb.gz"),
        ("in/heap_v2.txt", "in/heap_jemalloc.txt"), ("in/cpu_64_le.prof", "in/cpu_32_be.prof"), ("in/tree_heap.pb.gz", "in/bad_text"),
        ("in/bad_text", "in/tree_heap.pb.gz", "in/missing"), ("in/tree_heap.pb.gz", "-base=in/bad_text"),
        ("in/tree_heap.pb.gz", "-base=in/missing", "-base=in/base_a.pb.gz"), ("in/labels.pb.gz", "in/tree_heap.pb.gz"),
        ("in/comments.pb.gz", "in/comments.pb.gz", "in/tree_cpu.pb.gz"), ("in/default_type.pb.gz", "in/tree_heap.pb.gz"),
        ("in/folded.pb.gz", "in/inlined.pb.gz"), ("in/zero_values.pb.gz", "in/negative.pb.gz"), ("in/empty.pb.gz", "in/empty.pb.gz"),
        ("in/drop.pb.gz", "in/drop_only.pb.gz"), ("in/huge.pb.gz", "in/huge.pb.gz"), ("in/cancelling.pb.gz", "-base=in/negative.pb.gz"),
        ("in/means.pb.gz", "in/means.pb.gz", "-mean"), tuple(heaps), (heaps[-1], *(f"-base={h}" for h in heaps[:3])),
        tuple(f"in/data/{v}/goroutine.pb.gz" for v in versions()) * 4,
        tuple(f"in/data/{v}/goroutine.pb.gz" for v in versions()) * 20,  # more than one lot of 128
        ("in/tree_heap.pb.gz", "in/plain.pb", "in/base_a.pb.gz", "in/base_b.pb.gz", "in/base_c.pb.gz"),
    ]
    for args in groups:
        source = Source(args, function="Method", types=HEAP_TYPES)
        for command in REPORTS:
            yield report(command, source)
        for options in (("-cum", "-nodecount=20"), ("-sample_index=0",), ("-unit=auto", "-lines"), ("-mean",), ("-drop_negative",)):
            yield report("top", source, *options)


def errors():
    """Command lines and files that are refused, or nearly: words and exit statuses count."""
    good = "in/tree_heap.pb.gz"
    lines = [
        [], ["-top"], ["-top", "in/missing"], ["-top", "in/missing", "in/missing2"], ["-nosuchflag", good], ["-top", "-nosuchflag=3", good],
        ["-top", "-tree", good], ["-peek=a", "-list=b", good], ["-top", "-http=:0", good], ["-no_browser", good],
        ["-top", "-base=" + good, "-diff_base=" + good, good], ["-top", "-normalize", good], ["-top", "-focus=(", good],
        ["-top", "-ignore=[", good], ["-top", "-hide=*", good], ["-top", "-show=a{2,1}", good], ["-top", "-show_from=\\", good],
        ["-top", "-prune_from=(?P<n", good], ["-top", "-tagfocus=(", good], ["-top", "-tagignore=a,(", good], ["-top", "-tagshow=(", good],
        ["-top", "-taghide=(?<n>a)(", good], ["-peek=(", good], ["-list=(", good], ["-peek=nothing matches this", good],
        ["-list=nothing matches this", good], ["-top", "-sample_index=7", good], ["-top", "-sample_index=nope", good],
        ["-top", "-sample_index=-1", good], ["-top", "-sample_index=inuse_spac", good], ["-top", "-divide_by=0", good],
        ["-top", "-divide_by=x", good], ["-top", "-nodecount=x", good], ["-top", "-nodefraction=y", good], ["-top", "-trim=maybe", good],
        ["-top", "-cum", "-flat", good], ["-top", "-nodecount", good], ["-top", "-inuse_space", "-alloc_space", good],
        ["-top", "-inuse_objects", "-sample_index=1", good], ["-top", "-total_delay", good], ["-top", "-mean_delay", "in/means.pb.gz"],
        ["-top", "-total_delay", "in/means.pb.gz"], ["-top", "-contentions", "in/means.pb.gz"], ["-top", "-alloc_objects", good],
        ["-top", "-unit=", good], ["-top", "--cum", good], ["--top", good], ["-top=true", good], ["-top=false", "-tree", good],
        ["-top=maybe", good], [good, "-top"], ["-top", "--", good], ["-top", "---cum", good], ["-top", "-=", good],
        ["-top", "in"], ["-top", "in/data"], ["-top", "/dev/null"], ["-top", "-seconds=x", good], ["-top", "-timeout=1", good],
        ["-top", "-symbolize=what", good], ["-top", "-symbolize=demangle=none", good], ["-top", "-symbolize=none", good],
        ["-top", "-symbolize=remote", good], ["-top", "-symbolize=force:demangle=wrong", good], ["-top", "-buildid=x", good],
        ["-top", "in/tree_heap.pb.gz", "in/tree_heap.pb.gz", "in/missing"], ["-top", "", good], ["-top", "-focus=", good],
        ["-top", "-output=no/such/folder/x", good], ["-top", "-output=out.txt", good], ["-proto", "-output=out.pb.gz", good],
        ["-raw", "-output=out.txt", "-focus=Method1", good], ["-traces", "-relative_percentages", "-focus=Method1", good],
        ["-top", "-tagfocus=99999999999999999999kb:", good], ["-top", "-tagfocus=1kb:2ms", good], ["-top", "-tagfocus=5kb:1kb", good],
        ["-top", "-tagfocus=1k", good], ["-top", "-tagfocus=a=b=c", good], ["-top", "-tagfocus==", good], ["-top", "-granularity=lines", good],
        ["-top", "-functions", "-functions", good], ["-top", "-nodecount=5", "-nodecount=2", good], ["-tags", "-focus=Method1", good],
        ["-top", "-nodecount=99999999999999999999", good], ["-top", "-nodefraction=NaN", good], ["-top", "-nodefraction=Inf", good],
        ["-top", "-divide_by=Inf", good], ["-top", "-divide_by=0x1p-2", good], ["-top", "-nodecount=0x10", good],
        ["-top", "-sample_index=+1", good], ["-top", "-sample_index= 1", good], ["-top", "-source_path=in/source", good],
        ["-list=main", "-source_path=in/source", "in/data/go1.26/cpu.pb.gz"], ["-list=fib", "-trim_path=example.com/recorder",
         "-source_path=in/source", "in/data/go1.26/cpu.pb.gz"], ["-list=Put|clone", "-source_path=in/source", "in/data/go1.26/heap.pb.gz"],
        ["-list=burn", "-source_path=in/source", "-noinlines", "in/data/go1.26/cpu.pb.gz"],
        ["-list=main.add|main.twice", "-source_path=in/source:in/none", "in/data/go1.22/cpu.pb.gz"],
        ["-list=0x401000", "-source_path=in/source", good], ["-list=allocate", "-source_path=in/source", "-sample_index=0",
         "in/data/go1.19/allocs.pb.gz"], ["-list=allocate", "-source_path=in/source", "-diff_base=in/data/go1.26/heap.pb.gz",
                                          "in/data/go1.27/heap.pb.gz"],
        ["-tools=/nowhere", "-top", good],
    ]
    for line in lines:
        kind = "list" if any(a.startswith("-list=") for a in line) else "errors"
        yield Case(kind, tuple(line), env=(("TZ", "UTC"),))


def shell():
    """The interactive shell, fed from a pipe."""
    heap_file, cpu_file = "in/tree_heap.pb.gz", "in/data/go1.26/cpu.pb.gz"
    scripts = [
        "", "top\n", "top5\n", "top 3\n", "top5 -cum\n", "top 4 Method1 -Method2\n", "top -cum", "text 5\n", "tree 3\n", "peek Method1\n",
        "peek\n", "list main\n", "traces\n", "tags\n", "tags tenant\n", "tags -tenant\n", "raw\n", "comments\n", "dot 5\n", "callgrind\n",
        "top 5 >out.txt\n", "top 5 > out.txt\n", "top >\n", "proto >out.pb.gz\n", "topproto >out.pb.gz\n", "callgrind >out.cg\n",
        "o\n", "options\n", "help\n", "help top\n", "help nodecount\n", "help nothing\n", "help o\n", "help list\n", "help sample_index\n",
        "help focus\n", "help granularity\n", "help flat\n", "help weblist\n", "quit\ntop\n", "exit\ntop\n", "q\n", "nothing\n",
        "top nothing matches\n", "cum\ntop 3\nflat\ntop 3\n", "sort=cum\ntop 3\no\n", "nodecount=3\ntop\no\n", "nodecount=x\n", "nodecount\n",
        "focus=Method1\ntop 5\nfocus=\ntop 5\n", "focus=Method1\nignore=Method2\no\n:\no\n", "unit=MB\ntop 5\n", "mean=1\ntop 5\nmean=0\n",
        "trim=f\ntree 2\n", "trim=maybe\n", "trim\no\n", "sample_index=0\ntop 3\n", "sample_index=alloc_space\ntop 3\n",
        "sample_index=nothing\n", "sample_index=9\n", "alloc_space\ntop 3\ntotal_inuse_objects\ntop 3\nmean_inuse_space\ntop 3\no\n",
        "granularity=lines\ntop 5\n", "granularity=nothing\n", "lines\ntop 5\nfunctions\ntop 5\naddresses=true\ntop 3\nfiles=0\n",
        "focus = Method1 //: a comment\ntop 3\n", "   top   3   \n\n\n", "compact_labels=0\ntop 3\n", "relative_percentages=1\ntop 3 Method1\n",
        "output=x.txt\ntop 3\no\n", "divide_by=0\ntop\n", "divide_by=10\ntop 3\n", "noinlines=yes\nnoinlines\no\n", "call_tree=y\ndot 4\n",
        "tagfocus=acme\ntop 3\ntags\n", "tagroot=tenant\ntop 5\n", "tagleaf=bytes\ntree 3\n", "hide=Method1\nshow=Type\ntop 3\n",
        "focus=(\ntop\n", "top (\n", "peek (\n", "show_from=Method3\ntop 3\n", "prune_from=Method3\ntop 3\n", "intel_syntax=1\no\n",
        "nodefraction=0.2\ntop\nedgefraction=0.5\ntree 3\n", "drop_negative=1\ntop 3\n", "showcolumns=1\nlines=1\ntop 3\n", "source_path=x\no\n",
        "trim_path=/src\nlines\ntop 3\no\n", "top 5 Method1 Method2\ntop 5\n", "TOP\n", "top=5\n", "top10000\n", "top0\n", "5\n", "peek1\n",
        "normalize=1\no\ntop 2\n", "top 3 >a.txt\ntop 3 >a.txt\ntree 2 >b.txt\n", "top 5 | head\n", "top --cum 3\n", "o o o\n", "=\n", "x=5\n",
        "flat=false\n", "cum=1\no\n", "help cum\nhelp unit\nhelp tagfocus\n", "top -3\n", "top 99999999999\n", "weblist nothing_here\n",
    ]
    for script in scripts:
        yield Case("shell", (heap_file,), script, (("TZ", "UTC"),))
    more = [((cpu_file,), "top 3\ntags\ncpu\nsamples\ntop 3\nlist fib\n"), (("-nodecount=2", "-cum", cpu_file), "top\no\n"),
            (("in/zero_last.pb.gz",), "top\nsample_index=samples\ntop\n"), (("in/empty.pb.gz",), "top\ntree\ndot\nraw\n"),
            (("in/no_samples_type.pb.gz",), "top\n"), (("in/label_units.pb.gz",), "tags\ntop\n"), (("in/comments.pb.gz",), "comments\ntop 2\n"),
            (("-diff_base=in/base_a.pb.gz", "in/base_b.pb.gz"), "top 5\ntree 2\ncum\ntop 5\n"), (("in/missing",), "top\n"),
            (("in/columns.pb.gz",), "lines\nshowcolumns\ntop\n"), (("in/heap_v2.txt",), "top\nraw\n"), (("in/invalid_utf8.pb.gz",), "top\n"),
            (("in/default_type.pb.gz",), "o\ntop 3\n"), (("in/default_type_absent.pb.gz",), "o\ntop 3\n"),
            (("-symbolize=none", "in/no_symbols.pb.gz"), "top\ntree\npeek server\n")]
    for args, script in more:
        yield Case("shell", args, script, (("TZ", "America/New_York"),))


def symbols():
    """Addresses whose names are looked up in a program: the one that the mapping names, or the one on the command line."""
    functions = {"go": "walk|memmove|Fprintf", "c": "fold|main"}
    for name in (*binaries.GO, *binaries.C):
        source = made(f"{name}.pb.gz", function=functions[name.split("_")[1]], other="runtime|main")
        for command in REPORTS:
            yield report(command, source)
        for options in (("-lines",), ("-addresses", "-nodecount=40"), ("-symbolize=none",), ("-symbolize=force",), ("-files", "-cum"),
                        ("-symbolize=local:demangle=full",), ("-buildid=b0b",), ("-focus={function}",)):
            yield report("top", source, *options)
        yield report("list", source, "-source_path=in/source", "-trim_path=/build")
    go, both, unmapped = made("sym_go.pb.gz", function="main"), made("sym_both.pb.gz"), made("sym_unmapped.pb.gz")
    for command in ("top", "raw", "traces"):
        yield report(command, both)
        yield report(command, unmapped)
        for program in ("sym_go", "sym_go_pie", "sym_c", "sym_cut", "sym.c", "missing", "sym_go.pb.gz"):
            yield Case("symbols", (f"-{command}", f"in/{program}", *go.args), env=(("TZ", "UTC"),))
            yield Case("symbols", (f"-{command}", f"in/{program}", *unmapped.args), env=(("TZ", "UTC"),))
        yield Case("symbols", (f"-{command}", "-base=in/sym_c.pb.gz", *go.args), env=(("TZ", "UTC"),))
        yield Case("symbols", (f"-{command}", *go.args, "in/sym_c.pb.gz", "in/sym_go_pie.pb.gz"), env=(("TZ", "UTC"),))
    # What has names keeps them, unless it is forced.
    for mode in ("local", "force", "none", "fastlocal"):
        yield Case("symbols", ("-top", f"-symbolize={mode}", "in/sym_go", "in/tree_cpu.pb.gz"), env=(("TZ", "UTC"),))


def remote():
    """Profiles fetched from a process that is then asked for names, by whatever URL pprof makes of the profile's."""
    zone = (("TZ", "UTC"),)

    def url(path, name):
        return f"http://{PLACE}{path}?file={name}"
    files = ("no_symbols.pb.gz", "no_mappings.pb.gz", "several_mappings.pb.gz", "inlined.pb.gz", "cpu_64_le.prof", "heap_v2.txt")
    for name in files:
        for mode in ("", "-symbolize=remote", "-symbolize=local", "-symbolize=none", "-symbolize=force",
                     "-symbolize=remote:force", "-symbolize=remote:demangle=full"):
            for command in ("-top", "-raw"):
                yield Case("remote", (command, *filter(None, [mode]), url("/debug/pprof/profile", name)), env=zone)
    for path in ("/pprof/heap", "/pprof/growth", "/x/pprof/contention", "/profilez", "/a/b/profilez", "/a//b/../c/./profilez", "/%41%20b/heap",
                 "/debug/pprof/", "/debug/pprof", "/odd/debug/pprof/heap", "/cpp/debug/pprof/heap", "/long/debug/pprof/heap",
                 "/none/debug/pprof/heap", "/refused/debug/pprof/heap", "/missing/debug/pprof/heap"):
        for command in ("-raw", "-traces"):
            yield Case("remote", (command, "-symbolize=remote", url(path, "no_symbols.pb.gz")), env=zone)
    # What is merged lies where the first of them has it; the process knows its own addresses.
    here, there = "in/no_symbols.pb.gz", "in/moved.pb.gz"
    for command in ("-top", "-raw", "-proto"):
        yield Case("remote", (command, here, url("/debug/pprof/heap", "moved.pb.gz")), env=zone)
        yield Case("remote", (command, there, url("/debug/pprof/heap", "no_symbols.pb.gz")), env=zone)
        yield Case("remote", (command, "-base=" + here, url("/debug/pprof/heap", "moved.pb.gz")), env=zone)
        yield Case("remote", (command, "-base=" + url("/cpp/debug/pprof/heap", "moved.pb.gz"), url("/debug/pprof/heap", "no_symbols.pb.gz")),
                   env=zone)
        yield Case("remote", (command, url("/refused/profilez", "inlined.pb.gz"), url("/debug/pprof/heap", "no_symbols.pb.gz")), env=zone)


def all_cases(names):
    """Every case once. `names` are the files that were generated."""
    seen = {}
    for case in (*every_source(names), *comparisons(), *errors(), *shell(), *symbols(), *remote(), *pairwise()):
        seen.setdefault(case)
    return list(seen)

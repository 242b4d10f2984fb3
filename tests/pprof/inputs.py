"""The profiles that are made at test time, each for one thing that a reader or a report can get wrong."""

import random

from profile_writer import Profile, block, number, varint

HEAP = (("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes"))
MAXIMUM = (1 << 63) - 1

CPP_LONG = ("std::_Rb_tree<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >, std::pair<"
            "std::__cxx11::basic_string<char> const, std::vector<std::unique_ptr<orders::Line, std::default_delete<orders::Line> >"
            " > >, std::_Select1st<int>, std::less<void>, std::allocator<int> >::_M_emplace_hint_unique<int, long>(int&&, long&&)")
NAMES = {
    "go": ["main.main", "main.(*Server).handle", "net/http.HandlerFunc.ServeHTTP", "net/http.(*conn).serve",
           "github.com/acme/orders/v2/store.(*Store[go.shape.string,go.shape.int]).Put", "main.run.func1.2", "runtime.mallocgc",
           "gopkg.in/yaml%2ev3.(*parser).parse", "main.Map[...]", "example.com/x.(*T).m-fm", "runtime.goexit", "type..eq.main.key"],
    "cpp": [CPP_LONG, "orders::(anonymous namespace)::Load(std::string const&)", "operator new(unsigned long)", "operator()<int>",
            "std::function<void ()>::operator()() const", "main", "void orders::Visit<orders::Line*>(orders::Line*, int)",
            "absl::lts_20230125::container_internal::raw_hash_set<P>::resize", "__libc_start_main", "ns::Class::~Class()",
            "[clone .cold]", "_ZN4llvm3foo", "decltype(auto) f(auto) [with auto = int]"],
    "java": ["java.lang.Thread.run", "com.acme.orders.OrderService.lambda$handle$0", "sun.reflect.GeneratedMethodAccessor12.invoke",
             "java.util.concurrent.ThreadPoolExecutor$Worker.run", "com.acme.orders.Store.<init>", "com.acme.Order.<clinit>",
             "void com.acme.orders.Repository.save(java.util.List<com.acme.Order>, int)", "java.util.HashMap.resize"],
}


def chain(p, names, **more):
    return [p.frame(name, 10 + i, f"/src/{i}.go", **more) for i, name in enumerate(names)]


def tree(seed, functions=40, samples=200, depth=12, types=HEAP, labels=False, inline=False, negative=False, mapping=True,
         names=None, scale=100_000):
    """A random call graph: every function calls a few of the later ones, so that stacks share frames and some recur."""
    r = random.Random(seed)
    p = Profile(types=types)
    m = p.mapping() if mapping else 0
    names = names or [f"example.com/shop/pkg{i % 7}.(*Type{i % 5}).Method{i}" for i in range(functions)]
    lines = {}

    def location(i):
        spot = (i, r.randrange(3))
        if spot not in lines:
            file = f"/src/shop/pkg{i % 7}/file{i % 11}.go"
            row = [(p.function(names[i], file, start=i * 10), i * 10 + spot[1])]
            if inline and i % 3 == 0:
                below = (i * 7 + 1) % len(names)
                row.insert(0, (p.function(names[below], f"/src/shop/pkg{below % 7}/file{below % 11}.go", start=below * 10),
                               below * 10 + 5))
            lines[spot] = p.location(row, 0x401000 + 64 * i + spot[1] * 8, m)
        return lines[spot]

    for _ in range(samples):
        stack, at = [], 0
        for _ in range(r.randrange(1, depth)):
            stack.append(location(at))
            at = (at * 3 + r.randrange(1, 5)) % len(names)
        count = r.randrange(1, 1 + scale // 100)
        size = count * (8 << r.randrange(10))
        if negative and r.random() < 0.4:
            count, size = -count, -size
        values = [count * 3, size * 3, count, size] if len(types) == 4 else [count, size][:len(types)]
        tags = [("tenant", r.choice(["acme", "globex", "initech", "umbrella"]))] if labels and r.random() < 0.8 else []
        tags += [("route", r.choice(["/orders", "/orders/{id}", "/health"]))] if labels and r.random() < 0.5 else []
        numbers = [("bytes", abs(size // count), "bytes")] if len(types) == 4 else []
        p.sample(stack[::-1], values, tags, numbers)
    return p


def labels():
    p = Profile(types=HEAP)
    m = p.mapping()
    a, b, c = chain(p, ["alloc.buffer", "handler.serve", "main.main"], mapping=m)
    rows = [
        ([("tenant", "acme"), ("tenant", "second value"), ("route", "/a:b")], [("bytes", 512, "bytes"), ("latency", 12, "ms")]),
        ([("tenant", "globex")], [("bytes", 4096, "bytes"), ("latency", 1500, "ms"), ("retries", 3)]),
        ([("tenant", 'quote " back \\ slash')], [("bytes", 1 << 20, "bytes"), ("latency", -20, "ms"), ("retries", -1)]),
        ([("empty", "")], [("bytes", 48, "bytes"), ("bytes", 96, "bytes"), ("request", 7, "kilobytes")]),
        ([], [("bytes", 64, "bytes"), ("request", 70_000, "kilobytes"), ("weight", 5, "furlongs")]),
        ([("tenant", "acme"), ("ключ", "значение")], [("bytes", 5 << 30, "bytes"), ("zero", 0, "bytes"), ("offset", 0)]),
        ([("tenant", "initech"), ("a,b", "c=d,e")], []),
    ]
    for i, (texts, numbers) in enumerate(rows):
        p.sample([a, b, c][i % 2:], [i + 1, (i + 1) * 1000, i, i * 700], texts, numbers)
    return p


def label_units():
    """A key whose unit differs between samples: the first wins, with a warning. One key only, the order of warnings is that
    of a Go map."""
    p = Profile()
    a, b = chain(p, ["leaf", "main"])
    for i, unit in enumerate(["milliseconds", "seconds", "", "kilobytes"]):
        p.sample([a, b], [1, 10 ** (i + 6)], [], [("mixed", 10 * (i + 1), unit), ("plain", i)])
    return p


def many_nodelets():
    """More tags than a node of a dot graph may show: they are collapsed into ranges."""
    p = Profile(types=HEAP)
    a, b, c = chain(p, ["leaf", "middle", "main"])
    for i in range(40):
        p.sample([a, b, c][i % 3:], [i + 1, 4096 * i, 1, (16 << i % 12) * (i + 1)], [("shard", f"s{i % 9}")],
                 [("bytes", 16 << i % 12, "bytes")])
    return p


def inlined():
    p = Profile()
    m = p.mapping()
    f = {n: p.function(n, f"/src/{n}.go", start=5) for n in "abcdef"}
    one = p.location([(f["a"], 1), (f["b"], 2), (f["c"], 3)], 0x400010, m)  # a within b within c
    two = p.location([(f["a"], 4), (f["d"], 5)], 0x400020, m)
    plain = p.location([(f["a"], 7)], 0x400030, m)
    outer = p.location([(f["e"], 8), (f["f"], 9)], 0x400040, m)
    main = p.location([(f["f"], 10)], 0x400050, m)
    for stack, n in (([one, main], 5), ([two, one, main], 3), ([plain, outer, main], 2), ([plain, two, outer, main], 4), ([one], 1)):
        p.sample(stack, [n, n * 10_000_000])
    return p


def recursion():
    p = Profile()
    a, b, c, d = chain(p, ["fib", "helper", "fib.inner", "main"])
    for i in range(1, 9):
        p.sample([a] * i + [b] + [a] * (9 - i) + [d], [i, i * 1_000_000])
    p.sample([a, c, a, c, a, b, a, d], [7, 7_000_000])
    p.sample([a, a, a], [1, 1_500_000])
    return p


def no_symbols(mappings=True, moved=0):
    p = Profile()
    files = [("/usr/bin/server", "abcdef0123456789"), ("/lib/x86_64-linux-gnu/libc.so.6", "c0ffee"), ("[vdso]", ""), ("", "feed")]
    maps = [p.mapping(moved + (0x400000 << (4 * i)), moved + (0x480000 << (4 * i)), 0x1000 * i, f, b, (0, 0, 0, 0))
            for i, (f, b) in enumerate(files)]
    spots = [p.location((), moved + (0x400000 << (4 * (i % 4))) + 0x100 * i, maps[i % 4] if mappings else 0) for i in range(12)]
    for i in range(20):
        p.sample(spots[i % 5:i % 5 + 1 + i % 7], [1 + i, (1 + i) * 10_000_000])
    if not mappings:
        p.mappings.clear()
    return p


def several_mappings():
    p = Profile(types=HEAP)
    maps = [p.mapping(0x10000000 * (i + 1), 0x10000000 * (i + 1) + 0x123456, 0x1000 * i, f"/opt/app/lib{i}.so", f"{i:040x}")
            for i in range(4)]
    spots = [p.frame(f"shared.function{i % 3}", i, f"lib{i % 2}.cc", 0x10000000 * (i % 4 + 1) + 0x100 + i, maps[i % 4])
             for i in range(16)]
    for i in range(30):
        p.sample([spots[(i + j * 5) % 16] for j in range(1 + i % 5)], [i, i * 64, i % 5, i % 5 * 64], [], [("bytes", 64, "bytes")])
    return p


def columns():
    p = Profile()
    f, g = p.function("render", "/src/app.js", start=3), p.function("main", "/src/app.js", start=1)
    m = p.mapping(file="/usr/bin/node")
    rows = [p.location([(f, 10, col)], 0x400000 + col, m) for col in (1, 15, 33)]
    rows.append(p.location([(f, 11, 2), (g, 40, 9)], 0x400100, m))
    main = p.location([(g, 41, 7)], 0x400200, m)
    for i, row in enumerate(rows):
        p.sample([row, main], [i + 1, (i + 1) * 10_000_000])
    return p


def sizes(values, types=(("samples", "count"), ("cpu", "nanoseconds"))):
    """One function a value, all called by main."""
    p = Profile(types=types)
    main = p.frame("main", 1, "/src/main.go")
    for i, value in enumerate(values):
        row = value if isinstance(value, tuple) else (1, value)
        p.sample([p.frame(f"f{i:02}", i, "/src/f.go"), main], list(row))
    return p


def units():
    """Sample types of every family of units, and of none."""
    types = [("a", "count"), ("b", "bytes"), ("c", "KB"), ("d", "megabytes"), ("e", "ns"), ("f", "microseconds"), ("g", "s"),
             ("h", "minutes"), ("i", "hours"), ("j", "days"), ("k", "GCU"), ("l", "nanogcu"), ("m", "furlongs"), ("n", ""),
             ("o", "Bytes"), ("p", "MiB"), ("q", "years"), ("r", "milligcus")]
    p = Profile(types=types, period_type=("a", "count"), period=1)
    main = p.frame("main")
    for i in range(10):
        p.sample([p.frame(f"f{i}"), main], [(3 ** i) * (j + 1) for j in range(len(types))])
    return p


def comments():
    p = tree(5, functions=10, samples=30, types=(("samples", "count"), ("cpu", "nanoseconds")))
    p.comment("plain comment", "#hidden from the header", "two\nlines", "", "ünïcode")
    p.duration = 12_345_678_901
    p.doc_url = p.text("https://example.com/doc?x=1&y=2")
    return p


def default_type(name="alloc_space"):
    p = tree(6, functions=12, samples=40)
    p.default_type = p.text(name)
    return p


def drop_keep(drop, keep):
    p = Profile(types=(("objects", "count"), ("space", "bytes")))
    rows = chain(p, ["malloc", "std::allocate<int>", "runtime.keepme", "Parse(int)", "runtime.call32", "main.work", "malloc", "main"])
    for i in range(len(rows)):
        p.sample(rows[i:], [1, 100 * (i + 1)])
    p.sample([rows[0], rows[6]], [1, 4000])
    p.drop, p.keep = p.text(drop), p.text(keep)
    return p


def files():
    """File names that a cleaner of paths changes, the same function in two files, and functions without a name."""
    p = Profile()
    m = p.mapping(file="/proc/self/exe")
    names = ["/src/a/../b/./c.go", "./rel.go", "", "/go/pkg/mod/x@v1.2.3/y.go", "C:\\win\\z.cpp", "//double//slash.go", ".", "src/"]
    main = p.frame("main", 1, "/src/main.go", mapping=m)
    for i, name in enumerate(names):
        p.sample([p.frame("same", 5 + i, name, mapping=m), main], [1, 1_000_000 * (i + 1)])
        p.sample([p.frame("", 50 + i, name, mapping=m), main], [1, 1_200_000 * (i + 1)])
        p.sample([p.frame(f"system{i}", 0, name, mapping=m, system=f"_Zsystem{i}", start=i), main], [1, 900_000 * (i + 1)])
    return p


def odd_names():
    p = Profile()
    main = p.frame("main")
    names = ['quote"d', "back\\slash", "line\nfeed", "tab\tulator", "percent %s %d", "ünïcode·µ", "emoji 🦀", " leading", "trailing ",
             "a" * 300, "<html>&amp;", "$dollar `tick`", "\x01\x7f", "[bracket]", "x..y", "::", ".", "0x1234"]
    for i, name in enumerate(names):
        p.sample([p.frame(name, i, f"/src/{name[:10]}.go"), main], [1, (i + 1) * 1_000_000], [(name, name)])
    return p


def invalid_utf8():
    p = tree(8, functions=6, samples=20)
    p.strings[p.strings.index("example.com/shop/pkg1.(*Type1).Method1")] = b"bro\xffken\xc3(name"
    return p


def ties():
    """Equal weights everywhere: only names decide the order."""
    p = Profile()
    main = p.frame("main")
    for name in ["delta", "Alpha", "charlie", "bravo", "alpha", "Bravo", "ümlaut", "_x", "a.b", "a/b"]:
        p.sample([p.frame(name), p.frame("caller of " + name), main], [1, 5_000_000])
    return p


def named(kind):
    p = Profile()
    rows = [p.frame(n, 3 + i, f"/src/{kind}/{i}.x", start=1) for i, n in enumerate(NAMES[kind])]
    r = random.Random(kind)
    for _ in range(60):
        start = r.randrange(len(rows))
        p.sample(rows[start:start + 1 + r.randrange(6)], [1, r.randrange(1, 99) * 1_000_000])
    return p


def one_stack_deep():
    p = Profile()
    p.sample([p.frame(f"level{i}", i) for i in range(200)], [1, 1])
    return p


def folded():
    p = Profile()
    m = p.mapping(flags=(1, 0, 1, 0))
    f = p.function("folded", "/src/f.go")
    p.sample([p.location([(f, 1)], 0x400010, m, 1), p.location([(f, 1)], 0x400020, m), p.frame("main", mapping=m)], [2, 20_000_000])
    return p


def means():
    p = Profile(types=(("contentions", "count"), ("delay", "nanoseconds")), period_type=("contentions", "count"), period=1)
    main = p.frame("main")
    for i in range(12):
        p.sample([p.frame(f"lock{i % 5}"), p.frame(f"caller{i % 3}"), main], [i % 4, (i * 977) * 1000], [], [("bytes", 32 << i % 5)])
    return p


def unused_parts():
    """Mappings, functions and locations that no sample names: reports must not show them, -raw may."""
    p = tree(9, functions=8, samples=15, types=(("samples", "count"), ("cpu", "nanoseconds")))
    p.mapping(0x900000, 0xA00000, 0, "/lib/unused.so", "dead")
    p.frame("unused", 1, "/src/unused.go", mapping=2)
    return p


# Name -> the bytes of a file. Those of Profile are gzipped, as every writer of profiles does; a few are not.
def generated():
    cpu = (("samples", "count"), ("cpu", "nanoseconds"))
    out = {
        "tree_heap": tree(1, labels=True), "tree_cpu": tree(2, functions=120, samples=600, types=cpu),
        "tree_inline": tree(3, functions=60, samples=300, inline=True), "tree_negative": tree(4, negative=True),
        "tree_wide": tree(7, functions=400, samples=900, depth=5, labels=True),
        "tree_one_type": tree(10, types=(("goroutine", "count"),), functions=15, samples=40),
        "base_a": tree(11, labels=True), "base_b": tree(12, labels=True), "base_c": tree(11, labels=True, scale=300_000),
        "base_cpu": tree(2, functions=120, samples=500, types=cpu), "base_types": tree(13, types=HEAP[1:3]),
        "base_units": tree(1, types=(("alloc_objects", "count"), ("alloc_space", "kilobytes"), ("inuse_objects", "count"),
                                     ("inuse_space", "megabytes"))),
        "labels": labels(), "label_units": label_units(), "many_nodelets": many_nodelets(), "inlined": inlined(),
        "recursion": recursion(), "no_symbols": no_symbols(), "no_mappings": no_symbols(False), "moved": no_symbols(moved=0x7000),
        "several_mappings": several_mappings(), "columns": columns(), "units": units(), "comments": comments(),
        "default_type": default_type(), "default_type_absent": default_type("no_such_type"),
        "drop": drop_keep("malloc|std::.*|.*keepme|runtime\\..*", "runtime\\.call.*"), "drop_only": drop_keep("malloc|Parse", ""),
        "drop_bad_regex": drop_keep("(", ""), "files": files(), "odd_names": odd_names(), "invalid_utf8": invalid_utf8(),
        "ties": ties(), "names_go": named("go"), "names_cpp": named("cpp"), "names_java": named("java"),
        "deep": one_stack_deep(), "folded": folded(), "means": means(), "unused_parts": unused_parts(),
        "empty": Profile(), "one_sample": sizes([10_000_000]), "zero_values": sizes([(0, 0), (0, 0)]),
        "zero_last": sizes([(5, 0), (3, 0)]), "negative": sizes([-5_000_000, -70_000, 3_000_000, -1]),
        "cancelling": sizes([5_000_000, -5_000_000, 200, -200]),
        "huge": sizes([MAXIMUM, MAXIMUM - 1, 1 << 62, 12]), "huge_once": sizes([MAXIMUM // 2, 1]),
        "huge_negative": sizes([-MAXIMUM, 1 << 61, -MAXIMUM - 1]), "tiny": sizes(range(1, 40)),
        "spread": sizes([10 ** i for i in range(18)]), "no_samples_type": Profile(types=()),
        "no_time": Profile(time=0), "stackless": Profile(),
    }
    out["stackless"].sample([], [1, 5_000_000])
    out["stackless"].sample([out["stackless"].frame("main")], [1, 7_000_000])
    out["no_time"].sample([out["no_time"].frame("main")], [1, 7_000_000])
    files_made = {f"{name}.pb.gz": p.gzipped() for name, p in out.items()}
    files_made["plain.pb"] = tree(1).plain()
    files_made.update(malformed())
    return files_made


def malformed():
    """What is no profile, or is one with something wrong in it."""
    good = tree(1)
    plain, packed_up = good.plain(), good.gzipped()
    bad_location = Profile()
    bad_location.sample([99], [1, 2])
    wrong_values = Profile()
    wrong_values.sample([wrong_values.frame("main")], [1, 2, 3])
    bad_function = Profile()
    bad_function.sample([bad_function.location([(77, 1)])], [1, 2])
    bad_mapping = Profile()
    bad_mapping.sample([bad_mapping.frame("main", mapping=9)], [1, 2])
    twice = Profile()
    twice.sample([twice.frame("main")], [1, 2])
    twice.locations.append(twice.locations[0])
    first = Profile()
    first.strings[0] = "not empty"
    no_string = Profile().plain() + number(9, 5) + block(11, number(1, 9999))
    return {
        "bad_empty_file": b"", "bad_text": b"hello, this is no profile\n", "bad_random": random.Random(1).randbytes(2000),
        "bad_truncated_gz": packed_up[:len(packed_up) // 2], "bad_truncated": plain[:len(plain) // 2], "bad_gz_tail": packed_up[:-4],
        "bad_gz_junk": packed_up + b"junk", "bad_location": bad_location.gzipped(), "bad_values": wrong_values.gzipped(),
        "bad_function": bad_function.gzipped(), "bad_mapping": bad_mapping.gzipped(), "bad_twice": twice.gzipped(),
        "bad_first_string": first.gzipped(), "bad_string_index": no_string, "bad_concatenated": plain + plain,
        "bad_wire": b"\x0a" + varint(1 << 40), "bad_group": b"\x0b\x0c", "bad_perf": b"PERFILE2" + bytes(64),
        "bad_only_gz_header": b"\x1f\x8b", "bad_zeroes": bytes(256),
    }

"""dumps.py: what it takes for equal, and that it sees every kind of difference."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dumps  # noqa: E402

OWN = """goroutine 1 [running]:
runtime/pprof.writeGoroutineStacks({0x4e1f20, 0xc00011e2d0})
\t/usr/local/go/src/runtime/pprof/pprof.go:764 +0x6a
main.movingAnswers()
\t/src/main.go:41 +0x14e
main.main()
\t/src/main.go:30 +0x38

goroutine 7 [chan receive, 3 minutes, locked to thread]:
main.(*T).f(...)
\t/src/a.go:12
main.g[...](0xc000012345, {0x1, 0x2})
\t/src/a b.go:20 +0x1d
created by main.h in goroutine 1
\t/src/a.go:30 +0x25

goroutine 8 [select (no cases)]:
main.deep(0x1)
\t/src/a.go:12 +0x1
...98 frames elided...
main.deep(0x64)
\t/src/a.go:12 +0x1
created by main.main
\t/src/a.go:31 +0x25
"""
READ = (OWN.replace("[running]", "[syscall]").replace("3 minutes, ", "").replace(" +0x1d", "")
        .replace("...98 frames elided...", "main.deep(...)\n\t/src/a.go:12"))


def wrong(text):
    return dumps.differences(dumps.parse_debug2(OWN), dumps.parse_debug2(text))


class Dumps(unittest.TestCase):
    def test_parsed(self):
        g = dumps.parse_debug2(OWN)[7]
        self.assertEqual((g.state, g.locked, g.minutes), ("chan receive", True, 3))
        self.assertEqual(g.frames, [("main.(*T).f", "/src/a.go", 12), ("main.g[...]", "/src/a b.go", 20)])
        self.assertEqual(g.creator, ("main.h", "/src/a.go", 30, 1))
        self.assertEqual(dumps.parse_debug2(OWN)[8].creator, ("main.main", "/src/a.go", 31, None))
        for header in ['[chan receive labels:{"a": "x]y", "odd \\"key\\"": "l\\u00ednea\\n2"}]:',
                       '[chan receive] {a: "x]y", "odd \\"key\\"": "l\u00ednea\\n2"}:']:
            g = dumps.parse_debug2(f"goroutine 7 {header}\nmain.f()\n\t/src/a.go:12\n")[7]
            self.assertEqual((g.state, g.labels), ("chan receive", {"a": "x]y", 'odd "key"': "l\u00ednea\n2"}))
        with self.assertRaises(ValueError):
            dumps.parse_debug2("main.f()\n")
        with self.assertRaises(ValueError):
            dumps.parse_debug2(OWN + "\n" + OWN)

    def test_equal(self):
        self.assertEqual(wrong(OWN), [])
        self.assertEqual(wrong(READ), [])

    def test_every_difference_is_seen(self):
        for old, new in [("chan receive", "chan send"), (", locked to thread", ""), ("a b.go:20", "a b.go:21"),
                         ("main.g[", "main.G["), ("goroutine 7 ", "goroutine 9 "), ("main.h in goroutine 1", "main.h in goroutine 2"),
                         ("a.go:30", "a.go:3"), ("main.(*T).f(...)\n\t/src/a.go:12\n", ""),
                         ("main.deep(0x64)", "main.deeper(0x64)"),
                         ("created by main.main\n\t/src/a.go:31 +0x25\n", "")]:
            with self.subTest(new=new):
                self.assertIn(old, READ)
                self.assertNotEqual(wrong(READ.replace(old, new)), [])

    def test_debug1(self):
        text = ("goroutine profile: total 4\n3 @ 0x43e6ee 0x1\n# labels: {\"tenant\":\"acme\"}\n"
                "#\t0x43e6ed\tmain.f+0x2d\t\t/src/a.go:12\n"
                "#\t0x43e6ed\tmain.g+0x2d\t/src/a.go:1\n\n1 @ 0x1\n#\t0x1\tmain.movingHeart+0x1\t/src/b.go:1\n")
        counts = dumps.parse_debug1(text)
        self.assertEqual(dict(counts), {('{"tenant":"acme"}', (("main.f", "/src/a.go", 12), ("main.g", "/src/a.go", 1))): 3})
        self.assertEqual(dumps.counter_differences(counts, counts, 32), [])
        for old, new in [("3 @", "2 @"), ("acme", "initech"), ("a.go:12", "a.go:13")]:
            with self.subTest(new=new):
                self.assertNotEqual(dumps.counter_differences(counts, dumps.parse_debug1(text.replace(old, new)), 32), [])


if __name__ == "__main__":
    unittest.main()

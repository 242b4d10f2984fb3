"""check_clean_tree.py: what it refuses and what it leaves alone."""

import os
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))
import check_clean_tree  # noqa: E402


def problems(path, data):
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.dirname(f"{root}/{path}") or root, exist_ok=True)
        with open(f"{root}/{path}", "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        return list(check_clean_tree.problems(root))


class CleanTree(unittest.TestCase):
    def test_refused(self):
        for path, data, words in [
            ("src/base/a.cc", "int a;  // TO" + "DO later\n", "unfinished"),
            ("tools/a.py", "# FIX" + "ME\n", "unfinished"),
            ("README.md", "see /wo" + "rk/notes.md\n", "one machine"),
            ("src/base/a.cc", "// run in /wo" + "rk/x\n", "one machine"),
            ("src/base/a.cc", "<" * 7 + " HEAD\n", "merge mark"),
            ("src/base/a.h", "int a; \n", "trailing"),
            ("src/base/a.o", b"\x7fELF", "built"),
            ("docs/big.bin", b"\0" * ((2 << 20) + 1), "limit"),
        ]:
            with self.subTest(path=path, data=data[:40]):
                found = problems(path, data)
                self.assertEqual(len(found), 1, found)
                self.assertIn(words, found[0])

    def test_accepted(self):
        for path, data in [
            ("src/parse/a.cc", "// context.TODOish and a/work/b are words\n"),
            ("testbed/std/main.go", 'import "github.com/acme/work/queue"\n'),
            ("testbed/std/b.go", "ctx := context.TO" + "DO()\n"),
            ("tests/corpus/goroutine/a.txt", "main.f()\n\t/wo" + "rk/main.go:3\n"),
            ("src/detect/frames.cc", "// /home/u/go/pkg/mod/\n"),
            ("docs/a.bin", b"\0\1\2 \n"),
        ]:
            with self.subTest(path=path):
                self.assertEqual(problems(path, data), [])


if __name__ == "__main__":
    unittest.main()

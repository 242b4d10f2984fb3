"""check_docs.py: what a document may not claim."""

import os
import stat
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))
import check_docs  # noqa: E402

SEEP = """#!/bin/sh
case $1 in
  diagnose) echo "usage: seep diagnose [--interval D] [--json] [--pid N]" ;;
  *) echo "commands: diagnose  capture"; echo "  --json --version" ;;
esac
"""


def problems(document):
    with tempfile.TemporaryDirectory() as root:
        for path, text in {
            "run": "usage\n  ./run build   builds\n",
            "src/cli/commands/diagnose.cc": "",
            "src/cli/commands/capture.cc": "",
            "src/detect/detectors/tcp_half_open.cc": "",
            "docs/a.md": document,
            "bin/seep": SEEP,
        }.items():
            os.makedirs(os.path.dirname(f"{root}/{path}") or root, exist_ok=True)
            with open(f"{root}/{path}", "w", encoding="utf-8") as file:
                file.write(text)
        os.chmod(f"{root}/bin/seep", stat.S_IRWXU)
        return list(check_docs.problems(root, f"{root}/bin/seep"))


class Docs(unittest.TestCase):
    def test_refused(self):
        for document, words in [
            ("see `src/parse/gone.cc`\n", "src/parse/gone.cc does not exist"),
            ("see `src/detect/detectors/<id>_x.cc`\n", "does not exist"),
            ("```\nseep diagnoze :6060\n```\n", "no command diagnoze"),
            ("    $ seep diagnose --intervall 30s :6060\n", "no flag --intervall"),
            ("run `./run tset`\n", "no command tset"),
            ("[here](gone.md)\n", "leads nowhere"),
        ]:
            with self.subTest(document=document):
                found = problems(document)
                self.assertEqual(len(found), 1, found)
                self.assertIn(words, found[0])

    def test_accepted(self):
        for document in [
            "`src/cli/commands/diagnose.cc`, `src/detect/`, `src/detect/detectors/<id>.cc`, `src/cli/commands/{diagnose,capture}.cc`\n",
            "`build/release/seep` and `net/http` and `docs/a.md:3`\n",
            "```\n$ seep diagnose --interval 30s http://127.0.0.1:6060   # a comment, isn't it\n./run build\n```\n",
            "    seep 0.1 · orders (go1.26.8, pid 4711, up 3 h 12 m) · 2 snapshots\n",
            "`seep 4711`, `seep TARGET`, `seep --version`, `seep diagnose --json | jq .`\n",
            "[here](a.md#part), [there](https://example.com/x), [up](../src/detect)\n",
        ]:
            with self.subTest(document=document):
                self.assertEqual(problems(document), [])


if __name__ == "__main__":
    unittest.main()

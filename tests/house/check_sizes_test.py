"""check_sizes.py: what is counted, and that the ratchet turns one way only."""

import os
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))
import check_sizes  # noqa: E402


def body(lines):
    return "  x();\n" * lines


def problems(source, baseline="", path="src/base/a.cc"):
    with tempfile.TemporaryDirectory() as root:
        for name, text in ((path, source), (check_sizes.BASELINE, baseline)):
            os.makedirs(os.path.dirname(f"{root}/{name}"), exist_ok=True)
            with open(f"{root}/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        return list(check_sizes.problems(root))


class Functions(unittest.TestCase):
    def test_free_member_and_wrapped(self):
        text = (
            "namespace seep {\n\nnamespace {\n\nint F(int a) {\n  return a;\n}\n\n}  // namespace\n\n"
            "void Thing::Method(const std::string& name,\n                   int more) const {\n  x();\n  y();\n}\n\n"
            "struct S {\n  int a;\n};\n\nconstexpr int kTable[] = {\n  1,\n};\n}  // namespace seep\n"
        )
        self.assertEqual(list(check_sizes.functions(text)), [("F", 3), ("Thing::Method", 5)])


class Ratchet(unittest.TestCase):
    def test_a_long_function_is_refused(self):
        found = problems("void F() {\n" + body(120) + "}\n" + "void G() {\n}\n" * 20)
        self.assertEqual(len(found), 1, found)
        self.assertIn("src/base/a.cc:F: 122 lines", found[0])

    def test_a_listed_one_may_stay(self):
        text = "void F() {\n" + body(120) + "}\n" + "void G() {\n}\n" * 20
        self.assertEqual(problems(text, "122 src/base/a.cc:F  # a table\n"), [])

    def test_a_listed_one_may_not_grow(self):
        text = "void F() {\n" + body(121) + "}\n" + "void G() {\n}\n" * 20
        self.assertIn("allowed are 122", problems(text, "122 src/base/a.cc:F\n")[0])

    def test_a_stale_line_is_refused(self):
        self.assertIn("take its line out", problems("int a;\n", "900 src/base/gone.cc\n")[0])

    def test_a_long_file_is_refused(self):
        found = problems("int a;\n" * 801)
        self.assertTrue(any("801 lines" in line for line in found), found)

    def test_most_files_are_small(self):
        self.assertTrue(any("nine files of ten" in line for line in problems("int a;\n" * 500)))


if __name__ == "__main__":
    unittest.main()

"""check_layers.py must fail what it is there to fail: one small tree per rule, broken in one place."""

import os
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))
import check_layers  # noqa: E402


def problems(path, text):
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.dirname(os.path.join(root, path)))
        with open(os.path.join(root, path), "w", encoding="utf-8") as file:
            file.write(text)
        return list(check_layers.problems(root))


class Refuses(unittest.TestCase):
    def refused(self, path, text, line, words):
        found = problems(path, text)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{path}:{line}: "), found)
        self.assertIn(words, found[0])

    def test_sibling(self):
        self.refused("src/detect/a.cc", '\n#include "parse/format.h"\n', 2, "parse/ is a sibling of detect/")

    def test_assemble_is_a_sibling_too(self):
        self.refused("src/assemble/a.cc", '#include "capture/capture.h"\n', 1, "sibling")

    def test_upwards(self):
        self.refused("src/model/a.h", '#include "detect/detector.h"\n', 1, "detect/ is above model/")

    def test_unit_tests_obey_the_order(self):
        self.refused("src/parse/a_test.cc", '#include "assemble/assemble.h"\n', 1, "sibling")

    def test_include_without_folder(self):
        self.refused("src/parse/a.cc", '#include "format.h"\n', 1, "write the path from src/")

    def test_embedded_folder_below_pipeline(self):
        self.refused("src/detect/a.cc", '#include "seep_knowledge.h"\n', 1, "pipeline/")

    def test_unknown_folder(self):
        self.refused("src/extra/a.cc", "\n", 1, "no place in the order")

    def test_native_includes_nothing(self):
        self.refused("src/native/a.c", '#include "base/text.h"\n', 1, "stands alone")

    def test_nothing_includes_native(self):
        self.refused("src/cli/a.cc", '#include "native/sampler.h"\n', 1, "nothing includes native/")

    def test_boost(self):
        self.refused("src/pipeline/a.cc", "#include <boost/asio.hpp>\n", 1, "capture/ and serve/")

    def test_openssl(self):
        self.refused("src/cli/a.cc", "#include <openssl/ssl.h>\n", 1, "capture/ and serve/")

    def test_files_in_a_pure_folder(self):
        self.refused("src/detect/a.cc", "#include <fstream>\n", 1, "pure")

    def test_kernel_in_a_pure_folder(self):
        self.refused("src/parse/a.cc", "#include <sys/mman.h>\n", 1, "pure")

    def test_iostream(self):
        self.refused("src/report/a.cc", "#include <iostream>\n", 1, "only cli/ prints")

    def test_printf(self):
        self.refused("src/report/a.cc", 'void F() { std::printf("x"); }\n', 1, "only cli/ prints")

    def test_stderr(self):
        self.refused("src/capture/a.cc", "void F() { Write(stderr); }\n", 1, "only cli/ prints")

    def test_fmt_print(self):
        self.refused("src/base/a.cc", 'void F() { fmt::print("{}", 1); }\n', 1, "only cli/ prints")

    def test_environment(self):
        self.refused("src/parse/a.cc", 'auto x = std::getenv("HOME");\n', 1, "environment")

    def test_clock(self):
        self.refused("src/detect/a.cc", "auto t = std::chrono::system_clock::now();\n", 1, "clock")

    def test_exit(self):
        self.refused("src/pipeline/a.cc", "void F() { std::exit(1); }\n", 1, "ends the process")

    def test_using_namespace_std(self):
        self.refused("src/cli/a.cc", "using namespace std;\n", 1, "using namespace std")

    def test_names(self):
        self.refused("src/base/string_utils.cc", "\n", 1, "refuses nothing")
        self.refused("src/parse/common/a.cc", "\n", 1, "refuses nothing")


class Accepts(unittest.TestCase):
    def accepted(self, path, text):
        self.assertEqual(problems(path, text), [])

    def test_downwards_and_sideways_at_home(self):
        self.accepted("src/detect/a.cc", '#include <vector>\n#include "base/text.h"\n#include "detect/b.h"\n')

    def test_comments_and_strings(self):
        self.accepted("src/report/a.cc", '// printf("x")\n/* std::cout\n stderr */\nauto x = "std::cout << exit(1)";\n')

    def test_raw_string(self):
        self.accepted("src/report/a.cc", 'auto x = R"js(\nconsole("printf(")\n)js";\n')

    def test_digit_separators_are_no_character_literals(self):
        self.accepted("src/report/a.cc", "int a = 1'000; int b = 2'000;\n")

    def test_snprintf_is_no_printing(self):
        self.accepted("src/base/a.cc", 'void F(char* b) { std::snprintf(b, 1, "x"); }\n')

    def test_tests_may_touch_the_world(self):
        self.accepted("src/parse/a_test.cc", "#include <fstream>\nauto x = getenv(\"X\");\n")

    def test_the_cli_prints(self):
        self.accepted("src/cli/a.cc", '#include <iostream>\nvoid F() { std::cout << "x"; exit(2); }\n')

    def test_broken_invariants_may_speak(self):
        self.accepted("src/base/result.cc", "void F() { std::fprintf(stderr, \"x\"); }\n")


if __name__ == "__main__":
    unittest.main()

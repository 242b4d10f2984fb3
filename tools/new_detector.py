#!/usr/bin/env python3
"""Begins a detector: tools/new_detector.py ID [--fires FILE...] [--quiet FILE...]

Writes src/detect/detectors/<id>.cc and knowledge/findings/<ID>.yaml, and from evidence that you have (goroutine dumps,
profiles; in the order of time) the cases tests/detectors/<ID>/fires_first/ and quiet_first/. It overwrites nothing and edits
no existing file: the build finds the new ones by itself.
"""

import argparse
import os
import re
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

SOURCE = """\
// {id}: <the fault in one sentence>.
// Fires when <which evidence, above which threshold, and why that one>.
// Stays silent when <the nearest look-alike>, because <what tells them apart>.
#include "detect/detector.h"

namespace seep::detect {{
namespace {{

void Run(const Analysis& analysis, Sink& sink) {{
  if (analysis.series.snapshots.size() < 2) return;  // growth needs two moments
  model::Finding finding;
  finding.id = "{id}";
  sink.Report(std::move(finding));
}}

}}  // namespace

extern const Detector detector_{symbol};
constinit const Detector detector_{symbol} = {{.id = "{id}", .needs = Need::kGoroutines, .run = &Run}};

}}  // namespace seep::detect
"""

TEXT = """\
# One source for reports, `seep explain` and the documents; FindingText in src/model/knowledge.h says what each field is.
findings:
  - id: {id}
    title: <One line that names the fault>
    severity: high
    what: <What it is, for somebody who never met it.>
    decided: <Which evidence decides it, and what keeps it silent.>
    cause: <Why it happens, with the numbers: {{count}} {{object}} ...>
    fix: <What to change.>
    verify: seep compare BEFORE AFTER
"""


def write(path, text):
    full = os.path.join(ROOT, path)
    if os.path.exists(full):
        sys.exit(f"{path} exists; choose another id (ids are never reused) or edit that file")
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"wrote {path}")


def add_case(name, kind, files):
    folder = f"tests/detectors/{name}/{kind}_first"
    os.makedirs(os.path.join(ROOT, folder), exist_ok=True)
    for moment, file in enumerate(files, 1):
        shutil.copy(file, os.path.join(ROOT, folder, f"{moment}_{os.path.basename(file)}"))
    print(f"wrote {folder}/ ({len(files)} files)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("id", help="kebab-case, names the fault and not the remedy")
    parser.add_argument("--fires", nargs="+", default=[], metavar="FILE", help="evidence in which it must speak")
    parser.add_argument("--quiet", nargs="+", default=[], metavar="FILE", help="a look-alike in which it must not")
    arguments = parser.parse_args()
    name = arguments.id
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name):
        sys.exit(f"'{name}' is no finding id: expected kebab-case of two words or more, such as ticker-not-stopped")
    for file in arguments.fires + arguments.quiet:
        if not os.path.isfile(file):
            sys.exit(f"{file}: no such file")
    symbol = name.replace("-", "_")
    write(f"src/detect/detectors/{symbol}.cc", SOURCE.format(id=name, symbol=symbol))
    write(f"knowledge/findings/{name}.yaml", TEXT.format(id=name))
    for kind, files in (("fires", arguments.fires), ("quiet", arguments.quiet)):
        if files:
            add_case(name, kind, files)
    print(f"""
Next
  1. Fill in what stands between < and > in both files, and the law in Run().
  2. ./run build
  3. python3 tests/detectors/run.py --seep build/release/seep --update tests/detectors/{name}/*
     and read what it wrote to expected.txt. A detector needs a case that fires and a look-alike that is quiet.""")


if __name__ == "__main__":
    main()

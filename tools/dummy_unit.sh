#!/bin/sh
# Adding a detector, a format, a report form and a command edits no existing file: this drops one of each into a copy of the
# tree, builds, and asks the resulting seep for them. tools/dummy_unit.sh [BUILD-DIR]
# BUILD-DIR (build/release) lends its libraries, so that only the new files and the generated lists are compiled.
set -eu
cd "$(dirname "$0")/.."
lender=$(cd "${1:-build/release}" && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT INT TERM
name=house_dummy

python3 - "$copy" <<'END'
import os, shutil, sys
sys.path.insert(0, "tools")
import source_tree
for path in source_tree.files("."):
    if path.split("/")[0] in ("src", "cmake", "knowledge", "native", "docs") or "/" not in path:
        os.makedirs(os.path.dirname(os.path.join(sys.argv[1], path)), exist_ok=True)
        shutil.copy2(path, os.path.join(sys.argv[1], path))
END

mkdir -p "$copy/src/parse/$name" "$copy/src/detect/detectors" "$copy/src/report/formats" "$copy/src/cli/commands"
cat >"$copy/src/detect/detectors/$name.cc" <<'END'
#include "detect/detector.h"
namespace seep::detect {
extern const Detector detector_house_dummy;
constinit const Detector detector_house_dummy = {
    .id = "house-dummy", .needs = Need::kNone, .run = [](const Analysis&, Sink&) {}};
}  // namespace seep::detect
END
cat >"$copy/src/parse/$name/${name}_format.cc" <<'END'
#include "parse/format.h"
namespace seep::parse {
extern const Format format_house_dummy;
constinit const Format format_house_dummy = {
    .name = "house-dummy",
    .sniff = [](const Sample&) { return false; },
    .parse = [](const model::Artifact&, std::string_view, Context&) -> Result<std::vector<model::Snapshot>> {
      return std::vector<model::Snapshot>{};
    }};
}  // namespace seep::parse
END
cat >"$copy/src/report/formats/$name.cc" <<'END'
#include "report/reporter.h"
namespace seep::report {
extern const Reporter reporter_house_dummy;
constinit const Reporter reporter_house_dummy = {
    .name = "house-dummy",
    .media_type = "text/plain",
    .write = [](const model::Report&, const model::StackTable&, const Style&) { return std::string(); }};
}  // namespace seep::report
END
cat >"$copy/src/cli/commands/$name.cc" <<'END'
#include <cstdio>

#include "cli/command.h"
#include "detect/detector.h"
#include "parse/format.h"
#include "report/reporter.h"
namespace seep::cli {
namespace {
void Print(const char* kind, std::string_view name) {
  std::printf("%s %.*s\n", kind, static_cast<int>(name.size()), name.data());
}
int Run(int, const char* const*) {
  for (const auto* command : AllCommands()) Print("command", command->name);
  for (const auto* detector : detect::AllDetectors()) Print("detector", detector->id);
  for (const auto* format : parse::AllFormats()) Print("format", format->name);
  for (const auto* reporter : report::AllReporters()) Print("reporter", reporter->name);
  return kExitClean;
}
}  // namespace
extern const Command command_house_dummy;
constinit const Command command_house_dummy = {
    .name = "house-dummy", .summary = "Lists every unit", .examples = "", .run = &Run};
}  // namespace seep::cli
END

cmake -S "$copy" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSEEP_TESTS=OFF >"$copy/log" 2>&1 ||
  { cat "$copy/log"; exit 1; }
cd "$copy/build"
objects=$(ninja -t targets all | sed -n "s/^\(CMakeFiles.*\(${name}\|${name}_format\|_list\|src\/cli\/main\)\.cc\.o\):.*/\1/p")
# shellcheck disable=SC2086
ninja $objects >"$copy/log" 2>&1 || { cat "$copy/log"; exit 1; }
cp "$lender"/libseep_*.a .
for object in $objects; do
  library=lib$(printf '%s' "$object" | sed 's|CMakeFiles/\([^/]*\)\.dir/.*|\1|').a
  [ ! -f "$library" ] || ar rs "$library" "$object" 2>/dev/null
done
# The last command of seep is its link, with whatever else the tree links.
link=$(ninja -t commands seep | tail -n 1)
sh -c "$link" >"$copy/log" 2>&1 || { cat "$copy/log"; echo "does not link; is $lender up to date with the tree?"; exit 1; }

units=$(./seep house-dummy) || { echo "seep house-dummy failed: $units"; exit 1; }
status=0
for kind in command detector format reporter; do
  count=$(printf '%s\n' "$units" | grep -c "^$kind " || true)
  if printf '%s\n' "$units" | grep -qx "$kind house-dummy"; then echo "$kind: found without a list to edit ($count in all)"
  else
    echo "$kind: not found; is it missing from the list that seep_list_from_folder() writes?"
    status=1
  fi
done
./seep --help | grep -q house-dummy || { echo "seep --help does not show the new command"; status=1; }
exit $status

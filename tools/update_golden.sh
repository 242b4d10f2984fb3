#!/bin/sh
# Rewrites the golden files of the reports from what this build prints, then checks that they hold.
# usage: tools/update_golden.sh BUILD_DIR; look at `git diff tests/` before committing.
set -eu
build=${1:?usage: tools/update_golden.sh BUILD_DIR}
SEEP_UPDATE_GOLDEN=1 "$build/report_test" --gtest_brief=1
"$build/report_test" --gtest_brief=1

#!/bin/sh
# Every C++ file is as clang-format would write it; `./run format` makes it so.
set -eu
if ! command -v clang-format-19 >/dev/null; then
  echo "clang-format-19 is not installed (./run test installs it)"
  exit 1
fi
python3 - <<'END' | xargs -0 clang-format-19 --dry-run -Werror 2>&1 | grep -E 'error:' | sed 's/: error:.*//' | cut -d: -f1 | sort | uniq -c >build/format.log || true
import sys
sys.path.insert(0, "tools")
import source_tree
print("\0".join(f for f in source_tree.files(".") if f.endswith((".cc", ".h", ".c"))), end="")
END
if [ -s build/format.log ]; then
  echo "not formatted (places, file); run ./run format:"
  cat build/format.log
  exit 1
fi

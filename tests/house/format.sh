#!/bin/sh
# Every C++ file is as clang-format would write it; `./run format` makes it so.
set -u
cd "$(dirname "$0")/../.."
if ! command -v clang-format-19 >/dev/null; then
  echo "clang-format-19 is not installed (./run test installs it)"
  exit 1
fi
said=$(python3 - <<'END' | xargs -0 clang-format-19 --dry-run -Werror 2>&1
import sys
sys.path.insert(0, "tools")
import source_tree
print("\0".join(f for f in source_tree.files(".") if f.endswith((".cc", ".h", ".c"))), end="")
END
)
status=$?
[ $status -eq 0 ] && exit 0
echo "not formatted (places, file); run ./run format:"
places=$(printf '%s\n' "$said" | sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: error: code should be clang-formatted.*/\1/p')
if [ -n "$places" ]; then printf '%s\n' "$places" | sort | uniq -c
else printf '%s\n' "$said"
fi
exit 1

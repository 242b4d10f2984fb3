#!/bin/sh
# Runs seep in an otherwise empty file system, as on a production box or in a scratch container:
# tools/bare_root.sh build/release/seep [EVIDENCE-FILE]
# The root holds the binary, the libc family it names, and the evidence: no shell, no locale, no /proc, no certificates.
# Exit status 77: this user may not chroot here (ctest calls that skipped).
set -eu
binary=${1:?usage: tools/bare_root.sh BINARY [EVIDENCE-FILE]}
evidence=${2:-}
PATH=$PATH:/usr/sbin:/sbin
chroot=$(command -v chroot) unshare=$(command -v unshare)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT INT TERM

cp "$binary" "$root/seep"
mkdir "$root/tmp"
for library in $(LC_ALL=C ldd "$binary" 2>/dev/null | grep -o '/[^ ]*' | sort -u); do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done

if [ "$(id -u)" = 0 ] && chroot "$root" /seep --version >/dev/null 2>&1; then
  inside() { env -i "$chroot" "$root" "$@"; }
elif unshare -r chroot "$root" /seep --version >/dev/null 2>&1; then
  inside() { env -i "$unshare" -r "$chroot" "$root" "$@"; }
elif [ "$(id -u)" != 0 ] && ! unshare -r true 2>/dev/null; then
  echo "needs root or user namespaces to try an empty root"
  exit 77
else
  chroot "$root" /seep --version || unshare -r chroot "$root" /seep --version || true
  echo "seep --version does not run in an empty root" >&2
  exit 1
fi

version=$(inside /seep --version)
case $version in
  "seep "[0-9]*) echo "$version" ;;
  *)
    echo "seep --version says '$version' in an empty root" >&2
    exit 1
    ;;
esac
[ -n "$evidence" ] || exit 0
cp "$evidence" "$root/evidence"
status=0
inside /seep diagnose /evidence >"$root/out" 2>"$root/err" || status=$?
# 0 and 1 are answers (nothing found, findings); anything else is a failure to work here.
if [ $status -gt 1 ] || [ ! -s "$root/out" ]; then
  echo "seep diagnose ended with status $status in an empty root" >&2
  cat "$root/out" "$root/err" >&2
  exit 1
fi
head -n 3 "$root/out"

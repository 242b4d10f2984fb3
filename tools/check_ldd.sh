#!/bin/sh
# The shipped file needs the libc family and nothing else, so that it runs wherever it is copied:
# tools/check_ldd.sh build/release/seep
set -eu
binary=${1:?usage: tools/check_ldd.sh BINARY}
# 7f 45 4c 46: a script would pass for "links nothing".
[ "$(od -An -tx1 -N4 "$binary" | tr -d ' ')" = 7f454c46 ] || { echo "$binary is no ELF file" >&2; exit 1; }
# A static file makes ldd fail: that is as good as it gets.
libraries=$(LC_ALL=C ldd "$binary" 2>&1 | sed -n 's|^[[:space:]]*\([^[:space:]]*\).*|\1|p' | sed 's|.*/||')
status=0
for library in $libraries; do
  case $library in
    linux-vdso.so.* | linux-gate.so.* | ld-linux*.so.* | libc.so.6 | libm.so.6) ;;
    libpthread.so.0 | libdl.so.2 | librt.so.1 | libresolv.so.2) ;; # parts of libc.so.6 since glibc 2.34
    not | statically) ;;                                            # "not a dynamic executable"
    *)
      echo "$binary links $library: link it statically (cmake/dependencies.cmake) or do without" >&2
      status=1
      ;;
  esac
done
# Symbols newer than Debian 12's glibc (2.36) would keep it from starting there.
newest=$(LC_ALL=C grep -ao 'GLIBC_2\.[0-9]*' "$binary" | sort -u -t. -k2,2n | tail -n 1)
if [ "${newest#GLIBC_2.}" -gt 36 ] 2>/dev/null; then
  echo "$binary needs $newest; Debian 12 has GLIBC_2.36" >&2
  status=1
fi
[ $status -eq 0 ] && echo "$binary: libc family only (newest symbol ${newest:-none})"
exit $status

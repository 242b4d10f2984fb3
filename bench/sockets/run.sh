#!/bin/sh
# Lists the sockets of processes that hold many, with owner and tcp_info, by seep and by ss, and prints the ratio.
#   bench/sockets/run.sh [BUILD_DIR] [SOCKETS]      default: build/release 100000
# As many processes hold them as the limit of descriptors asks for (ulimit -Hn). The peer is ss of iproute2.
set -eu
build=${1:-build/release}
count=${2:-100000}
seep=$build/seep
[ -x "$seep" ] || {
  echo "run.sh: no seep in $build" >&2
  exit 1
}
folder=$(dirname "$0")
exec python3 - "$folder/open_connections.py" "$seep" "$count" <<'PY'
import resource, shutil, subprocess, sys, time
program, seep, count = sys.argv[1:]
holder = subprocess.Popen([sys.executable, program, count], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
try:
    pids = holder.stdout.readline().split()
    if not pids:
        sys.exit("run.sh: the sockets could not be opened")

    def measure(name, command, runs=3):
        best = None
        for _ in range(runs):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            begin = time.monotonic()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            wall = time.monotonic() - begin
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
            if best is None or user + system < best[0]:
                best = (user + system, user, system, wall)
        print(f"{name}: {best[0]:.2f} s CPU ({best[1]:.2f} user, {best[2]:.2f} system), {best[3]:.2f} s")
        return best[0]

    measure(f"seep sockets of one of {len(pids)} processes, {count} sockets in the namespace", [seep, "sockets", pids[0]])
    ours = measure(f"seep sockets of all {len(pids)} processes", [seep, "sockets", *pids])
    if shutil.which("ss"):
        for flags in ("-tanp", "-tanpoi"):
            theirs = measure(f"ss {flags}", ["ss", flags], runs=1)
            print(f"ratio: {theirs / ours:.1f} times the CPU time")
    else:
        print("ss: not measured, not installed")
finally:
    holder.stdin.close()
    holder.wait()
PY

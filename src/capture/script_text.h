// The part of the capture script that is the same for everybody; script.cc writes the variables before it.
//
// It runs in dash, bash, busybox ash and the shells of old images: POSIX only, no tar, no awk. What it had to
// learn:
//   - Debian's busybox 1.35 wget crashes with -T: time limits are timeout(1)'s.
//   - busybox before 1.30 writes `timeout -t SECONDS`: it is tried before it is used.
//   - one readlink per fd is one process per fd: `ls -l` lists a whole folder at once.
//   - curl takes [::1] for a pattern: -g.
//   - a terminal between (kubectl exec -t) turns every \n into \r\n: it refuses to write to one.
#pragma once

namespace seep::capture {

inline constexpr char kScriptBody[] = R"script(
umask 077
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
have() { command -v "$1" >/dev/null 2>&1; }
say() { printf 'capture: %s\n' "$*" >&2; }

if [ -t 1 ]; then
  say 'the evidence is binary: sh capture.sh > FILE.seep (and kubectl exec without -t)'
  exit 2
fi
T=
for d in "${TMPDIR:-/tmp}" /tmp /var/tmp /dev/shm .; do
  if mkdir "$d/seep.$$" 2>/dev/null; then T=$d/seep.$$; break; fi
done
if [ -z "$T" ]; then say 'no folder to write to: set TMPDIR'; exit 2; fi
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM HUP

LIMIT=
if have timeout && timeout 5 true 2>/dev/null; then LIMIT="timeout $TIMEOUT"; fi
{
  [ -z "$SEEP_BEARER" ] || printf 'header = "Authorization: Bearer %s"\n' "$SEEP_BEARER"
  [ -z "$INSECURE" ] || echo insecure
  [ -z "$SOCKET" ] || printf 'unix-socket = "%s"\n' "$SOCKET"
} >"$T/curl"
CR=$(printf '\r')
HOST=$(hostname 2>/dev/null || cat /proc/sys/kernel/hostname 2>/dev/null)
COUNT=0
ROUND=0

now() { AT=$(date +%s); }

# frame NAME SOURCE RC: writes $T/b, or $T/e where RC says it failed
frame() {
  f=$T/b
  if [ "$3" != 0 ]; then
    f=$T/e
    [ -s "$f" ] || printf '%s ended with status %s\n' "$TOOL" "$3" >"$f"
  fi
  n=$(wc -c <"$f")
  printf '#at %s %s %s %s %s %s\n' "$ROUND" "$AT" "$1" "$3" "$((n))" "$2"
  cat "$f"
  echo
  COUNT=$((COUNT + 1))
}

get_nc() {
  rest=${1#*://}
  host=${rest%%/*}
  path=${rest#"$host"}
  case $host in
    *]:* | [!\[]*:*) port=${host##*:}; name=${host%:*} ;;
    *) port=80; name=$host ;;
  esac
  name=${name#\[}
  name=${name%\]}
  { printf 'GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n' "${path:-/}" "$host"
    [ -z "$SEEP_BEARER" ] || printf 'Authorization: Bearer %s\r\n' "$SEEP_BEARER"
    printf '\r\n'
  } | $LIMIT nc "$name" "$port" >"$T/r" 2>"$T/e"
  status=
  { IFS= read -r status
    while IFS= read -r line && [ "$line" != "$CR" ]; do :; done
    cat >"$T/b"
  } <"$T/r"
  rm -f "$T/r"
  case $status in
    HTTP/*' 200 '*) return 0 ;;
    '') [ -s "$T/e" ] || echo 'nc: no answer' >"$T/e"; return 7 ;;
    *) printf '%s\n' "${status%"$CR"}" >"$T/e"; return 22 ;;
  esac
}

# get URL: the body in $T/b, or a message in $T/e
get() {
  : >"$T/b"
  : >"$T/e"
  now
  if have curl; then
    TOOL=curl
    curl -sS -f -g -m "$TIMEOUT" -K "$T/curl" -o "$T/b" "$1" 2>"$T/e"
  elif [ -n "$SOCKET" ]; then
    TOOL=curl
    echo 'a unix socket needs curl, which is not here' >"$T/e"
    return 127
  elif have wget; then
    TOOL=wget
    set -- "$1" -q -O "$T/b"
    [ -z "$INSECURE" ] || set -- "$@" --no-check-certificate
    [ -z "$SEEP_BEARER" ] || set -- "$@" --header "Authorization: Bearer $SEEP_BEARER"
    url=$1
    shift
    $LIMIT wget "$@" "$url" 2>"$T/e"
  elif have nc && [ "${1#http://}" != "$1" ]; then
    TOOL=nc
    get_nc "$1"
  else
    TOOL=sh
    echo 'neither curl nor wget is here (nc does for http only)' >"$T/e"
    return 127
  fi
}

web() {
  say "round $((ROUND + 1)) of $ROUNDS: $1"
  get "$2"
  frame "$1" "$2" $?
}

# Evidence not every service has: missing or an HTML page, it is left out.
web_optional() {
  get "$2" || return 0
  IFS= read -r line <"$T/b"
  case $line in '<'*) return 0 ;; esac
  frame "$1" "$2" 0
}

file() {
  now
  TOOL=cat
  cat "$2" >"$T/b" 2>"$T/e"
  frame "$1" "$2" $?
}

# A process says its start in ticks since the host's; the line btime of /proc/stat says when that was.
file_and_boot() {
  now
  TOOL=cat
  cat "$2" >"$T/b" 2>"$T/e"
  rc=$?
  if [ $rc = 0 ] && [ -r /proc/stat ]; then
    while read -r key value _; do [ "$key" != btime ] || printf 'btime %s\n' "$value"; done </proc/stat >>"$T/b"
  fi
  frame "$1" "$2" $rc
}

find_base() {
  while read -r base root; do
    [ -n "$base" ] || continue
    get "${base}goroutine?debug=1" || continue
    IFS= read -r line <"$T/b"
    case $line in 'goroutine profile: total '*) BASE=$base; ROOT=$root; return 0 ;; esac
  done <<END
$PLACES
END
  return 1
}

# The process that listens on PORT here: inodes from /proc/net/tcp, their holder from /proc/*/fd. One that only forwards
# (docker-proxy, ssh -L) has another command line than the service says it has.
find_pid() {
  [ -n "$PORT" ] && [ -r /proc/net/tcp ] || return 1
  hex=$(printf '%04X' "$PORT")
  inodes=
  for t in /proc/net/tcp /proc/net/tcp6; do
    [ -r $t ] || continue
    while read -r _ local _ state _ _ _ _ _ inode _; do
      [ "$state" = 0A ] && [ "${local##*:}" = "$hex" ] && inodes="$inodes $inode "
    done <$t
  done
  [ -n "$inodes" ] || return 1
  get "${BASE}cmdline" && served=$(tr -d '\000' <"$T/b") || served=
  ls -l /proc/[0-9]*/fd >"$T/l" 2>/dev/null
  p=
  while read -r line; do
    case $line in
      /proc/*/fd:) p=${line#/proc/}; p=${p%/fd:} ;;
      *'-> socket:['*)
        i=${line##*socket:\[}
        case $inodes in *" ${i%\]} "*)
          own=$(tr -d '\000' </proc/"$p"/cmdline)
          if [ -n "$p" ] && [ "$own" = "$served" ]; then PID=$p; break; fi ;;
        esac ;;
    esac
  done <"$T/l"
  rm -f "$T/l"
  [ -n "$PID" ]
}

fds() {
  now
  TOOL=ls
  ls -l "/proc/$PID/fd" >"$T/l" 2>"$T/e"
  rc=$?
  while read -r line; do
    case $line in *' -> '*) left=${line%% -> *}; printf '%s %s\n' "${left##* }" "${line#* -> }" ;; esac
  done <"$T/l" >"$T/b"
  rm -f "$T/l"
  [ -s "$T/b" ] && rc=0
  frame proc/fd "/proc/$PID/fd" $rc
}

# cgroup version 2, else version 1 under version 2's names
cgroup_in() {
  folder=$1
  shift
  [ -r "$folder/${1%=*}" ] || return 1
  for pair in "$@"; do
    from=${pair%=*}
    [ -r "$folder/$from" ] || continue
    now
    cat "$folder/$from" >"$T/b" 2>"$T/e" || continue
    case $from in *limit_in_bytes)
      read -r value <"$T/b"
      case $value in 92233720368547*) echo max >"$T/b" ;; esac ;;
    esac
    frame "proc/cgroup/${pair#*=}" "$folder/$from" 0
  done
}
cgroup() {
  while IFS=: read -r id controllers path; do
    case $path in /..*) path=/ ;; esac
    case ",$controllers," in
      *,memory,*)
        for d in "/sys/fs/cgroup/memory$path" /sys/fs/cgroup/memory; do
          cgroup_in "$d" memory.usage_in_bytes=memory.current memory.limit_in_bytes=memory.max memory.stat=memory.stat && return
        done ;;
      ,,)
        [ "$id" = 0 ] || continue
        for d in "/sys/fs/cgroup$path" /sys/fs/cgroup; do
          cgroup_in "$d" memory.current=memory.current memory.max=memory.max memory.high=memory.high \
            memory.swap.max=memory.swap.max memory.stat=memory.stat && return
        done ;;
    esac
  done <"/proc/$PID/cgroup"
}

goroutines() {
  total=
  web 'goroutine?debug=1' "${BASE}goroutine?debug=1"
  read -r _ _ _ total <"$T/b"
  web 'goroutine?debug=0' "${BASE}goroutine?debug=0"
  case $total in '' | *[!0-9]*) total=unknown ;; esac
  url="${BASE}goroutine?debug=2"
  if [ -z "$STW" ]; then
    echo 'not asked for, since it stops the world: --no-stw' >"$T/e"
    now
    frame 'goroutine?debug=2' "$url" 98
  elif [ "$total" = unknown ] || [ "$total" -gt "$BUDGET" ]; then
    echo "not asked for: it would stop the world while it writes $total goroutines, more than the $BUDGET allowed" >"$T/e"
    now
    frame 'goroutine?debug=2' "$url" 99
  else
    web 'goroutine?debug=2' "$url"
  fi
}

one_round() {
  [ -z "$BASE" ] || goroutines
  if [ -n "$PID" ]; then
    fds
    for f in net/tcp net/tcp6 status stat smaps_rollup; do
      # Without IPv6 there is no tcp6, before Linux 4.14 no smaps_rollup: nothing is missing then.
      case $f in net/tcp6 | smaps_rollup) [ -e "/proc/$PID/$f" ] || continue ;; esac
      case $f in
        stat) file_and_boot "proc/$f" "/proc/$PID/$f" ;;
        *) file "proc/$f" "/proc/$PID/$f" ;;
      esac
    done
    cgroup
    for f in limits smaps; do file "proc/$f" "/proc/$PID/$f"; done
  fi
  [ -n "$BASE" ] || return
  web heap "${BASE}heap"
  web 'heap?debug=1' "${BASE}heap?debug=1"
  for f in threadcreate block mutex; do web_optional $f "${BASE}$f"; done
  web_optional metrics "$ROOT/metrics"
  web_optional vars "$ROOT/debug/vars"
  if get "$BASE"; then
    case $(cat "$T/b") in
      *goroutineleak*) web 'goroutineleak?debug=1' "${BASE}goroutineleak?debug=1" ;;
    esac
  fi
}

case $TARGET in @*) TARGET=$HOST${TARGET#@} ;; esac
printf 'seep-script 1 %s\n' "$TARGET"
BASE=
if [ -n "$PLACES" ] && ! find_base; then
  [ -s "$T/e" ] || echo 'no pprof handlers at this URL' >"$T/e"
  say "no pprof handlers found: $(cat "$T/e")"
  frame 'goroutine?debug=1' "$URL" 1
fi
[ -n "$PID" ] || [ -z "$BASE" ] || find_pid || say 'the process of this URL was not found: SEEP_PID=PID adds sockets and memory'
if [ -n "$PID" ] && [ ! -d "/proc/$PID" ]; then
  echo "no process $PID here" >"$T/e"
  now
  frame proc/status "/proc/$PID" 1
  PID=
fi
if [ -n "$BASE$PID" ]; then
  while :; do
    begin=$(date +%s)
    one_round
    ROUND=$((ROUND + 1))
    [ "$ROUND" -lt "$ROUNDS" ] || break
    left=$((INTERVAL - $(date +%s) + begin))
    if [ "$left" -gt 0 ]; then say "waiting $left s for round $((ROUND + 1))"; sleep "$left"; fi
  done
fi
printf '#end %s\n' "$COUNT"
[ -n "$BASE$PID" ]
)script";

}  // namespace seep::capture

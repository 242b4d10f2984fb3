# profile_server.sh FILE COMMAND...: runs COMMAND, an @ in it replaced by host:port of a server on loopback that gives FILE for
# every path but these: /missing is a 404, /broken an error as net/http/pprof writes one. To a POST it gives names for addresses, but
# not below /refused. What was asked goes to asked.txt.
set -e
file=$1
shift
rm -f port.txt asked.txt
python3 "$CASES/parts/profile_server.py" "$file" port.txt asked.txt &
server=$!
trap 'kill $server 2>/dev/null' EXIT
while [ ! -e port.txt ]; do sleep 0.05; done
address=127.0.0.1:$(cat port.txt)
for word; do
  shift
  set -- "$@" "$(printf %s "$word" | sed "s|@|$address|")"
done
set +e
"$@"

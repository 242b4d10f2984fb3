# against.sh MODE SEEP-ARGUMENT...: runs seep against bad_server.py; @ in the arguments becomes its host:port.
# MODE tls makes a self-signed certificate first.
mode=$1
shift
rm -f port
if [ "$mode" = tls ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 2 -subj /CN=localhost 2>/dev/null || exit 99
  python3 "$CASES/parts/bad_server.py" html port c.pem k.pem >/dev/null 2>&1 &
else
  python3 "$CASES/parts/bad_server.py" "$mode" port >/dev/null 2>&1 &
fi
server=$!
tries=0
while [ ! -s port ] && [ $tries -lt 600 ]; do
  sleep 0.05
  tries=$((tries + 1))
done
at=127.0.0.1:$(cat port)
for word; do
  shift
  set -- "$@" "$(printf %s "$word" | sed "s/@/$at/")"
done
seep "$@"
status=$?
kill $server 2>/dev/null
exit $status

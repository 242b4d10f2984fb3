"""profile_server.py FILE PORTFILE LOG: serves one profile on loopback, see profile_server.sh. Ends by itself after a minute."""

import http.server
import os
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with open(sys.argv[3], "a", encoding="utf-8") as log:
            log.write(self.path + "\n")
        if self.path.startswith("/missing"):
            self.answer(404, b"nothing here\n", {"Content-Type": "text/plain"})
        elif self.path.startswith("/broken"):
            self.answer(500, b"Could not enable CPU profiling\n",
                        {"Content-Type": "text/plain; charset=utf-8", "X-Go-Pprof": "1"})
        else:
            with open(sys.argv[1], "rb") as file:
                self.answer(200, file.read(), {"Content-Type": "application/octet-stream"})

    def do_POST(self):
        question = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open(sys.argv[3], "a", encoding="utf-8") as log:
            log.write(f"POST {self.path} {question.count('+') + 1} addresses\n")
        if self.path.startswith("/refused"):
            self.answer(403, b"", {})
            return
        lines = "".join(f"{address} from.the.process\n" for address in question.split("+"))
        self.answer(200, lines.encode(), {"Content-Type": "text/plain; charset=utf-8"})

    def log_message(self, *args):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(sys.argv[2] + ".part", "w", encoding="utf-8") as out:
        out.write(str(server.server_address[1]))
    os.rename(sys.argv[2] + ".part", sys.argv[2])
    threading.Event().wait(60)


main()

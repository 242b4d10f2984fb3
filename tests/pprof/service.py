"""A running process on loopback that profiles are fetched from and that gives out names of addresses.

A GET answers with the file that ?file= names, whatever the path is. A POST answers as /debug/pprof/symbol does, or wrongly, by a
word in its path. Names hold the path and the place of the address in the question, so that equal names mean that the same was
asked of the same URL.
"""

import http.server
import os
import threading
import urllib.parse

PLACE = "SERVICE"  # stands for host:port in a command line and in what is taken down


def names(path, question):
    """The lines for the addresses of a question."""
    addresses = question.split("+")
    if "/cpp/" in path:
        return "".join(f"{a} _ZN6orders5Store{i % 3 + 1}abcEPKc\n" for i, a in enumerate(addresses))
    if "/odd/" in path:
        first = addresses[0]
        return (f"num_symbols: 1\r\nno address\n--- {first}   first\n{first}\tagain, and this counts\n0xg {addresses[-1]} last \r\n"
                f"0x7 nobody asked\n{first[:2]}\n" + "".join(f"{a}\n" for a in addresses[1:3]) + f"{addresses[1]} no end of line")
    if "/long/" in path:
        return "0x1" + "0" * 16 + " more than 64 bits\n"
    if "/none/" in path:
        return ""
    return "num_symbols: 1\n" + "".join(f"{a}\t{path}.f{i % 9}\n" for i, a in enumerate(addresses))


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        name = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["file"][0]
        with open(os.path.join(self.server.folder, os.path.basename(name)), "rb") as file:
            self.answer(200, file.read(), Content_Type="application/octet-stream")

    def do_POST(self):
        question = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if "/refused/" in self.path:
            self.answer(500, b"no names here\n", Content_Type="text/plain; charset=utf-8", X_Go_Pprof="1")
        elif "/missing/" in self.path:
            self.answer(404, b"nothing\n", Content_Type="text/plain")
        else:
            self.answer(200, names(self.path, question).encode(), Content_Type="text/plain; charset=utf-8")

    def log_message(self, *args):
        pass


class Service:
    """Serves the files of a folder until it is closed; `address` is host:port."""

    def __init__(self, folder):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.folder = folder
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

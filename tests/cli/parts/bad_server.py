"""bad_server.py MODE PORTFILE [CERT KEY]: an HTTP server on loopback that misbehaves. Ends by itself after a minute."""

import os
import socket
import ssl
import sys
import threading
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"


def answer(mode, conn):
    conn.recv(4096)
    if mode == "slow":  # each byte comes in time, the whole never
        conn.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        while True:
            conn.sendall(b"x")
            time.sleep(0.05)
    elif mode == "endless":
        conn.sendall(HEAD + b"\r\n")
        while True:
            conn.sendall(bytes(65536))
    elif mode == "loop":
        conn.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
    elif mode == "html":
        page = b"<html><title>Sign in</title>Hi</html>\n"
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page))
    elif mode == "short":
        conn.sendall(HEAD + b"Content-Length: 1000\r\n\r\nabc")
    elif mode == "banner":
        conn.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")
    else:  # a status, such as "503 Service Unavailable"
        conn.sendall(b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nno\n" % mode.encode())


def serve(mode, listener, tls):
    while True:
        conn, _ = listener.accept()

        def one(conn=conn):
            try:
                answer(mode, tls.wrap_socket(conn, server_side=True) if tls else conn)
            except OSError:
                pass  # the client has had enough
            finally:
                conn.close()

        threading.Thread(target=one, daemon=True).start()


def main():
    mode, portfile = sys.argv[1:3]
    tls = None
    if len(sys.argv) > 3:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[3], sys.argv[4])
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(mode, listener, tls), daemon=True).start()
    with open(portfile + ".part", "w", encoding="utf-8") as out:
        out.write(str(listener.getsockname()[1]))
    os.rename(portfile + ".part", portfile)
    time.sleep(60)


main()

"""S3: handshakes and reads that wait for ever, and connections that are gone at the other end."""
import os
import pwd

from backends import SSHServer
from expect import Case, Expect, Mark, Outcome
from scenario import diagnose, growing, healthy, leak, times

DEPLOY = "deps/deploy/deploy.go"
POLLER = "std/wire/client.go"
GATEWAY = "std/wire/server.go"


def handshake(tag, *flags, also=(), forbid=()):
    def run(bench):
        peer = bench.peer()
        service = bench.service("ssh-handshake-leaky", "-peer", peer.ready["silent"], *flags, binary="testbed-deps")
        leak(service, 1000, rate=30)
        report = diagnose(bench, service, count=lambda: service.truth()["waiting"])
        return Outcome(report, [Expect("ssh-handshake-no-deadline", goroutines=report.count, sockets=report.count,
                                       where=[Mark(DEPLOY, tag)], first=True), *also], forbid=forbid)
    return run


def half_open(bench):
    """The peer's machine loses power: it is gone, and nobody told the service."""
    peer = bench.peer()
    service = bench.service("ssh-handshake-leaky", "-peer", peer.ready["silent"], "-keepalive", "-1s", binary="testbed-deps")
    leak(service, 1000)
    service.wait_truth("every handshake to wait", lambda t: t["waiting"] == 1000)
    peer.control("vanish")
    # On one machine the dead are not quite silent: what is still under way to them is answered with a reset, as no other
    # host would. Who is left says the service.
    report = diagnose(bench, service, count=lambda: service.truth()["waiting"])
    # Both ends would be in this machine's tables if they were there: the missing one is proof.
    return Outcome(report, [Expect("tcp-half-open", verdict="fault", sockets=report.count),
                            Expect("tcp-no-keepalive", verdict=("fault", "leak"), sockets=report.count)],
                   exact=False)


def handshake_repaired(bench):
    peer = bench.peer()
    service = bench.service("ssh-handshake-fixed", "-peer", peer.ready["silent"], binary="testbed-deps")
    leak(service, 300, rate=30)
    service.wait_truth("the first handshakes to end", lambda t: t["waiting"] < 60)
    return healthy(bench, service)


def openssh(bench, name, calls, rate):
    server = SSHServer(bench)
    user = pwd.getpwuid(os.geteuid()).pw_name
    service = bench.service(name, "-peer", server.address, "-key", server.key, "-user", user, binary="testbed-deps")
    leak(service, calls, rate=rate, workers=4)
    return service


def client(bench):
    service = openssh(bench, "ssh-client-leaky", 40, 3)
    report = diagnose(bench, service, interval=4, count=lambda: service.truth()["clients"])
    return Outcome(report, [Expect("ssh-client-not-closed", goroutines=times(6, report.count), sockets=report.count,
                                   first=True)])


def client_repaired(bench):
    return healthy(bench, openssh(bench, "ssh-client-fixed", 10, 2))


def read(bench):
    peer = bench.peer()
    service = bench.service("read-leaky", "-peer", peer.ready["silent"], "-keepalive", "-1s")
    leak(service, 1000, rate=30)
    # A read may rightly take seconds; twenty without a single one coming back is another matter.
    report = diagnose(bench, service, interval=21, count=lambda: service.truth()["leaked_objects"])
    return Outcome(report, [Expect("conn-read-no-deadline", goroutines=report.count, sockets=report.count,
                                   where=[Mark(POLLER, "read")], first=True),
                            Expect("tcp-no-keepalive", verdict=("fault", "leak"), sockets=report.count)])


def read_repaired(bench):
    peer = bench.peer()
    service = bench.service("read-fixed", "-peer", peer.ready["silent"])
    leak(service, 300, rate=30)
    service.wait_truth("the first reads to end", lambda t: t["leaked_objects"] < 60)
    return healthy(bench, service)


def tls(bench):
    peer = bench.peer()
    service = bench.service("tls-leaky")
    connect = lambda n: peer.control("connect", addr=service.ready["front"], n=n)  # noqa: E731
    connect(800)
    with growing(lambda: connect(10), 0.2):
        report = diagnose(bench, service, count=lambda: service.truth()["leaked_objects"])
    return Outcome(report, [Expect("tls-handshake-no-deadline", goroutines=report.count, sockets=report.count,
                                   where=[Mark(GATEWAY, "handshake")], first=True)])


def tls_repaired(bench):
    peer = bench.peer()
    service = bench.service("tls-fixed")
    connect = lambda n: peer.control("connect", addr=service.ready["front"], n=n)  # noqa: E731
    connect(100)
    with growing(lambda: connect(5), 0.2):
        service.wait_truth("the first handshakes to be given up", lambda t: t["leaked_objects"] < 60)
        return healthy(bench, service)


CASES = [
    Case("s3.handshake", handshake("dial", forbid=["tcp-no-keepalive", "tcp-half-open"])),
    Case("s3.handshake-no-keepalive", handshake("plain", "-keepalive", "-1s",
                                                also=[Expect("tcp-no-keepalive", verdict=("fault", "leak"))],
                                                forbid=["tcp-half-open"])),
    Case("s3.half-open", half_open),
    Case("s3.handshake-repaired", handshake_repaired),
    Case("s3.client", client),
    Case("s3.client-repaired", client_repaired),
    Case("s3.read", read),
    Case("s3.read-repaired", read_repaired),
    Case("s3.tls", tls),
    Case("s3.tls-repaired", tls_repaired),
]

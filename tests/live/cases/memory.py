"""Objects, files and threads."""
from expect import Case, Expect, Mark, Outcome
from scenario import diagnose, growing, healthy, leak

MEMORY = "std/memory/memory.go"


def grown_map(bench):
    service = bench.service("map-leaky")
    leak(service, 10000, rate=1500)
    # A collection in every snapshot's reach, as a busy service has: the heap profile shows the last completed one.
    with growing(lambda: service.control("gc"), 0.5):
        report = diagnose(bench, service, interval=2, samples=4)
    return Outcome(report, [Expect(("heap-growth", "heap-retained"), where=[Mark(MEMORY, "map")], first=True,
                                   confidence="likely")])


def bounded_cache(bench):
    service = bench.service("map-fixed")
    leak(service, 10000, rate=1500)
    with growing(lambda: service.control("gc"), 0.5):
        return healthy(bench, service)


def files(bench):
    service = bench.service("fd-leaky")
    leak(service, 3000, rate=60)
    report = diagnose(bench, service, count=lambda: service.truth()["leaked_objects"])
    return Outcome(report, [Expect("fd-growth", fds=report.count, first=True)])


def threads(bench):
    service = bench.service("thread-leaky")
    leak(service, 300, rate=15)
    report = diagnose(bench, service)
    return Outcome(report, [Expect("thread-leak", goroutines=None)],
                   may=["chan-receive-abandoned", "range-never-closed", "goroutine-growth"])


def repaired(name, calls, rate):
    def run(bench):
        service = bench.service(name)
        leak(service, calls, rate=rate)
        return healthy(bench, service)
    return run


CASES = [
    Case("memory.map", grown_map),
    Case("memory.map-repaired", bounded_cache),
    Case("memory.files", files),
    Case("memory.files-repaired", repaired("fd-fixed", 3000, 60)),
    Case("memory.threads", threads),
    Case("memory.threads-repaired", repaired("thread-fixed", 100, 15)),
]

"""S2 with the sampler: which Go line has C keep the memory, in a service that runs already."""
from expect import Case, Expect, Mark, Outcome
from scenario import build, diagnose, leak

ORDERS = "cgo/orders/orders.go"
SECONDS = 4  # some sixty samples at the rate of a diagnosis


def lines(silent=False, binary="testbed-cgo", name="s2-leaky", flags=()):
    def run(bench):
        bench.silent = bench.outside = silent
        if flags:
            build(bench, "cgo", flags)
        service = bench.service(name, binary=binary)
        leak(service, 3000, rate=800)
        report = diagnose(bench, service, interval=SECONDS, more=["--inject"])
        if "fixed" in name:
            return Outcome(report, healthy=True, clean=True)
        return Outcome(report, [Expect("native-leak", first=True, where=[Mark(ORDERS, roles=("culprit",))],
                                       mentions=["healthCheck", "of it live", "xmlReadMemory"])])
    return run


CASES = [
    Case("s2.lines", lines()),
    Case("s2.lines-stripped", lines(silent=True)),
    Case("s2.lines-pie", lines(flags=["-buildmode=pie"])),
    Case("s2.lines-repaired", lines(name="s2-fixed")),
]

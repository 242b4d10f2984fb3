"""S2: the growth is native."""
from expect import Case, Expect, Outcome
from scenario import diagnose, healthy, leak


def native(bench):
    service = bench.service("s2-leaky", binary="testbed-cgo")
    leak(service, 5000, rate=800)
    return Outcome(diagnose(bench, service, samples=3), [Expect("native-leak", first=True)], forbid=["go-heap-not-returned"])


def repaired(bench):
    service = bench.service("s2-fixed", binary="testbed-cgo")
    leak(service, 5000, rate=800)
    return healthy(bench, service)


CASES = [Case("s2.native", native), Case("s2.repaired", repaired)]

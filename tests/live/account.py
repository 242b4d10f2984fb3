"""The account of `seep memory` held against the kernel's: it sums to RSS, and next to nothing is in nobody's name."""
from harness import Failure

CLOSES = 0.02  # of RSS


def check_account(bench, pid, mapped=0):
    """`mapped`: bytes that the service says it has mapped itself."""
    report = bench.run_seep("memory", pid, "--json")
    if report.status != 0:
        raise Failure(f"seep memory {pid}: exit {report.status}: {report.stderr[-500:]}")
    moment = report.json["targets"][0]["moments"][-1]
    rss, parts = moment["rss"], moment["parts"]
    said = ", ".join(f"{name} {bytes_ >> 10} KiB" for name, bytes_ in sorted(parts.items(), key=lambda p: -p[1]))
    if sum(parts.values()) != moment["sum"]:
        raise Failure(f"the parts do not sum to {moment['sum']}: {said}")
    if abs(moment["sum"] - rss) > CLOSES * rss:
        raise Failure(f"RSS is {rss}, the parts sum to {moment['sum']}: {said}")
    if abs(parts.get("other", 0) - mapped) > CLOSES * rss:
        raise Failure(f"{parts.get('other', 0)} bytes in nobody's name, {mapped} were mapped by the service: {said}")
    return moment

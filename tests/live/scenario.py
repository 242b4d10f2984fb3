"""The few shapes most cases have: put a leak there, keep it growing, let seep look."""
from expect import Outcome

INTERVAL = "3s"


def diagnose(bench, service, *more, pid=True, interval=INTERVAL, samples=2):
    """seep as a person on the same host runs it: the profile URL, and the pid for what only the kernel knows."""
    arguments = ["diagnose", service.pprof, "--json", "--interval", interval, "--samples", samples, *more]
    if pid:
        arguments += ["--pid", service.pid]
    return bench.run_seep(*arguments)


def leak(bench, service, calls, rate=None, workers=16):
    """`calls` leaked objects at once, then steady growth at `rate` calls a second."""
    service.control("load", calls=calls, workers=workers)
    service.control("gc")
    if rate:
        service.control("start", rate=rate)


def healthy(bench, service, forbid=(), **how):
    return Outcome(diagnose(bench, service, **how), healthy=True, forbid=forbid)

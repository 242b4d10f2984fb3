"""Cases again with services as they are often deployed: stripped and without net/http/pprof. seep is given the pid alone.

Such programs have no heap profile, because the linker switches it off where nothing reads it. What only a heap profile knows,
the line that built a client, is not expected of their diagnosis.
"""
import dataclasses

from expect import Case

# Name of the case, and which expectations of it need a heap profile.
OUTSIDE = {
    "s0.unbounded": ("where",),
    "s0.repaired": (),
    "s1.body": ("where",),
    "s1.body-repaired": (),
    "s1.transport-and-body": ("where",),
    "s1.worker": (),
    "s1.worker-repaired": (),
    "s2.native": (),
    "s2.repaired": (),
    "s3.handshake": (),
    "s3.handshake-no-keepalive": (),
    "s3.handshake-repaired": (),
    "s3.half-open": (),
    "s3.client": (),
    "servers.close-wait": (),
}


def from_outside(case, without):
    def run(bench):
        bench.outside = bench.silent = True
        outcome = case.run(bench)
        outcome.expect = [dataclasses.replace(e, **{field: () for field in without}) for e in outcome.expect]
        return outcome
    return Case("outside." + case.name, run, case.needs)

"""Where the memory is: each kind of growth has its own verdict and no other, and the account closes on all of them."""
import os
import subprocess
import time

from account import check_account
from expect import Case, Expect, Outcome
from harness import Failure, Missing, find_program, wait_until
from scenario import diagnose, healthy, leak

IDS = ["native-leak", "native-fragmentation", "go-heap-not-returned", "thread-leak", "mmap-growth", "page-cache-growth",
       "goroutine-stack-growth", "memory-limit-near", "heap-growth", "heap-retained"]


def only(report, expect):
    return Outcome(report, [expect], forbid=[i for i in IDS if i != expect.id])


def native(bench):
    service = bench.service("s2-leaky", binary="testbed-cgo")
    leak(service, 5000)
    moment = check_account(bench, service.pid)
    heap = moment["c_heap"]
    # One document of libxml2 has one dictionary, a chunk of 4,112 bytes.
    documents = next((s["chunks"] for s in heap["sizes"] if s["bytes"] == 4112), 0)
    if not heap["walked"] or heap["unread"] or abs(documents - 5000) > 50:
        raise Failure(f"expected 5,000 leaked documents in the C heap, found {documents}: {heap}")
    service.control("start", rate=800)
    return only(diagnose(bench, service, samples=3), Expect("native-leak", first=True, mentions=["4,112 B", "glibc"]))


def native_repaired(bench):
    service = bench.service("s2-fixed", binary="testbed-cgo")
    leak(service, 5000, rate=800)
    check_account(bench, service.pid)
    return healthy(bench, service)


def fragmented(bench):
    service = bench.service("native-holes", binary="testbed-cgo")
    leak(service, 0, rate=200)
    check_account(bench, service.pid)
    return only(diagnose(bench, service), Expect("native-fragmentation", verdict="bounded", first=True))


def idle_heap(bench):
    service = bench.service("idle-heap")
    check_account(bench, service.pid)
    return only(diagnose(bench, service), Expect("go-heap-not-returned", verdict="bounded", first=True))


def c_threads(bench):
    service = bench.service("native-threads-leaky", binary="testbed-cgo")
    leak(service, 200, rate=15)
    check_account(bench, service.pid)
    return only(diagnose(bench, service, samples=3), Expect("thread-leak", confidence="likely", first=True))


def c_threads_repaired(bench):
    service = bench.service("native-threads-fixed", binary="testbed-cgo")
    leak(service, 200, rate=15)
    return healthy(bench, service)


def mapped(bench):
    # Many small ones: the table of package syscall, which the heap profile samples, grows with them.
    service = bench.service("mmap-leaky", "-size", 16384)
    leak(service, 4000)
    check_account(bench, service.pid, service.truth()["mapped"])
    service.control("start", rate=600)
    return only(diagnose(bench, service, samples=3), Expect("mmap-growth", first=True))


def mapped_repaired(bench):
    service = bench.service("mmap-fixed")
    leak(service, 50, rate=10)
    check_account(bench, service.pid)
    return healthy(bench, service)


def stacks(bench):
    service = bench.service("stack-leaky")
    service.control("load", calls=1000)
    service.control("start", rate=200)
    return only(diagnose(bench, service, interval=2, samples=4), Expect("goroutine-stack-growth", first=True))


class Group:
    """A memory cgroup of its own, of either version."""

    def __init__(self):
        for root in ("/sys/fs/cgroup/memory", "/sys/fs/cgroup"):
            folder = f"{root}/seep-live-{os.getpid()}"
            try:
                os.mkdir(folder)
            except OSError:
                continue
            if any(os.path.exists(f"{folder}/{name}") for name in ("memory.current", "memory.usage_in_bytes")):
                self.folder = folder
                return
            os.rmdir(folder)
        self.folder = None

    def add(self, pid):
        with open(f"{self.folder}/cgroup.procs", "w", encoding="utf-8") as file:
            file.write(str(pid))

    def remove(self):
        wait_until("the cgroup to be empty", self._try_remove, deadline=10)

    def _try_remove(self):
        try:
            os.rmdir(self.folder)
        except OSError:
            return False
        return True


def page_cache(bench):
    group = Group()
    service = bench.service("journal", "-variant", bench.folder)
    if group.folder is None:
        # Nobody may make a cgroup here. Then nothing may be said of the process that only fills the page cache.
        service.control("load", calls=50)
        service.control("start", rate=30)
        return Outcome(diagnose(bench, service), healthy=True, forbid=IDS[:5])
    try:
        group.add(service.pid)
        service.control("load", calls=50)
        check_account(bench, service.pid)
        service.control("start", rate=40)
        return only(diagnose(bench, service), Expect("page-cache-growth", verdict="bounded", first=True))
    finally:
        service.stop()
        group.remove()


# Programs that no one here wrote: the account must close on them, too. Those of testbed/others.sh are built with C; gofmt,
# which waits for its input here, is not.
OTHERS = {
    "nats-server": ["-a", "127.0.0.1", "-p", "-1"],
    "node_exporter": ["--web.listen-address=127.0.0.1:0"],
}


def _strangers(bench):
    for name, arguments in OTHERS.items():
        path = os.path.join(bench.testbed, "others", name)
        if not os.path.exists(path):
            raise Missing(f"{path} is not built; testbed/others.sh makes it")
        yield name, bench.spawn([path, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=bench.folder)
    gofmt = subprocess.Popen([find_program("gofmt")], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True)
    bench.processes.append(gofmt)
    yield "gofmt", gofmt


def others(bench):
    processes = list(_strangers(bench))
    for name, process in processes:
        # Up, and no longer starting: it sleeps.
        wait_until(f"{name} to be up", lambda p=process: p.poll() is None and _sleeps(p.pid), pause=0.2)
    time.sleep(1)  # what they do at first, they do
    for name, process in processes:
        if process.poll() is not None:
            raise Failure(f"{name} ended with {process.returncode}")
        try:
            check_account(bench, process.pid)
        except Failure as failure:
            raise Failure(f"{name}: {failure}") from None
    report = bench.run_seep("diagnose", processes[0][1].pid, "--json", "--interval", "2s", "--src", _source_of(processes[0][1]))
    # Each line of the process lies in its function: of the very commit nothing is said.
    strange = [gap for gap in report.json["gaps"] if gap["what"] == "the line in the source"]
    if strange:
        raise Failure(f"{processes[0][0]} and its own source: {strange}")
    return Outcome(report, healthy=True, forbid=IDS)


def _source_of(process):
    """The module that a program was built from, in the module cache."""
    told = subprocess.run(["go", "version", "-m", f"/proc/{process.pid}/exe"], capture_output=True, text=True, check=True).stdout
    module, version = next(line.split()[1:3] for line in told.splitlines() if line.split()[:1] == ["mod"])
    cache = subprocess.run(["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=True).stdout.strip()
    folder = os.path.join(cache, f"{module}@{version}")
    if not os.path.isdir(folder):
        raise Missing(f"no {folder}; testbed/others.sh fetches it")
    return folder


def _sleeps(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "S"


CASES = [
    Case("resident.native", native),
    Case("resident.native-repaired", native_repaired),
    Case("resident.fragmented", fragmented),
    Case("resident.idle-heap", idle_heap),
    Case("resident.c-threads", c_threads),
    Case("resident.c-threads-repaired", c_threads_repaired),
    Case("resident.mapped", mapped),
    Case("resident.mapped-repaired", mapped_repaired),
    Case("resident.stacks", stacks),
    Case("resident.page-cache", page_cache),
    Case("resident.others", others),
]

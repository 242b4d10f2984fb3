"""Starts the test bed's services and their other sides, drives them, runs seep and gives everything back.

Nothing here sleeps for a guessed time: every step waits for a condition that the services report themselves
(/control/truth), with a deadline that only says when to give up.
"""
import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

PR_SET_PDEATHSIG = 1
START_DEADLINE = 30.0
WAIT_DEADLINE = 60.0
SEEP_DEADLINE = 120.0
# A production heap has gigabytes and is sampled every 512 KiB; the test bed's has megabytes. Sampling it finer makes up for
# that, so that no case hangs on whether a 400-byte object happened to be drawn. Cases with default_sampling leak enough.
FINE_SAMPLING = "memprofilerate=65536"


class Failure(Exception):
    """The case cannot be judged as passed: the text says what was expected and what was found."""


class Missing(Failure):
    """A program the case needs is not on this machine."""


def raise_file_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _die_with_parent():
    # A killed test run must not leave servers behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def get_json(url, timeout=WAIT_DEADLINE):
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise Failure(f"{url}: {error.code} {error.read().decode(errors='replace').strip()}") from error
    except OSError as error:
        raise Failure(f"{url}: {error}") from error


def wait_until(what, condition, deadline=WAIT_DEADLINE, pause=0.05):
    """Polls until condition() is true; its last value is part of the complaint."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"waited {deadline:.0f} s in vain for: {what}")
        time.sleep(pause)


class Service:
    """One running test-bed program: `ready` is the line of JSON it printed."""

    def __init__(self, bench, binary, name, flags, default_sampling=False):
        path = os.path.join(bench.testbed, binary + ("-silent" if bench.silent else ""))
        if not os.path.exists(path):
            raise Missing(f"{path} is not built; testbed/build.sh makes it")
        self.bench = bench
        self.command = [path, name, *map(str, flags)]
        self.log = open(os.path.join(bench.folder, f"{name}-{len(bench.services)}.log"), "w+")
        environment = dict(os.environ)
        if not default_sampling:
            environment["GODEBUG"] = ",".join(filter(None, [environment.get("GODEBUG"), FINE_SAMPLING]))
        self.process = bench.spawn(self.command, stdout=subprocess.PIPE, stderr=self.log, env=environment)
        self.ready = self._read_ready()

    def _read_ready(self):
        lines = []
        reader = threading.Thread(target=lambda: lines.append(self.process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(START_DEADLINE)
        if not lines or not lines[0].strip():
            self.log.seek(0)
            raise Failure(f"{' '.join(self.command)} did not come up: {self.log.read().strip() or 'no word'}")
        return json.loads(lines[0])

    @property
    def pid(self):
        return self.ready["pid"]

    @property
    def pprof(self):
        return self.ready["pprof"]

    def control(self, what, **query):
        text = "&".join(f"{key}={urllib.request.quote(str(value), safe='')}" for key, value in query.items())
        return get_json(f"{self.ready['control']}/{what}?{text}")

    def truth(self):
        return self.control("truth")

    def wait_truth(self, what, condition, deadline=WAIT_DEADLINE):
        """Waits until condition(truth); returns that truth."""
        last = {}

        def look():
            last.clear()
            last.update(self.truth())
            return condition(last)

        try:
            wait_until(what, look, deadline)
        except Failure as failure:
            raise Failure(f"{failure}; the last truth was {last}") from None
        return last

    def stop(self):
        self.bench.end(self.process)


class Report:
    """What seep said."""

    def __init__(self, status, stdout, stderr, command):
        self.status, self.stdout, self.stderr, self.command = status, stdout, stderr, command
        try:
            self.json = json.loads(stdout)
        except ValueError as error:
            raise Failure(f"{' '.join(command)}: exit {status}, stdout is no JSON ({error}):\n"
                          f"{stdout[-2000:]}\n{stderr[-2000:]}") from error

    @property
    def findings(self):
        return self.json.get("findings", [])


class Bench:
    """Owns every process of one case; leaving the `with` block ends them all, each by its own pid."""

    def __init__(self, seep, testbed, outside=False):
        self.seep, self.testbed, self.outside = os.path.abspath(seep), os.path.abspath(testbed), outside
        self.silent = False  # services without pprof and symbols: seep is given their pids
        self.source = False  # seep is given the source of the services too
        self.evidence = ""   # where the last diagnosis kept what it saw
        self.services, self.processes = [], []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="seep-live-")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            self.end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def spawn(self, command, **how):
        # A group of its own, so that children of a service (os/exec cases) end with it.
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent,
                                   start_new_session=True, text=True, **how)
        self.processes.append(process)
        return process

    def end(self, process, sig=signal.SIGKILL, deadline=20.0):
        if process not in self.processes:
            return
        self.processes.remove(process)
        if process.poll() is None:
            try:
                os.killpg(process.pid, sig)
                process.wait(deadline)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
        try:
            os.killpg(process.pid, signal.SIGKILL)  # what the leader left behind
        except (ProcessLookupError, PermissionError):
            pass
        process.wait()
        if process.stdout:
            process.stdout.close()

    def end_services(self):
        for service in self.services:
            service.stop()

    def service(self, name, *flags, binary="testbed-std", default_sampling=False):
        service = Service(self, binary, name, flags, default_sampling)
        self.services.append(service)
        return service

    def peer(self):
        return self.service("peer")

    def start_seep(self, *arguments):
        command = [self.seep, *map(str, arguments)]
        if not os.path.exists(self.seep):
            raise Missing(f"{self.seep} is not built")
        environment = dict(os.environ, NO_COLOR="1", HOME=self.folder)
        return command, self.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder,
                                   env=environment)

    def finish_seep(self, command, process):
        try:
            stdout, stderr = process.communicate(timeout=SEEP_DEADLINE)
        except subprocess.TimeoutExpired:
            raise Failure(f"{' '.join(command)} did not end within {SEEP_DEADLINE:.0f} s") from None
        return Report(process.returncode, stdout, stderr, command)

    def run_seep(self, *arguments):
        return self.finish_seep(*self.start_seep(*arguments))


def find_program(*names):
    """Path of the first program found; /usr/sbin counts though it may not be in PATH."""
    path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin" + os.pathsep + "/sbin"
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return found
    raise Missing(f"this machine has no {' or '.join(names)}")

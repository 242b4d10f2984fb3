#!/usr/bin/env python3
"""What `seep memory` costs: of an ordinary process, and of one whose C heap has 3.4 million chunks in 500 MB; see run.sh.

The services are the test bed's (testbed/build.sh). Wall time is of a machine that others use as well; CPU time is seep's own.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
DOCUMENTS = 36_250  # of libxml2, as many as took 494 MiB and 3.43 million chunks


def start(testbed, name):
    process = subprocess.Popen([os.path.join(testbed, "testbed-cgo"), name], stdout=subprocess.PIPE, text=True)
    return process, json.loads(process.stdout.readline())


def measured(command):
    """(wall, CPU, peak MB, stdout) of one command."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said


def line(what, seep, pid, rounds):
    runs = [measured([seep, "memory", str(pid), "--json"]) for _ in range(rounds)]
    moment = json.loads(runs[-1][3])["targets"][0]["moments"][0]
    heap = moment.get("c_heap", {})
    wall, cpu = [run[0] for run in runs], [run[1] for run in runs]
    print(f"{what:<34} RSS {moment['rss'] / 2**20:6.0f} MiB  {heap.get('in_use_chunks', 0):9,d} chunks  "
          f"wall min {min(wall) * 1e3:5.0f} median {statistics.median(wall) * 1e3:5.0f} ms  "
          f"CPU min {min(cpu) * 1e3:4.0f} median {statistics.median(cpu) * 1e3:4.0f} ms  peak {runs[-1][2]:3.0f} MB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", required=True)
    parser.add_argument("--testbed", required=True)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    for name, what, documents in (("s2-fixed", "an ordinary process", 0), ("s2-leaky", "a leaked C heap", DOCUMENTS)):
        process, ready = start(options.testbed, name)
        try:
            if documents:
                urllib.request.urlopen(f"{ready['control']}/load?calls={documents}&workers=4", timeout=600).read()
            line(what, options.seep, ready["pid"], options.rounds)
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()

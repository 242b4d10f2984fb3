#!/usr/bin/env python3
"""Records tests/pprof/data/go*/ anew: tests/pprof/record/record.py [GO_VERSION...]

Builds the program beside it with each Go version and keeps one profile of each kind, in protobuf form and (for the oldest and
the newest version) as debug=1 text, gzipped. The program runs from /tmp/recorder, the path that the profiles' mappings then name.
"""

import gzip
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(os.path.dirname(HERE), "data")
VERSIONS = ["go1.19.13", "go1.20.14", "go1.21.13", "go1.22.12", "go1.23.12", "go1.24.13", "go1.25.12", "go1.26.8", "go1.27.2"]
WITH_TEXT = (VERSIONS[0], VERSIONS[-1])


def main():
    program = "/tmp/recorder"
    for version in sys.argv[1:] or VERSIONS:
        environment = {**os.environ, "GOTOOLCHAIN": version, "GOFLAGS": "-buildvcs=false -trimpath"}
        subprocess.run(["go", "build", "-o", program, "."], cwd=HERE, env=environment, check=True)
        folder = os.path.join(DATA, ".".join(version.split(".")[:2]))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        subprocess.run([program, folder], check=True)
        if version not in WITH_TEXT:
            for name in os.listdir(folder):
                if name.endswith(".txt"):
                    os.remove(os.path.join(folder, name))
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if name.endswith(".txt"):  # pprof unpacks what is gzipped whatever it is
                with open(path, "rb") as text, open(path + ".gz", "wb") as out:
                    out.write(gzip.compress(text.read(), mtime=0))
                os.remove(path)
        os.remove(program)
        print(version, sum(os.path.getsize(os.path.join(folder, n)) for n in os.listdir(folder)), "bytes")


if __name__ == "__main__":
    main()

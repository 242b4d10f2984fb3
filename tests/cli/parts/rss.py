"""rss.py MIB COMMAND...: runs it and fails with 99 if it ever held more than MIB of memory; its own status otherwise."""

import os
import resource
import subprocess
import sys

status = subprocess.call(sys.argv[2:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
# Sanitizers keep shadow memory and quarantines: the bound is one of the plain build.
if peak > int(sys.argv[1]) and not any(k.endswith("SAN_OPTIONS") for k in os.environ):
    print(f"rss.py: {peak} MiB, allowed {sys.argv[1]}", file=sys.stderr)
    status = 99
sys.exit(status)

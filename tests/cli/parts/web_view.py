"""Starts a command that serves a web view, asks it a few things, prints the answers' statuses, and ends it."""

import subprocess
import sys
import urllib.error
import urllib.request


def ask(url, host=None):
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read()


command = sys.argv[1:]
with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
    try:
        url = next(line.split()[-1] for line in process.stderr if line.startswith("Serving web UI on http://localhost:"))
        for path in ("/ui/", "/ui/api/stacks?si=inuse_space", "/ui/api/peek?symbol=NewReaderSize", "/ui/api/peek", "/ui/download"):
            status, kind, _ = ask(url + path)
            print(path, status, kind)
        print("evil.example", ask(url + "/ui/", "evil.example")[0])
        # With -base the reports see the difference, although the flame graph has both sides.
        served = ask(url + "/ui/api/peek?symbol=NewReaderSize")[2]
    finally:
        process.terminate()
plain = [argument for argument in command if not argument.startswith(("-http", "-no_browser"))]
plain[2:2] = ["-peek=NewReaderSize", "-lines"]
report = subprocess.run(plain, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
print("peek is the report's text:", served == report)

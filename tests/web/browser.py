"""A headless Chromium, spoken to through a pipe in its DevTools protocol: no package beyond the browser itself."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60  # seconds; a hang guard, not a measurement


def find():
    """The browser's program, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


class Browser:
    """One page of a browser of its own. `errors` is what its scripts threw or complained of."""

    def __init__(self, width=1280, height=800, dark=False):
        self.folder = tempfile.mkdtemp(prefix="seep_web.")
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        inner = (to_browser, from_browser)

        def hand_over():  # the protocol wants file descriptors 3 and 4
            copies = [os.dup(fd) for fd in inner]
            for number, fd in zip((3, 4), copies):
                os.dup2(fd, number)

        self.process = subprocess.Popen(
            [find(), "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--hide-scrollbars", f"--user-data-dir={self.folder}", f"--window-size={width},{height}", "about:blank"],
            preexec_fn=hand_over, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for fd in inner:
            os.close(fd)
        self.buffer, self.last, self.errors = b"", 0, []
        targets = self.ask("Target.getTargets", session=None)["targetInfos"]
        page = next(t for t in targets if t["type"] == "page")
        self.session = self.ask("Target.attachToTarget", {"targetId": page["targetId"], "flatten": True}, session=None)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(domain + ".enable")
        self.ask("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        self.ask("Emulation.setEmulatedMedia", {"features": features})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, params=None, session=""):
        """What the browser answers to one call."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": params or {}}
        if session is not None:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            got = self.receive()
            if got.get("id") == self.last:
                if "error" in got:
                    raise RuntimeError(f"{method}: {got['error']}")
                return got["result"]
            self.note(got)

    def receive(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.read_end, 1 << 20)
            if not piece:
                raise RuntimeError("the browser is gone")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def note(self, event):
        if event.get("method") == "Runtime.exceptionThrown":
            details = event["params"]["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
            entry = event["params"]["entry"]
            self.errors.append(f"{entry['text']} {entry.get('url', '')}")

    def open(self, url):
        self.ask("Page.navigate", {"url": "about:blank"})
        self.ask("Page.navigate", {"url": url})
        self.wait("location.href !== 'about:blank' && document.readyState === 'complete'")

    def run(self, expression):
        """The value of an expression of JavaScript."""
        got = self.ask("Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in got:
            raise RuntimeError(f"{expression}: {got['exceptionDetails'].get('exception', {}).get('description')}")
        return got["result"].get("value")

    def wait(self, expression):
        """Until the expression is true; while a page is being loaded it may not even have a value."""
        until = time.monotonic() + PATIENCE
        while not self.is_true(expression):
            if time.monotonic() > until:
                raise RuntimeError(f"never came true: {expression}\n{self.errors}")
            time.sleep(0.03)

    def is_true(self, expression):
        try:
            return self.run(f"!!({expression})")
        except RuntimeError:
            return False

    def key(self, key):
        names = {"Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        params = {"key": key, "code": key, "windowsVirtualKeyCode": names.get(key, ord(key[0]))}
        if len(key) == 1:
            params["text"] = key
        self.ask("Input.dispatchKeyEvent", {"type": "keyDown", **params})
        self.ask("Input.dispatchKeyEvent", {"type": "keyUp", **params})

    def type(self, text):
        self.ask("Input.insertText", {"text": text})

    def mouse(self, kind, x, y, **more):
        self.ask("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "none", **more})

    def click(self, x, y, count=1):
        self.mouse("mouseMoved", x, y)
        for n in range(1, count + 1):
            for kind in ("mousePressed", "mouseReleased"):
                self.mouse(kind, x, y, button="left", clickCount=n)

    def picture(self, path):
        with open(path, "wb") as out:
            out.write(base64.b64decode(self.ask("Page.captureScreenshot", {"format": "png"})["data"]))

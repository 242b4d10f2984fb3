"""Go toolchains of every version seep knows, and the programs built with them.

A toolchain is the `go` in PATH, Debian's, or a module of the proxy (golang.org/toolchain), which any `go` can download. Programs
are built once into a folder and built again when their source changes.
"""
import functools
import hashlib
import json
import os
import shutil
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# The last release of each minor version that the registries have. 1.19 is Debian's: the module of 1.19.13 does not build.
VERSIONS = ["1.18.10", "1.19.8", "1.20.14", "1.21.13", "1.22.12", "1.23.12", "1.24.13", "1.25.12", "1.26.8", "1.27.2"]
VARIANTS = {
    "plain": (),
    "stripped": ("-ldflags=-s -w",),
    "pie": ("-buildmode=pie",),
    "pie_stripped": ("-buildmode=pie", "-ldflags=-s -w"),
    "trimpath": ("-trimpath",),
    "cgo": (),
    "cgo_pie_stripped": ("-buildmode=pie", "-ldflags=-s -w"),
    "race": ("-race",),
    "arm64": (),
    "silent": ("-tags=silent", "-ldflags=-s -w"),  # without runtime/pprof
}
DOWNLOADS = 3


class Missing(Exception):
    """A toolchain or a program that this machine does not have and cannot get."""


def _version(go):
    try:
        said = subprocess.run([go, "version"], capture_output=True, text=True, env=dict(os.environ, GOTOOLCHAIN="local"))
        return said.stdout.split()[2][2:] if said.returncode == 0 else ""
    except (OSError, IndexError):
        return ""


def _download(version):
    go = shutil.which("go")
    if not go:
        raise Missing("no go in PATH to download toolchains with")
    command = [go, "mod", "download", "-json", f"golang.org/toolchain@v0.0.1-go{version}.linux-amd64"]
    for attempt in range(DOWNLOADS):
        if attempt:
            time.sleep(2 * attempt)
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", env=dict(os.environ, GOTOOLCHAIN="local"))
        if done.returncode == 0:
            return json.loads(done.stdout)["Dir"]
    raise Missing(f"{' '.join(command)}: {(done.stdout + done.stderr).strip()}")


def _make_executable(root):
    # The proxy's files have no such bit; only the go command that switches toolchains by itself sets it.
    for folder in ("bin", "pkg/tool/linux_amd64"):
        for entry in os.scandir(os.path.join(root, folder)):
            mode = entry.stat().st_mode
            if entry.is_file() and not mode & 0o100:
                os.chmod(entry.path, mode | 0o111)


@functools.lru_cache(None)
def toolchain(version):
    """Path of the go command of that version."""
    minor = ".".join(version.split(".")[:2])
    for go in filter(None, [shutil.which("go"), f"/usr/lib/go-{minor}/bin/go"]):
        if _version(go) == version:
            return go
    if minor == "1.19":
        raise Missing("Go 1.19 comes from Debian's golang-1.19-go, which is not installed")
    root = _download(version)
    _make_executable(root)
    return os.path.join(root, "bin", "go")


def _stamp(folder, *words):
    seen = hashlib.sha256("\0".join(words).encode())
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            seen.update(name.encode() + b"\0" + file.read())
    return seen.hexdigest()


def build(version, variant, programs, source="program"):
    """Builds the program of that folder; its path."""
    go = toolchain(version)
    os.makedirs(programs, exist_ok=True)
    binary = os.path.join(os.path.abspath(programs), f"{source}.go{version}.{variant}")
    folder = os.path.join(HERE, source)
    stamp = _stamp(folder, go, *VARIANTS[variant])
    try:
        with open(binary + ".stamp", encoding="utf-8") as file:
            if file.read() == stamp and os.path.exists(binary):
                return binary
    except OSError:
        pass
    cgo = variant == "race" or "cgo" in variant
    if cgo and not shutil.which("gcc"):
        raise Missing("no gcc for cgo")
    environment = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="-buildvcs=false", CGO_ENABLED="1" if cgo else "0", GOWORK="off")
    if variant == "arm64":
        environment["GOARCH"] = "arm64"
    environment.pop("GOROOT", None)
    done = subprocess.run([go, "build", *VARIANTS[variant], "-o", binary + ".new", "."], cwd=folder, env=environment,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"go{version} build, {variant}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    os.replace(binary + ".new", binary)
    with open(binary + ".stamp", "w", encoding="utf-8") as file:
        file.write(stamp)
    return binary

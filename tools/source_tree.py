"""The files of the project: what git knows or would know, and without git every file that is not built."""

import os
import subprocess

NOT_SOURCE = {".git", "build", "node_modules", "__pycache__", ".cache"}


def files(root):
    """Paths relative to root, sorted; deleted but still indexed files are left out."""
    git = ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        # Without its own .git the root may lie inside somebody else's repository, which would answer for it.
        if not os.path.exists(os.path.join(root, ".git")):
            raise FileNotFoundError
        out = subprocess.run(git, check=True, capture_output=True).stdout.decode()
        names = out.split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, folders, leaves in os.walk(root):
            folders[:] = [f for f in folders if f not in NOT_SOURCE]
            names += [os.path.relpath(os.path.join(folder, leaf), root) for leaf in leaves]
    return sorted({n for n in names if n and os.path.isfile(os.path.join(root, n))})

"""Real other sides: a private MariaDB and a private OpenSSH server, both on loopback and thrown away afterwards."""
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile

from harness import Failure, find_program, wait_until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def log_tail(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()[-1500:]
    except OSError:
        return ""


def fresh_data(bench, user, log):
    """A new data directory. mariadb-install-db takes seconds, so that its result is kept beside the test bed's programs and
    copied; a version of MariaDB has its own."""
    install = find_program("mariadb-install-db", "mysql_install_db")
    version = subprocess.run([find_program("mariadbd", "mysqld"), "--version"], capture_output=True, text=True, check=True)
    name = "mariadb-" + hashlib.sha256((version.stdout + str(user)).encode()).hexdigest()[:12]
    template = os.path.join(bench.testbed, name)
    if not os.path.isdir(template):
        made = tempfile.mkdtemp(prefix=name + ".", dir=bench.testbed)
        with open(log, "w", encoding="utf-8") as out:
            done = subprocess.run([install, "--no-defaults", *user, f"--datadir={made}", "--skip-test-db",
                                   "--innodb-log-file-size=8M", "--auth-root-authentication-method=normal"],
                                  stdout=out, stderr=out, check=False)
        if done.returncode != 0:
            shutil.rmtree(made, ignore_errors=True)
            raise Failure(f"{install} failed: {log_tail(log)}")
        try:
            os.rename(made, template)
        except OSError:  # another test was faster
            shutil.rmtree(made, ignore_errors=True)
    folder = os.path.join(bench.folder, "mariadb")
    shutil.copytree(template, folder)
    return folder


class MariaDB:
    """A data directory in the bench's folder; ends with the bench."""

    def __init__(self, bench, max_connections=6000):
        server = find_program("mariadbd", "mysqld")
        client = find_program("mariadb", "mysql")
        user = ["--user=root"] if os.geteuid() == 0 else []
        log = os.path.join(bench.folder, "mariadb.log")
        folder = fresh_data(bench, user, log)
        self.port = free_port()
        self.socket = os.path.join(bench.folder, "m.sock")
        with open(log, "a", encoding="utf-8") as out:
            self.process = bench.spawn(
                [server, "--no-defaults", *user, f"--datadir={folder}", f"--socket={self.socket}",
                 f"--port={self.port}", "--bind-address=127.0.0.1", f"--pid-file={bench.folder}/m.pid",
                 f"--max-connections={max_connections}", "--skip-name-resolve", "--innodb-buffer-pool-size=16M",
                 "--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin",
                 "--thread-handling=pool-of-threads"], stdout=out, stderr=out)

        def up():
            if self.process.poll() is not None:
                raise Failure(f"{server} ended with {self.process.returncode}: {log_tail(log)}")
            return accepts(self.port)
        wait_until("MariaDB to accept connections", up)
        setup = subprocess.run(
            [client, "--no-defaults", f"--socket={self.socket}", "-uroot", "-e",
             "CREATE DATABASE shop; CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'shop';"
             "GRANT ALL ON shop.* TO shop@'127.0.0.1';"], capture_output=True, text=True, check=False)
        if setup.returncode != 0:
            raise Failure(f"MariaDB refused the set-up: {setup.stderr}")
        self.dsn = f"shop:shop@tcp(127.0.0.1:{self.port})/shop"


class SSHServer:
    """OpenSSH with a throw-away host key, one throw-away client key, and no PAM."""

    def __init__(self, bench):
        server = find_program("sshd")
        keygen = find_program("ssh-keygen")
        folder = os.path.join(bench.folder, "ssh")
        os.makedirs(folder, mode=0o700)
        self.key = os.path.join(folder, "client")
        host_key = os.path.join(folder, "host")
        for path in (self.key, host_key):
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        with open(self.key + ".pub", encoding="utf-8") as public, \
                open(os.path.join(folder, "authorized"), "w", encoding="utf-8") as authorized:
            authorized.write(public.read())
        self.port = free_port()
        config = os.path.join(folder, "config")
        with open(config, "w", encoding="utf-8") as out:
            out.write(f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {host_key}\n"
                      f"AuthorizedKeysFile {folder}/authorized\nPidFile {folder}/pid\nUsePAM no\nStrictModes no\n"
                      "PermitRootLogin yes\nPasswordAuthentication no\nUseDNS no\nMaxStartups 1000\nMaxSessions 10\n"
                      "PrintMotd no\n")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # privilege separation insists
        log = os.path.join(folder, "log")
        self.process = bench.spawn([server, "-D", "-f", config, "-E", log])

        def up():
            if self.process.poll() is not None:
                raise Failure(f"{server} ended with {self.process.returncode}: {log_tail(log)}")
            return accepts(self.port)
        wait_until("sshd to accept connections", up)
        self.address = f"127.0.0.1:{self.port}"

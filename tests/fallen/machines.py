"""The machines of the set-up, each a process or two on loopback: etcd, PostgreSQL under Patroni, HAProxy, admit."""

import grp
import http.client
import json
import os
import pwd
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVERS = Path("/usr/lib/postgresql")
PACKAGES = {"etcd": "etcd-server", "patroni": "patroni", "haproxy": "haproxy", "psql": "postgresql-client"}
# What Patroni speaks to etcd and PostgreSQL with, and needs no command for.
BESIDE_PATRONI = ["python3-etcd", "python3-psycopg2"]


class Failed(Exception):
    """The run can't go on, or something is not as it has to be."""


def install_missing():
    """Installs, by name, what the machines are made of."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [package for command, package in PACKAGES.items() if not shutil.which(command)]
    if not any(SERVERS.glob("*/bin/initdb")):
        missing.append("postgresql")
    if "patroni" in missing:
        missing += BESIDE_PATRONI
    if not missing:
        return
    if os.geteuid() != 0:
        raise Failed(f"install these first, or run this as root: {' '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-qy", "--no-install-recommends", *missing],
    ):
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def postgres_programs():
    """The folder of the newest PostgreSQL server that is installed."""
    found = [path.parent for path in SERVERS.glob("*/bin/initdb")]
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name)))


def free_address(taken=set()):
    """An address on loopback whose port nobody uses, below those that outgoing connections get."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in taken:
            taken.add(port)
            return f"127.0.0.1:{port}"


def ask(address, path, seconds=3):
    """The status and the text that an address answers with; status 0 where nobody does."""
    connection = http.client.HTTPConnection(address, timeout=seconds)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def wait_for(what, is_there, seconds):
    """Waits until `is_there`, and gives what it gave."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = is_there()
        if found:
            return found
        time.sleep(0.1)
    raise Failed(f"{what}: not within {seconds} s")


def children_of(pid):
    """The processes that a process has started, and those that they have."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
        except (OSError, IndexError):
            continue
    found, waiting = [], [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def kill_hard(*pids):
    """kill -9, whether they are still there or not."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Machines:
    """All processes of a run, in a folder that goes when they do."""

    def __init__(self, admit):
        self.admit = Path(admit).resolve()
        if not self.admit.exists():
            raise Failed(f"there is no {self.admit}; cargo build makes it")
        self.folder = Path(tempfile.mkdtemp(prefix="admit-fallen-"))
        self.folder.chmod(0o755)
        self.running = {}
        self.programs = postgres_programs()
        self.owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.passwords = {name: secrets.token_hex(8) for name in ("superuser", "replication", "admit")}
        self.etcd = free_address()
        self.database = free_address()
        self.people = free_address()
        self.databases = {name: (free_address(), free_address()) for name in "ab"}
        self.instances = {name: free_address() for name in ("one", "two", "three")}
        self.figures = {name: free_address() for name in self.instances}
        self.secret = self.folder / "secret"

    def start(self, name, command, environment=None, owner=None):
        """Starts a process whose output goes into a file of its name."""
        log = open(self.folder / f"{name}.log", "ab")
        self.running[name] = subprocess.Popen(
            command,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.folder,
            start_new_session=True,
            **({"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []} if owner else {}),
        )
        log.close()

    def start_etcd(self):
        """The memory of who is the primary. One here; three in earnest."""
        peer, url = free_address(), f"http://{self.etcd}"
        self.start(
            "etcd",
            ["etcd", "--name", "one", "--data-dir", str(self.folder / "etcd"), "--log-level", "warn",
             "--unsafe-no-fsync", "--listen-client-urls", url, "--advertise-client-urls", url,
             "--listen-peer-urls", f"http://{peer}", "--initial-advertise-peer-urls", f"http://{peer}",
             "--initial-cluster", f"one=http://{peer}"],
        )
        wait_for("etcd", lambda: ask(self.etcd, "/health")[0] == 200, 30)

    def start_database(self, name):
        """A PostgreSQL under Patroni; whether it becomes primary or replica is for them to settle."""
        address, check = self.databases[name]
        home = self.folder / f"database-{name}"
        if not home.exists():
            home.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(home, pwd.getpwnam(self.owner).pw_uid, grp.getgrnam(self.owner).gr_gid)
        environment = {
            "HOME": str(home),
            "PATRONI_NAME": name,
            "PATRONI_RESTAPI_LISTEN": check,
            "PATRONI_RESTAPI_CONNECT_ADDRESS": check,
            "PATRONI_POSTGRESQL_LISTEN": address,
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": address,
            "PATRONI_POSTGRESQL_DATA_DIR": str(home / "data"),
            "PATRONI_POSTGRESQL_BIN_DIR": str(self.programs),
            "PATRONI_POSTGRESQL_PGPASS": str(home / "pgpass"),
            "PATRONI_ETCD3_HOSTS": self.etcd,
            "PATRONI_SUPERUSER_PASSWORD": self.passwords["superuser"],
            "PATRONI_REPLICATION_PASSWORD": self.passwords["replication"],
        }
        owner = self.owner if os.geteuid() == 0 else None
        self.start(f"patroni-{name}", ["patroni", str(HERE / "patroni.yml")], environment, owner)

    def primary(self):
        """The database that takes changes, by its name; nothing where none does."""
        return next((name for name, (_, check) in self.databases.items() if ask(check, "/primary")[0] == 200), None)

    def has_replica(self):
        """Whether every change is on two machines before it is answered."""
        synchronous = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        try:
            return self.sql(synchronous, role="postgres", database="postgres") == "1"
        except Failed:
            return False

    def fell_database(self, name):
        """The machine of a database is gone: PostgreSQL and Patroni at once, without a word."""
        patroni = self.running.pop(f"patroni-{name}")
        pid_file = self.folder / f"database-{name}" / "data" / "postmaster.pid"
        postmaster = int(pid_file.read_text().split()[0])
        kill_hard(patroni.pid, postmaster, *children_of(postmaster))
        patroni.wait()

    def start_proxy(self):
        """HAProxy before the instances and before the databases."""
        environment = {"PEOPLE": self.people, "DATABASE": self.database}
        for number, address in enumerate(self.instances.values(), 1):
            environment[f"ADMIT_{number}"] = address
        for name, (address, check) in self.databases.items():
            environment[f"DATABASE_{name.upper()}"] = address
            environment[f"CHECK_{name.upper()}"] = check.rpartition(":")[2]
        self.start("haproxy", ["haproxy", "-db", "-f", str(HERE / "haproxy.cfg")], environment)

    def database_url(self):
        """What the instances are given."""
        return f"postgres://admit:{self.passwords['admit']}@{self.database}/admit"

    def start_instance(self, name):
        """An instance of the server."""
        command = [str(self.admit), "serve", "--listen", self.instances[name], "--secret-file", str(self.secret),
                   "--public-url", f"http://{self.people}", "--smtp", f"smtp://{self.mail}",
                   "--mail-from", "no-reply@example.org", "--trust-proxy", "127.0.0.1",
                   "--metrics", self.figures[name]]
        self.start(f"admit-{name}", command, {"ADMIT_DATABASE": self.database_url(), "ADMIT_LOG": "admit=info"})

    def fell_instance(self, name):
        """The machine of an instance is gone."""
        process = self.running.pop(f"admit-{name}")
        process.kill()
        process.wait()

    def is_ready(self, name):
        """Whether an instance says that it is ready."""
        return ask(self.instances[name], "/readyz", 8)[0] == 200

    def metric(self, instance, name):
        """A figure of an instance, over all its labels."""
        lines = ask(self.figures[instance], "/metrics", 8)[1].splitlines()
        if not any(line.startswith(f"# TYPE {name} ") for line in lines):
            raise Failed(f"{instance} has no {name} in /metrics")
        return sum(float(line.rpartition(" ")[2]) for line in lines if re.match(re.escape(name) + r"[{ ]", line))

    def command(self, *arguments, token=None, seconds=180, url=None):
        """A command of admit, as an operator or the host runs it."""
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder / "home")}
        if token:
            environment.update(ADMIT_URL=url or f"http://{self.people}", ADMIT_TOKEN=token)
        else:
            environment["ADMIT_DATABASE"] = self.database_url()
        return subprocess.run([str(self.admit), *arguments], env=environment, capture_output=True, text=True,
                              timeout=seconds, stdin=subprocess.DEVNULL)

    def host(self, *arguments):
        """A command of the server's host; what it says."""
        done = self.command(*arguments)
        if done.returncode:
            raise Failed(f"admit {' '.join(arguments)}: exit {done.returncode}: {done.stderr}")
        return done.stdout.strip()

    def sql(self, text, role="admit", database="admit"):
        """Runs a statement on whichever database takes changes."""
        password = self.passwords["superuser" if role == "postgres" else role]
        host, _, port = self.database.partition(":")
        command = ["psql", "-XqAtv", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-U", role, "-d", database, "-c", text]
        done = subprocess.run(command, env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"{text}: {done.stderr}")
        return done.stdout.strip()

    def rows(self, select):
        """The rows of a query, as dictionaries."""
        return json.loads(self.sql(f"SELECT coalesce(json_agg(r), '[]') FROM ({select}) r"))

    def log_tails(self, lines=15):
        """The last that every process said."""
        for log in sorted(self.folder.glob("*.log")):
            tail = log.read_text(errors="replace").splitlines()[-lines:]
            yield f"--- {log.name}\n" + "\n".join(tail)

    def end(self, keep=False):
        """Ends every process, and forgets the folder unless it is to be kept."""
        for process in self.running.values():
            kill_hard(process.pid, *children_of(process.pid))
            process.wait()
        for pid_file in self.folder.glob("database-*/data/postmaster.pid"):
            postmaster = int(pid_file.read_text().split()[0])
            kill_hard(*children_of(postmaster), postmaster)
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

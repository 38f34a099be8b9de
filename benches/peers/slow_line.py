#!/usr/bin/env python3
"""A held key over a slow SSH line: admit beside other terminal programs, through a real sshd.

    cargo build --release && python3 benches/peers/slow_line.py [--binary PATH] [--delay-ms 75] [--kib-s 32]

Needs root (sshd of its own, on a free port of loopback, with keys of its own, all in a folder that is
removed at the end), openssh-server, and the peers that `screen.py --install` installs. Prints Markdown:
a key that scrolls by a row, pressed by itself; then the same key held for two seconds at 30 a second:
how long after the last press the last frame is there, and the bytes of it all.
"""
import argparse
import getpass
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pty_run import Program
from screen import PEERS, ROOT, Server, subjects

HERE = Path(__file__).resolve().parent
REPEAT = 30


class Sshd:
    """An sshd on loopback that lets this user in by a key of its own."""

    def __init__(self, home):
        self.home = home / "ssh"
        self.home.mkdir(mode=0o700)
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.home / name], check=True)
        shutil.copy(self.home / "user.pub", self.home / "authorized")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        Path("/run/sshd").mkdir(exist_ok=True)
        config = self.home / "sshd_config"
        config.write_text(f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.home}/host\nPidFile none\n"
                          f"AuthorizedKeysFile {self.home}/authorized\nStrictModes no\nUsePAM no\n"
                          "PasswordAuthentication no\nPermitRootLogin prohibit-password\nPrintMotd no\n"
                          "PermitUserEnvironment no\nAcceptEnv *\n")
        self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-q", "-f", config])
        end = time.monotonic() + 10
        while True:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if time.monotonic() > end:
                raise SystemExit("sshd did not start")
            time.sleep(0.05)

    def command(self, words, environment, folder, line):
        """The words of an ssh that runs `words` there on a terminal, through the slow line."""
        proxy = f"{sys.executable} {HERE / 'slow_pipe.py'} %h %p {line[0]} {line[1]}"
        told = " ".join(f"{name}='{value}'" for name, value in environment.items() if name != "TERM")
        quoted = " ".join(f"'{word}'" for word in words)
        return ["ssh", "-tt", "-q", "-F", "none", "-o", f"ProxyCommand={proxy}", "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-i", str(self.home / "user"), "-p", str(self.port),
                f"{getpass.getuser()}@127.0.0.1", f"cd '{folder}' && exec env {told} {quoted}"]

    def end(self):
        self.process.terminate()
        self.process.wait(10)


def held(program, key, seconds):
    """The key held: milliseconds from its last press to the last byte, and all bytes."""
    first, begun, sent = len(program.chunks), time.perf_counter(), 0
    while (now := time.perf_counter()) - begun < seconds:
        due = begun + sent / REPEAT
        if now >= due:
            os.write(program.fd, key)
            sent, last = sent + 1, now
        else:
            program.read(due - now)
    program.until_quiet(1.0, 30.0)
    came = program.since(first)
    return (came[-1][0] - last) * 1000, sum(len(data) for _, data in came)


def measure(command, work, size, seconds):
    program = Program(command, size, {**os.environ, "TERM": "xterm-256color"})
    try:
        start = program.until_shown(work["start"], 60)
        program.until_quiet(1.5, 6.0)
        program.learn_ticks()
        for _ in range(size[1]):
            os.write(program.fd, work["down"])
        program.until_quiet(1.0)
        single = [answer for _ in range(7) if (answer := program.press(work["down"], 0.6))]
        arrow = held(program, work["down"], seconds)
        page = held(program, work["page"], seconds)
        return start, statistics.median(last for _, last, _ in single), arrow, page
    finally:
        program.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=ROOT / "target/release/admit", type=Path)
    parser.add_argument("--delay-ms", default=75, type=float)
    parser.add_argument("--kib-s", default=32, type=float)
    parser.add_argument("--seconds", default=2, type=float)
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--only", help="names of programs, by their beginnings, with semicolons")
    asked = parser.parse_args()
    size, line = tuple(map(int, asked.size.split("x"))), (asked.delay_ms, asked.kib_s)
    binary = str(asked.binary.resolve())
    with tempfile.TemporaryDirectory(prefix="admit-line-") as folder:
        home = Path(folder)
        server, sshd = Server(binary, home, 20_000), Sshd(home)
        try:
            print(f"{2 * line[0]:.0f} ms round trip, {line[1]:.0f} KiB/s, {asked.size}; a key at a time, then held for "
                  f"{asked.seconds:.0f} s at {REPEAT} a second\n")
            print("| program | start ms | one-row scroll ms | arrow held: lag ms, bytes | page held: lag ms, bytes |")
            print("|" + " --- |" * 5)
            wanted = tuple(asked.only.split(";")) if asked.only else ("admit, server", "fzf", "gitui", "csvlens")
            for name, command, environment, place, work in subjects(binary, home, server):
                program = command[0] if command[0] != "sh" else str(PEERS / "venv/bin/fzf")
                if not name.startswith(wanted) or not shutil.which(program):
                    continue
                words = sshd.command(command, environment, place, line)
                start, single, arrow, page = measure(words, work, size, asked.seconds)
                print(f"| {name} | {start:.0f} | {single:.0f} | {arrow[0]:.0f}, {arrow[1]} | {page[0]:.0f}, {page[1]} |",
                      flush=True)
        finally:
            sshd.end()
            server.end()


main()

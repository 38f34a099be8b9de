#!/usr/bin/env python3
"""What admit takes up with a long list of courses in its picker, on a local pty.

    cargo build --release && python3 benches/peers/memory.py [--binary PATH] [--courses N] [--database URL]

Starts a server on loopback, opens the invite form, waits until the whole list is in its popup, types
and deletes, and says what is resident after each step, and the most that ever was. Twice: with the
list fetched, and with the list kept on disk. Needs pyte (`screen.py --install`).
"""
import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from screen import ROOT, Server, base_environment
from pty_run import Program

BACK_TAB, FULL_LIST, DELETE = b"\x1b[Z", b"\x0f", b"\x7f"


def mebibytes(pid, name):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE).group(1)) / 1024


def until(program, wanted, most=180):
    """Reads until the screen shows what matches `wanted`."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        program.read(0.2)
        shown = "\n".join(program.look())
        if re.search(wanted, shown):
            return
    raise SystemExit(f"never saw {wanted}; the screen shows:\n{shown}")


def run(command, environment, courses):
    program = Program(command, (120, 40), environment)
    rows = []
    note = lambda step: rows.append((step, mebibytes(program.pid, "VmRSS"), mebibytes(program.pid, "VmHWM")))
    try:
        until(program, "@example.org")
        program.until_quiet(1.0)
        note("the table of users")
        program.press(b"i", 0.5)
        program.press(BACK_TAB, 0.3), program.press(BACK_TAB, 0.3)
        program.press(FULL_LIST, 0.5)
        until(program, rf"of {courses:,}|{courses:,}".replace(",", "[ \u202f\u00a0,]?"))
        program.until_quiet(3.0)
        note("the list in its popup")
        for letter in b"manual h":
            program.press(bytes([letter]), 0.6)
        note("`manual h` typed")
        for _ in b"manual h":
            program.press(DELETE, 0.4)
        for letter in b"ert":
            program.press(bytes([letter]), 0.6)
        note("deleted, `ert` typed")
        print("\n".join(program.look()), file=sys.stderr)
    finally:
        program.end()
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=ROOT / "target/release/admit", type=Path)
    parser.add_argument("--courses", default=1_000_000, type=int)
    parser.add_argument("--database", help="with so many courses; without one it is made")
    asked = parser.parse_args()
    binary = str(asked.binary.resolve())
    with tempfile.TemporaryDirectory(prefix="admit-memory-") as folder:
        home = Path(folder)
        database = asked.database or f"sqlite:{home}/courses.db"
        if asked.database is None:
            subprocess.run([binary, "seed", "--database", database, "--users", "100", "--courses", str(asked.courses),
                            "--seed", "1"], env=base_environment(home), check=True, stderr=subprocess.DEVNULL)
        server = Server(binary, home, 100, database)
        try:
            print("| | after | resident, MiB | the most so far |\n| --- | --- | --- | --- |")
            for which in ("fetched", "kept on disk"):
                for step, now, most in run([binary], {**base_environment(home), **server.variables}, asked.courses):
                    print(f"| {which} | {step} | {now:.1f} | {most:.1f} |", flush=True)
        finally:
            server.end()


if __name__ == "__main__":
    main()

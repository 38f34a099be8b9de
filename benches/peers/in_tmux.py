#!/usr/bin/env python3
"""Whether a real terminal shows what was meant: admit in tmux, any keys, then painted anew.

    cargo build --release && python3 benches/peers/in_tmux.py [--binary PATH] [--keys N] [--seed N]

After every few keys the pane is captured with its styles, Ctrl-L paints all anew, and both pictures
must be the same cell by cell. Exits with 1 where they are not.
"""
import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOCKET = "admit-in-tmux"
KEYS = ["Down"] * 8 + ["Up"] * 5 + ["PageDown", "PageUp", "NPage", "g", "G", "Space", "Escape", "Escape", ":", "r", "/", "a"]


def tmux(*words):
    return subprocess.run(["tmux", "-L", SOCKET, "-f", "/dev/null", *words], capture_output=True, text=True, check=True).stdout


def cells(line):
    """What a person sees of a line: of a blank only its background, underline and reverse."""
    style, seen = {}, []
    for codes, char in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b])", line):
        if char:
            kinds = ("bg", 4, 7) if char == " " else ("fg", "bg", 1, 2, 3, 4, 7)
            seen.append((char, tuple(style.get(kind) for kind in kinds)))
            continue
        for code in [int(code or 0) for code in codes.split(";")]:
            if code == 0:
                style = {}
            elif code in (1, 2, 3, 4, 7):
                style[code] = True
            elif code in (22, 23, 24, 27):
                for gone in {22: (1, 2), 23: (3,), 24: (4,), 27: (7,)}[code]:
                    style.pop(gone, None)
            elif code % 10 == 9 and code < 50:
                style.pop("fg" if code == 39 else "bg", None)
            else:
                style["fg" if code // 10 in (3, 9) else "bg"] = code
    while seen and seen[-1] == (" ", (None, None, None)):
        seen.pop()
    return seen


def settled():
    """The picture, once it stays the same: cells and cursor."""
    last = None
    while (now := tmux("capture-pane", "-p", "-e", "-t", "admit")) != last:
        last = now
        time.sleep(0.8)  # longer than any search waits
    lines = now.split("\n")
    # The first line tells how long the last answer took, the last but one what the key before did.
    lines = [cells(line) for line in lines[1:-3] + lines[-2:]]
    return lines, tmux("display-message", "-p", "-t", "admit", "#{cursor_x},#{cursor_y}")


def run(binary, term, size, count, chance):
    with tempfile.TemporaryDirectory(prefix="admit-tmux-") as home:
        words = (f"env -i PATH=/usr/bin:/bin HOME={home} XDG_STATE_HOME={home} XDG_CONFIG_HOME={home} "
                 f"ADMIT_DATA_DIR={home}/data LANG=C.UTF-8 TERM={term} {binary}")
        tmux("new-session", "-d", "-s", "admit", "-x", str(size[0]), "-y", str(size[1]), words)
        try:
            end = time.monotonic() + 30
            while "@example.org" not in tmux("capture-pane", "-p", "-t", "admit"):
                if time.monotonic() > end:
                    sys.exit("the program did not start")
                time.sleep(0.1)
            pressed = []
            for _ in range(count):
                keys = [chance.choice(KEYS) for _ in range(chance.randint(1, 9))]
                pressed += keys
                tmux("send-keys", "-t", "admit", *keys)
                changed = settled()
                tmux("send-keys", "-t", "admit", "C-l")
                anew = settled()
                if changed != anew:
                    print(f"TERM={term} {size}: after {pressed[-20:]}, cursor {changed[1].strip()}, {anew[1].strip()}")
                    for was, now in zip(changed[0], anew[0]):
                        if was != now:
                            print("  changed:", "".join(char for char, _ in was), "\n  anew:   ", "".join(char for char, _ in now))
                    return False
        finally:
            tmux("kill-server")
    print(f"TERM={term} {size[0]}×{size[1]}: {count} pictures, each as painted anew")
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=ROOT / "target/release/admit", type=Path)
    parser.add_argument("--keys", default=25, type=int)
    parser.add_argument("--seed", default=1, type=int)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    terms = [("tmux-256color", (120, 40)), ("screen-256color", (80, 24)), ("xterm-256color", (200, 50)), ("linux", (80, 24))]
    good = [run(asked.binary.resolve(), term, size, asked.keys, chance) for term, size in terms]
    sys.exit(0 if all(good) else 1)


main()

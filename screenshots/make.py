#!/usr/bin/env python3
"""Makes the pictures in this folder from the real program, run in tmux on a throw-away workspace.

    cargo build --release && python3 screenshots/make.py [path of the binary]

Needs tmux, Pillow (pip install pillow) and DejaVu Sans Mono (apt install fonts-dejavu-core).
"""
import re
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
BINARY = Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "target/release/admit").resolve()
WIDTH, HEIGHT, SIZE = 100, 30, 16
FONTS = Path("/usr/share/fonts/truetype/dejavu")
SOCKET = "admit-screenshots"
TABLES = {
    "dark": dict(
        fg="#d6d6d0", bg="#16181d",
        ansi="#16181d #e5695f #8fbf6a #dcb65c #6fa3e0 #bd8ad6 #5fb8b8 #d6d6d0 "
             "#5c616e #f0857c #a8d484 #ecca78 #8dbaf0 #cfa3e4 #7fcfcf #ffffff".split()),
    "light": dict(
        fg="#24272e", bg="#fbfaf7",
        ansi="#24272e #b3261e #2f7d32 #8a6100 #1f5fbf #7b3fa0 #00747a #55585f "
             "#8a8d94 #c9372e #3d8f40 #9c7000 #2f73d6 #9150b8 #00868c #24272e".split()),
}


def tmux(*words, check=True):
    done = subprocess.run(["tmux", "-L", SOCKET, *words], capture_output=True, text=True, check=check)
    return done.stdout


def screen():
    return tmux("capture-pane", "-p", "-t", "admit")


def wait_for(text, seconds=20):
    """Waits until the screen shows `text`, or says what it shows instead."""
    end = time.monotonic() + seconds
    while text not in screen():
        if time.monotonic() > end:
            sys.exit(f"never saw {text!r}; the screen shows:\n{screen()}")
        time.sleep(0.05)


def press(*keys):
    for key in keys:
        tmux("send-keys", "-t", "admit", key)
        time.sleep(0.03)


def write(text):
    tmux("send-keys", "-t", "admit", "-l", text)


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.fg = self.bg = None
        self.bold = self.dim = self.underline = self.reverse = False

    def apply(self, codes):
        codes = [int(code or 0) for code in codes.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0: self.reset()
            elif code == 1: self.bold = True
            elif code == 2: self.dim = True
            elif code == 4: self.underline = True
            elif code == 7: self.reverse = True
            elif code == 22: self.bold = self.dim = False
            elif code == 24: self.underline = False
            elif code == 27: self.reverse = False
            elif code in (38, 48):
                kind = codes.pop(0)
                value = codes.pop(0) if kind == 5 else tuple(codes.pop(0) for _ in range(3))
                if code == 38: self.fg = value
                else: self.bg = value
            elif code == 39: self.fg = None
            elif code == 49: self.bg = None
            elif 30 <= code <= 37: self.fg = code - 30
            elif 90 <= code <= 97: self.fg = code - 82
            elif 40 <= code <= 47: self.bg = code - 40
            elif 100 <= code <= 107: self.bg = code - 92


def rgb(value, table, default):
    if value is None: value = default
    elif isinstance(value, int): value = table["ansi"][value % 16]
    if isinstance(value, tuple): return value
    return tuple(int(value[i:i + 2], 16) for i in (1, 3, 5))


def mix(a, b, share):
    return tuple(round(x * share + y * (1 - share)) for x, y in zip(a, b))


def picture(name, table_name):
    table = TABLES[table_name]
    fonts = {bold: ImageFont.truetype(str(FONTS / f"DejaVuSansMono{'-Bold' if bold else ''}.ttf"), SIZE)
             for bold in (False, True)}
    cell_w, cell_h, margin = round(fonts[False].getlength("M")), round(SIZE * 1.3), 14
    image = Image.new("RGB", (WIDTH * cell_w + 2 * margin, HEIGHT * cell_h + 2 * margin), table["bg"])
    draw, style = ImageDraw.Draw(image), Style()
    lines = tmux("capture-pane", "-e", "-p", "-t", "admit").split("\n")[:HEIGHT]
    for row, line in enumerate(lines):
        column = 0
        for codes, char in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b])", line):
            if not char:
                style.apply(codes)
                continue
            fg, bg = rgb(style.fg, table, table["fg"]), rgb(style.bg, table, table["bg"])
            if style.reverse: fg, bg = bg, fg
            if style.dim: fg = mix(fg, bg, 0.62)
            cells = 2 if unicodedata.east_asian_width(char) in "WF" else 1
            x, y = margin + column * cell_w, margin + row * cell_h
            draw.rectangle((x, y, x + cells * cell_w - 1, y + cell_h - 1), fill=bg)
            draw.text((x, y + 1), char, font=fonts[style.bold], fill=fg)
            if style.underline:
                draw.line((x, y + cell_h - 3, x + cells * cell_w - 1, y + cell_h - 3), fill=fg)
            column += cells
    if tmux("display-message", "-p", "-t", "admit", "#{cursor_flag}").strip() == "1":
        at = tmux("display-message", "-p", "-t", "admit", "#{cursor_x} #{cursor_y}").split()
        x, y = margin + int(at[0]) * cell_w, margin + int(at[1]) * cell_h
        draw.rectangle((x, y, x + 1, y + cell_h - 1), fill=rgb(None, table, table["fg"]))
    image.save(HERE / f"{name}-{table_name}.png", optimize=True)
    print(f"{name}-{table_name}.png")


def shoot(name):
    time.sleep(0.4)
    for table_name in TABLES:
        picture(name, table_name)


def main():
    tmux("kill-server", check=False)
    command = f"env -u NO_COLOR LANG=C.UTF-8 {BINARY} --demo"
    tmux("-f", "/dev/null", "new-session", "-d", "-s", "admit", "-x", str(WIDTH), "-y", str(HEIGHT), command)
    try:
        tour()
    finally:
        tmux("kill-server", check=False)


def tour():
    wait_for("@example.org")
    press("j", "j", "j", "j", "j", "j", "j")
    shoot("users")
    press("i")
    wait_for("Send invitation")
    time.sleep(1)  # the lists to pick from
    write("cara.smith@example.org")
    press("Tab", "Tab", "Tab", "Tab")
    write("york")
    wait_for("York")
    press("Tab")
    write("+90d")
    press("Tab")
    write("aid")
    press("Tab")
    write("man")
    wait_for("Manual handling")
    shoot("invite")
    press("Escape", "C-u", "C-x")
    write("elsewhere@example.org")
    press("Tab")
    wait_for("has an account already")
    shoot("advisory")
    press("C-x", "Escape")
    wait_for("NAME")
    press("/")
    write("gupta")
    press("Enter")
    wait_for("match")
    press("Enter")
    wait_for("Record")
    shoot("user")
    press("Escape")
    wait_for("NAME")
    press("Escape")
    wait_for("Amara Okafor")  # the search has ended
    press("*")
    wait_for("all that match")
    press("x", "n")
    wait_for("Choose courses")
    time.sleep(1)  # the list to pick from
    write("fire")
    wait_for("Fire safety")
    press("Enter", "Tab")
    wait_for("Do it")
    shoot("batch")
    press("y")
    wait_for("were enrolled")
    press("Enter", "5")
    wait_for("takes back")
    shoot("activity")


if __name__ == "__main__":
    main()

"""A program on a terminal of its own: what it writes, when, and what that looks like."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

sys.path += [str(path) for path in Path(__file__).resolve().parents[2].glob("target/peers/venv/lib/python*/site-packages")]
import pyte


# What a terminal is asked, and what xterm would say: a program that awaits an answer starts only then.
ANSWERS = [
    (rb"\x1b\[6n", b"\x1b[1;1R"),
    (rb"\x1b\[0?c", b"\x1b[?62;22c"),
    (rb"\x1b\[\?u", b"\x1b[?0u"),
    (rb"\x1b\[\?(\d+)\$p", b"\x1b[?%b;2$y"),
    (rb"\x1b\]1([01]);\?(?:\x07|\x1b\\)", b"\x1b]1%b;rgb:0000/0000/0000\x1b\\"),
]


class Program:
    """A child on a pty. Bytes are taken with their times as they come; the picture is made afterwards."""

    def __init__(self, command, size, environment):
        self.size, self.chunks, self.taken, self.ticks, self.heard = size, [], 0, set(), b""
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.begun = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def read(self, seconds):
        """One chunk, or none in so many seconds; an ended program is None."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return None
        self.chunks.append((time.perf_counter(), data))
        self.answer(data)
        return data

    def answer(self, data):
        """Answers what is asked in `data`; a question may have begun in the chunk before."""
        heard = self.heard + data
        asked = [(found, answer) for question, answer in ANSWERS for found in re.finditer(question, heard)]
        for found, answer in sorted(asked, key=lambda pair: pair[0].start()):
            os.write(self.fd, answer % found.groups())
        self.heard = heard[max((found.end() for found, _ in asked), default=0):][-16:]

    def until_quiet(self, quiet=0.25, most=20.0):
        last = time.perf_counter()
        end = last + most
        while (now := time.perf_counter()) < end and now - last < quiet:
            data = self.read(last + quiet - now)
            if data is None:
                return
            if data and not self.is_tick(data):
                last = time.perf_counter()

    def learn_ticks(self, seconds=2.0):
        """Notes what the program writes though nothing happens: it is no answer to a key."""
        first, end = len(self.chunks), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0 and self.read(left) is not None:
            pass
        self.ticks |= {data for _, data in self.chunks[first:]}

    def is_tick(self, data):
        return any(data == tick * (len(data) // len(tick)) for tick in self.ticks)

    def since(self, first):
        """The chunks from that one on, but for those that come anyway."""
        return [chunk for chunk in self.chunks[first:] if not self.is_tick(chunk[1])]

    def press(self, keys, quiet=0.25):
        """Milliseconds to the first and to the last byte, and how many bytes, until nothing comes."""
        first = len(self.chunks)
        sent = time.perf_counter()
        os.write(self.fd, keys)
        self.until_quiet(quiet)
        came = self.since(first)
        if not came:
            return None
        return (came[0][0] - sent) * 1000, (came[-1][0] - sent) * 1000, sum(len(data) for _, data in came)

    def look(self):
        """The screen as lines; pyte knows no `CSI ? u` and the like, which change no cell."""
        for _, data in self.chunks[self.taken:]:
            try:
                self.stream.feed(data)
            except Exception:  # a sequence that the emulator does not know
                pass
        self.taken = len(self.chunks)
        try:
            return self.screen.display
        except IndexError:  # a half-overwritten wide cell
            return ["".join(self.screen.buffer[y][x].data or " " for x in range(self.size[0]))
                    for y in range(self.size[1])]

    def until_shown(self, texts, most=30.0):
        """Milliseconds from the start to the chunk with which all of `texts` are on the screen."""
        end = time.perf_counter() + most
        screen = pyte.Screen(*self.size)
        stream, fed = pyte.ByteStream(screen), 0
        while time.perf_counter() < end:
            if self.read(0.05) is None:
                break
            for at, data in self.chunks[fed:]:
                try:
                    stream.feed(data)
                except Exception:
                    pass
                fed += 1
                shown = "\n".join(screen.display)
                if all(text in shown for text in texts):
                    return (at - self.begun) * 1000
        raise SystemExit(f"never saw {texts}; the screen shows:\n" + "\n".join(self.look()))

    def status(self):
        """Context switches by thread, CPU ticks of all threads, and resident MiB."""
        switches, ticks = {}, 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            try:
                lines = (task / "status").read_text().splitlines()
                switches[task.name] = sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
                fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        status = Path(f"/proc/{self.pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        return switches, ticks, resident / 1024

    def idle(self, seconds=10):
        """Wake-ups, CPU per cent and bytes over `seconds` without a key."""
        self.until_quiet(1.0)
        first = len(self.chunks)
        before = self.status()
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if self.read(left) is None:
                break
        after = self.status()
        came = sum(len(data) for _, data in self.chunks[first:])
        per_cent = (after[1] - before[1]) * 100 / os.sysconf("SC_CLK_TCK") / seconds
        # A thread that has ended takes its count with it.
        wakes = sum(count - before[0].get(thread, 0) for thread, count in after[0].items())
        return wakes, per_cent, came

    def end(self):
        try:
            os.kill(self.pid, signal.SIGTERM)
            end = time.perf_counter() + 2
            while time.perf_counter() < end:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
                self.read(0.02)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        finally:
            os.close(self.fd)

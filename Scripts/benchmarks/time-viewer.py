"""Times the viewer and VisiData on one file, each in a pseudo-terminal of 24 × 80, by what appears on its screen.

usage: python Scripts/benchmarks/time-viewer.py LECTERN FILE [VISIDATA]

Needs pyte; VisiData needs pyarrow and pandas for Parquet. Written for VisiData 3.4 and pyte 0.8.2. FILE is the seminar's
train_orders: the first and the last row are recognised by their values.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

import pyte

ROWS, COLUMNS = 24, 80


class Program:
    """A program in a pseudo-terminal, and what its screen shows."""

    def __init__(self, *command):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.start = time.perf_counter()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", LINES=str(ROWS), COLUMNS=str(COLUMNS))
            os.execvp(command[0], command)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    @property
    def text(self):
        return "\n".join(self.screen.display)

    def wait(self, shows, timeout, since=None):
        """Seconds since `since` until the screen shows something; None if it never did."""
        since = self.start if since is None else since
        end = time.perf_counter() + timeout
        while not shows(self.text):
            left = end - time.perf_counter()
            if left <= 0:
                return None
            if select.select([self.terminal], [], [], left)[0]:
                try:
                    data = os.read(self.terminal, 1 << 16)
                except OSError:
                    return None
                moment = time.perf_counter()
                self.stream.feed(data)
                if shows(self.text):
                    return moment - since
        return time.perf_counter() - since

    def press(self, keys):
        now = time.perf_counter()
        os.write(self.terminal, keys.encode())
        return now

    def until(self, keys, shows, timeout=100):
        return self.wait(shows, timeout, self.press(keys))

    def frame(self, keys, shows, timeout):
        """Seconds until what keys ask for has arrived; None if it never did.

        Bytes are taken as they come and drawn only afterwards: drawing takes Python longer than the program that is timed.
        """
        now = self.press(keys)
        end = now + timeout
        while time.perf_counter() < end:
            arrived = []
            while select.select([self.terminal], [], [], 0.005 if arrived else max(0, end - time.perf_counter()))[0]:
                data = os.read(self.terminal, 1 << 16)
                arrived.append((time.perf_counter(), data))
            shown = None
            for moment, data in arrived:
                self.stream.feed(data)
                if shown is None and shows(self.text):
                    shown = moment - now
            if shown is not None:
                return shown
        return None

    def rest(self, seconds):
        """Lets it work, and looks on."""
        self.wait(lambda text: False, seconds)

    def response(self, keys, timeout):
        """Seconds until it draws anything after keys; None if it never did."""
        now = self.press(keys)
        if not select.select([self.terminal], [], [], timeout)[0]:
            return None
        took = time.perf_counter() - now
        self.stream.feed(os.read(self.terminal, 1 << 16))
        return took

    def memory(self, name):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith(name):
                    return int(line.split()[1]) / 1024

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] if times else None


class Told(dict):
    """Results that are told as they come: the other program may take long."""

    def __setitem__(self, name, value):
        super().__setitem__(name, value)
        print(f"{name}: {value}", file=sys.stderr, flush=True)


def lectern(binary, path):
    def open_file():
        program = Program(binary, "view", path)
        return program, program.wait(lambda text: "1 of 19_586_744 rows" in text and re.search(r"^ +1 +[0-9]+ ", text, re.M), 20)

    result, firsts, lasts = Told(), [], []
    for _ in range(5):
        program, first = open_file()
        firsts.append(first)
        # The cells of the last row, not only its number.
        lasts.append(program.until("G", lambda text: "19_586_744 of" in text and "\n19_586_744  " in text and "·" not in text))
        program.end()
    result["first paint"] = percentile(firsts, 0.5)
    result["G"] = percentile(lasts, 0.5)
    first_sorts = []
    for _ in range(3):
        program, _ = open_file()
        first_sorts.append(program.until("]", lambda text: "sort user_id desc: " in text and "·" not in text, 60))
        program.end()
    result["first sort of a file of which nothing is read"] = percentile(first_sorts, 0.5)
    program, _ = open_file()
    result["memory after opening, MB"] = program.memory("VmRSS")
    result["without the pages of the file, MB"] = program.memory("RssAnon")
    sorts = []
    for keys, done in [("]", "sort user_id desc: "), ("[", "sort user_id: "), ("l]", "sort product_id desc: "),
                       ("[", "sort product_id: "), ("l]", "sort date desc: "), ("[", "sort date: ")]:
        pressed = program.press(keys)
        sorts.append(program.wait(lambda text: done in text and "·" not in text, 60, pressed))
    result["sort by a column"] = percentile(sorts, 0.5)
    result["sorts"] = sorts
    # Half a second after the memory that sorting freed is given back.
    program.rest(1.5)
    result["memory after six sortings by three columns, MB"] = program.memory("VmRSS")
    result["of it without the pages of the file, MB"] = program.memory("RssAnon")
    undone = program.until("u", lambda text: "date ↓" in text and "·" not in text, 60)
    result["undo of a sorting, whose rows are sorted anew"] = undone
    program.rest(1.5)
    result["memory after the undo, MB"] = program.memory("VmRSS")
    result["peak, MB"] = program.memory("VmHWM")
    # Keys while sorts run: what a key changes is the number of the row at the foot.
    frames = []
    program.until("hh", lambda text: "column 1/3" in text)
    for turn in range(60):
        program.press("][" [turn % 2])
        program.wait(lambda text: "Ctrl-C stops it" in text, 5)
        row = 1
        for _ in range(12):
            row += 1
            took = program.frame("j", lambda text: f" {row} of 19_586_744" in text, 1)
            if took is None or "Ctrl-C stops it" not in program.text:
                break
            frames.append(took)
            program.rest(0.01)
        program.wait(lambda text: "Ctrl-C stops it" not in text, 60)
        program.until("gg", lambda text: " 1 of 19_586_744" in text)
    result["keys while sorting"] = len(frames)
    result["key to frame, median"] = percentile(frames, 0.5)
    result["key to frame, 99th percentile"] = percentile(frames, 0.99)
    result["frequency table"] = program.until("^lF", lambda text: "cumulative" in text and "of 1" in text)
    program.end()
    # The greatest user, by which VisiData's sort is known to be done.
    program, _ = open_file()
    program.until("]", lambda text: "sort user_id desc: " in text and "·" not in text, 60)
    greatest = re.search(r"^ +1 +([0-9]+) ", program.text, re.M).group(1)
    program.end()
    return result, greatest


def visidata(binary, path, greatest):
    result = Told()
    program = Program(binary, "-f", "parquet", path)
    # The first row's date, below the header.
    result["first paint"] = program.wait(lambda text: "2024-" in text, 60)
    rows = "19586744 rows"
    loaded = program.wait(lambda text: rows in text.splitlines()[-1], 150)
    result["everything loaded"] = loaded
    result["memory after opening, MB"] = program.memory("VmRSS")
    if loaded is not None:
        program.rest(2)
        before = program.text
        result["G"] = program.until("G", lambda text: text != before and "2024-" in text)
        program.until("gg", lambda text: True)
        program.rest(1)
        pressed = program.press("]")
        # While it sorts it has no rows; with all of them back it is done. Keys while it sorts: how long until anything
        # at all is drawn.
        frames = []
        program.wait(lambda text: rows not in text.splitlines()[-1], 20)
        while rows not in program.text.splitlines()[-1] and time.perf_counter() < pressed + 900:
            took = program.response("j" if len(frames) % 2 == 0 else "k", 30)
            if took is not None:
                frames.append(took)
            program.rest(0.02)
        sorted_after = time.perf_counter() - pressed
        if program.wait(lambda text: greatest in text, 10) is not None:
            result["sort by a column"] = sorted_after
        result["keys while sorting"] = len(frames)
        result["key to any drawing, median"] = percentile(frames, 0.5)
        result["key to any drawing, 99th percentile"] = percentile(frames, 0.99)
        result["longest"] = max(frames, default=None)
        result["memory after one sorting, MB"] = program.memory("VmRSS")
        program.rest(2)
        pressed = program.press("lF")
        result["frequency table"] = program.wait(
            lambda text: re.search(r"1[0-9]{4} bins", end := text.splitlines()[-1]) and "grouping" not in end, 300, pressed)
    result["peak, MB"] = program.memory("VmHWM")
    program.end()
    return result


if __name__ == "__main__":
    own, greatest = lectern(sys.argv[1], sys.argv[2])
    results = {"lectern": own}
    print(json.dumps(results, indent=1), flush=True)
    if len(sys.argv) > 3:
        results["visidata"] = visidata(sys.argv[3], sys.argv[2], greatest)
        print(json.dumps(results["visidata"], indent=1))

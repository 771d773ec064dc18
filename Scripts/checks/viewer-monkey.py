"""Presses random keys in the viewer of the real program, in a pseudo-terminal that changes its size.

usage: python Scripts/checks/viewer-monkey.py LECTERN FILE [--keys 20000] [--seed 0]

Only Python's own library is needed. It fails if the program ends without a key that closes it, draws nothing
after Ctrl-L, or does not restore the modes of the terminal.
"""

import argparse
import fcntl
import os
import pty
import random
import select
import struct
import sys
import termios
import time

KEYS = (
    list("jkhlgGzfb^0$HMLtvVnN#*,&[]ad-(){}W!_<>=FIuUr.yYc123/?:ыжъйц\"mstSoR |~zzgg")
    + ["\r", "\x1b", "\t", "\x7f", "\x06", "\x02", "\x04", "\x15", "\x05", "\x19", "\x07", "\x03", "\x0c", "\x1e"]
    + ["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1bOP", "\x1b[3~"]
    + ["&user_id > 5\r", "=k = 1\r", "/1\r", "g/1\r", "zF", "gF", "z/", "zM", "z\r", "zy", "gy", "D\x1b"]
    # Types, aggregates, regular expressions, another table, plots, two sheets; keys without a meaning.
    + ["~", "%", "@", "z#", "z@", "z~try i64\r", "+sum\r", "+n_unique\r", "z+", "/\x12[12]\r", "=k = us\t", "T", "J\r\r", "zJ\r\r", "P\r", "Z"]
    + ["\x1b[25~", "\x1b[1;7P", "\x1bO5Q", "\x1bx", "X"]
)
SIZES = [(24, 80), (5, 20), (50, 200), (12, 60), (1, 1), (3, 9), (2, 200)]


class Terminal:
    def __init__(self, command):
        self.command = command
        self.master, self.slave = pty.openpty()
        self.resize(24, 80)
        self.modes = termios.tcgetattr(self.slave)
        self.start()

    def start(self):
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for descriptor in range(3):
                os.dup2(self.slave, descriptor)
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
            os.execvp(self.command[0], self.command)
        self.drain(1.0)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def drain(self, seconds):
        """Takes what is drawn until nothing is for a moment; the number of bytes."""
        count, end = 0, time.monotonic() + seconds
        while select.select([self.master], [], [], max(0, min(end - time.monotonic(), 0.02 if count else seconds)))[0]:
            count += len(os.read(self.master, 1 << 16))
        return count

    def press(self, key):
        os.write(self.master, key.encode())

    def ended(self):
        """How the program ended; None while it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return status if pid else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lectern")
    parser.add_argument("file")
    parser.add_argument("--keys", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    terminal = Terminal([options.lectern, "view", options.file])
    recent, left = [], 0
    for number in range(options.keys):
        if chance.random() < 0.02:
            terminal.resize(*chance.choice(SIZES))
        key = chance.choice(KEYS)
        recent = (recent + [key])[-40:]
        terminal.press(key)
        terminal.drain(0.002)
        status = terminal.ended()
        if status is None and number % 500 == 499:
            # Ctrl-C and Esc leave whatever runs or is asked; Ctrl-L draws everything again.
            for leaving in ["\x03", "\x1b", "\x1b", "\x1b"]:
                terminal.press(leaving)
                terminal.drain(0.05)
            terminal.resize(24, 80)
            terminal.press("\x0c")
            if terminal.drain(10) == 0:
                sys.exit(f"nothing is drawn any more after {recent!r}")
        if status is not None:
            if status != 0:
                sys.exit(f"ended with status {status} after {recent!r}")
            if termios.tcgetattr(terminal.slave) != terminal.modes:
                sys.exit(f"the terminal's modes were not put back after {recent!r}")
            left += 1
            terminal.resize(24, 80)
            terminal.start()
    for leaving in ["\x03", "\x1b", "\x1b", "\x1b", "\x11"]:
        terminal.press(leaving)
        terminal.drain(0.1)
    end = time.monotonic() + 10
    while (status := terminal.ended()) is None and time.monotonic() < end:
        terminal.drain(0.1)
    if status != 0:
        sys.exit(f"Ctrl-Q did not leave: {status}")
    print(f"{options.keys} keys, left {left} times, nothing broke")


if __name__ == "__main__":
    main()

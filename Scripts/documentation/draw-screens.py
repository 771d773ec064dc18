#!/usr/bin/env python3
"""Draws the documentation's pictures: runs the real program in a terminal and writes its screens as SVG.

usage: python Scripts/documentation/draw-screens.py LECTERN [--only NAME] [--out docs/images]

Simulates the seminar's tables in a temporary folder, types what `SCREENS` says in a tmux of a fixed size, captures the
screen with its colours, and writes an SVG for each: monospaced text, without fonts and scripts. Needs tmux and Python's
standard library. Look at the result, for example with `rsvg-convert docs/images/prompt.svg > prompt.png`.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from terminal_svg import svg

ROOT = Path(__file__).resolve().parents[2]

# Name: the size, the arguments of the program, and what to do: a line of text is typed and Enter pressed, a list is
# keys as tmux names them, a tuple is a text to wait for.
SCREENS = {
    "prompt": (
        (102, 49), ["--data", "seminar"],
        [
            ("In [1]:",),
            'train = load "train_orders" | filter product_id not in [519413018, 576985723]', ("In [2]:",),
            "train | group_by product_id agg n = len(), buyers = n_unique(user_id) | sort n desc | head 3", ("In [3]:",),
            "own = train | fit PersonalTopPopular", ("In [4]:",),
            "als = train | fit iALS alpha=10 seed=0", ("In [5]:",),
            'users = load "test_orders" | group_by user_id agg ids = unique(product_id)', ("In [6]:",),
            "users | recommend own, als top=10 | metrics show=[recall, ndcg] cold=skip", ("In [7]:",),
            "train | filter produkt_id == 1", ("In [8]:",),
        ],
    ),
    "viewer": (
        (96, 24), ["view", "seminar/user_actions_full_sample_1_000_000"],
        [("100_000",), ["l", "l"], ["V"], ("values",), ["j", "j"]],
    ),
}


class Terminal:
    """A program in a tmux server of its own, with no settings of anybody."""

    def __init__(self, command, size, home):
        self.server = f"lectern-pictures-{os.getpid()}"
        environment = ["TERM=tmux-256color", "LANG=C.UTF-8", "PATH=/usr/bin:/bin", f"HOME={home}", "INPUTRC=/dev/null"]
        self.tmux("-f", "/dev/null", "-u", "new-session", "-d", "-s", "picture", "-x", str(size[0]), "-y", str(size[1]),
                  "-c", str(home), "env", "-i", *environment, *command)
        self.tmux("set-option", "-g", "status", "off")
        self.tmux("resize-window", "-t", "picture", "-x", str(size[0]), "-y", str(size[1]))

    def tmux(self, *arguments):
        found = subprocess.run(["tmux", "-L", self.server, *arguments], capture_output=True, text=True)
        if found.returncode != 0:
            sys.exit(f"tmux {arguments[0]}: {found.stderr.strip()}")
        return found.stdout

    def screen(self, *options):
        return self.tmux("capture-pane", "-p", "-t", "picture", *options)

    def wait(self, text, seconds=300):
        """Waits until the screen holds the text, then until it no longer changes."""
        end = time.monotonic() + seconds
        while text not in self.screen():
            if time.monotonic() > end:
                sys.exit(f"no `{text}` on the screen:\n{self.screen()}")
            time.sleep(0.05)
        before = None
        while before != (before := self.screen("-e")):
            time.sleep(0.5)

    def close(self):
        subprocess.run(["tmux", "-L", self.server, "kill-server"], capture_output=True)


def drawn(program, name, home):
    size, arguments, steps = SCREENS[name]
    terminal = Terminal([str(program), *arguments], size, home)
    try:
        for step in steps:
            if isinstance(step, tuple):
                terminal.wait(*step)
            elif isinstance(step, list):
                terminal.tmux("send-keys", "-t", "picture", *step)
            else:
                terminal.tmux("send-keys", "-t", "picture", "-l", step)
                terminal.tmux("send-keys", "-t", "picture", "Enter")
        time.sleep(1)
        return svg(terminal.screen("-e").rstrip("\n"), size)
    finally:
        terminal.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lectern", type=Path)
    parser.add_argument("--only", choices=SCREENS)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images")
    options = parser.parse_args()
    program = options.lectern.resolve()
    home = Path(tempfile.mkdtemp())
    try:
        subprocess.run([program, "simulate", home / "seminar"], check=True, capture_output=True)
        options.out.mkdir(parents=True, exist_ok=True)
        for name in [options.only] if options.only else SCREENS:
            target = options.out / f"{name}.svg"
            target.write_text(drawn(program, name, home))
            print(f"{target}: {target.stat().st_size / 1000:.1f} kB")
    finally:
        shutil.rmtree(home)


main()

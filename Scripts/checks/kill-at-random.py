#!/usr/bin/env python3
"""Kills a session by SIGKILL at random moments, resumes it, and checks that nothing is lost.

Standard library only:

    Scripts/checks/kill-at-random.py [--program .build/release/lectern] [--times 100] [--seed 0]

Every round types a few cells, kills the program within --longest seconds of the last one, edits the files that the cells
have written, and starts `lectern --resume` in the same home. Every cell after which a prompt was seen has to be there
again, with the value that it printed (samples too, whose seeds were drawn); every file has to be as it was edited, and
none may be new. Prints one line per round that fails; the exit status is 1 if one does.
"""
import argparse
import os
import random
import re
import signal
import sys
import tempfile
import time

from prompt import Prompt

# What a cell is, where NAME is a name of its own, and whether its value is looked at afterwards.
CELLS = [
    ("NAME = 17 + N", True),
    ("NAME = table a = [N, 2, 3], b = [5, 6, 7]", True),
    ("NAME = big | filter a % 7 == 3 | head 5", True),
    ("NAME = big | sample 3", True),
    ("NAME = big | group_by a agg n = len(), m = sum(b) | sort a | head 4", True),
    (":time NAME = big | sample 2", True),
    (":set rows 7", False),
    (":note Проза", False),
    ("nothing_is_called_this", False),
    ('big | head N | save "out/NAME.csv" overwrite=true', False),
    ('big | head N | save "out/NAME.parquet" overwrite=true', False),
    ('big | head 20 | plot bar x=a y=b save="out/NAME.svg" overwrite=true', False),
    ('model | save "out/NAME.lectern" overwrite=true', False),
    (':save "out/NAME.md"', False),
]
BIG = [
    "a = table a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], b = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]; a",
    "big = a | cross_join (a | rename c = a, d = b) | cross_join (a | rename e = a, f = b)",
    "model = big | select user_id = a, product_id = c | fit TopPopular",
]


def printed(said):
    """What a cell said, without its prompt, its colours and what depends on the moment."""
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", said)
    lines = text.split("\n")[1:-1]
    return [line.rstrip() for line in lines if line.strip() and not re.search(r" (ms|s|µs)$", line)]


def contents(folder):
    return {entry.name: open(entry.path, "rb").read() for entry in os.scandir(folder)}


def round_of(options, draw, scratch):
    """One life and its second; what is wrong, or None."""
    home, out = os.path.join(scratch, "home"), os.path.join(scratch, "out")
    os.mkdir(home)
    os.mkdir(out)
    prompt = Prompt(options.program, home=home, folder=scratch)
    if prompt.prompt(1, 20) is None:
        return "no prompt"
    number, values = 1, {}
    for cell in BIG:
        number += 1
        prompt.run(cell, number)
    for index in range(draw.randrange(1, 9)):
        pattern, is_looked_at = draw.choice(CELLS)
        name = f"v{index}"
        number += 1
        prompt.run(pattern.replace("NAME", name).replace("N", str(draw.randrange(1, 9))), number)
        if is_looked_at:
            number += 1
            values[name] = printed(prompt.run(name, number))
    # In the middle of a cell, or between two.
    last = draw.choice(["", 'big | cross_join (big | rename g = a, h = b, i = c, j = d, k = e, l = f) | agg n = sum(a)',
                        'big | save "out/last.csv" overwrite=true', "vx = big | sample 4"])
    if last:
        prompt.type(last + "\r")
    time.sleep(draw.uniform(0, options.longest))
    prompt.kill(signal.SIGKILL)
    for name in os.listdir(out):
        with open(os.path.join(out, name), "ab") as file:
            file.write(b"edited")
    before = contents(out)

    again = Prompt(options.program, ["--resume"], home=home, folder=scratch)
    if again.prompt(number, 60) is None:
        return f"no prompt {number} after --resume: {again.seen.decode(errors='replace')[-800:]}"
    # The cell that was running stands at the prompt: it is dropped.
    time.sleep(0.1)
    while again.prompt(10**6, 0.2):
        pass
    again.type("\x03")
    time.sleep(0.1)
    again.type("\r")
    seen = max(int(found) for found in re.findall(rb"In \[(\d+)\]: ", wait(again)))
    problem = None
    for name, expected in values.items():
        seen += 1
        found = printed(again.run(name, seen))
        if found != expected:
            problem = f"{name} was {expected} and is {found}"
            break
    if contents(out) != before:
        problem = f"files changed: {sorted(set(contents(out)) ^ set(before)) or 'contents'}"
    again.kill(signal.SIGKILL)
    return problem


def wait(prompt):
    """Everything until a prompt is there and nothing comes any more."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if prompt.prompt(1, 0.3) is not None:
            size = len(prompt.seen)
            prompt.prompt(10**6, 0.2)
            if len(prompt.seen) == size:
                break
    return prompt.seen


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--program", default=".build/release/lectern")
    options.add_argument("--times", type=int, default=100, help="sessions killed")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--longest", type=float, default=0.3, help="seconds before the kill at most")
    options = options.parse_args()
    options.program = os.path.abspath(options.program)
    draw = random.Random(options.seed)
    failures = 0
    for number in range(options.times):
        with tempfile.TemporaryDirectory() as scratch:
            problem = round_of(options, draw, scratch)
        if problem:
            failures += 1
            print(f"round {number}: {problem}", flush=True)
    print(f"{options.times} sessions killed and brought back, {failures} not as they were")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

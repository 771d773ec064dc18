#!/usr/bin/env python3
"""Interrupts a prompt's work by Ctrl-C at random moments and measures how soon the prompt is back.

Standard library only. DIR holds full-size tables (train_orders, product_information_full):

    Scripts/checks/interrupt-at-random.py DIR [--program .build/release/lectern] [--times 200] [--seed 0] [--models]

With --models it fits every kind of model instead, one after another. Every round types one pipeline, presses Ctrl-C at a random
moment within --longest seconds, and waits for the next prompt: 200 interruptions take about three minutes. Afterwards
it prints the variables, which must be unchanged. Exits with status 1 if a prompt took longer than --limit milliseconds, or
a variable changed. `benchmark DIR --interruptions` does the same to every kind of operation, in a
process without a terminal, at a moment in each part of its run.
"""
import argparse
import os
import random
import select
import sys
import time

from prompt import PROMPT, Prompt

PIPELINES = [
    "train | group_by user_id, product_id | sort len desc",
    "train | sort user_id, date",
    "train | filter user_id % 7 == 3 and product_id > 1000000",
    "train | left_join products on product_id",
    "train | group_by user_id agg ids = unique(product_id)",
    "train | with n = product_id * 2 + user_id | sort n",
    "train | describe",
    "train | unique user_id, product_id",
    "train | group_by product_id agg buyers = n_unique(user_id), last = max(date) | sort buyers desc",
    "m = train | fit EASE regularization=500",
    "m = train | fit iALS factors=32 iterations=100",
    "x = train | sample fraction=0.5 seed=1 | sort date desc, user_id",
    'train | with s = concat(user_id, "/", product_id) | sort s',
    "train | with s = cast(product_id, str) | group_by s | sort s",
    "train | group_by date agg m = mode(product_id), q = median(product_id), u = n_unique(user_id), l = unique(user_id)",
    "train | with big = user_id > 1000000 | group_by big agg m = mode(product_id), l = unique(user_id), q = median(product_id)",
    "train | with r = row_number() over (user_id order by date), s = sum(product_id) over product_id",
    "train | group_by user_id agg ids = list(product_id) | with s = list_sort(ids), u = list_unique(ids) | explode u",
    "train | group_by user_id agg ids = unique(product_id) | sort ids",
    "train | with m = month(date) | pivot rows=product_id columns=m",
    "train | unpivot user_id, product_id",
    "train | value_counts user_id",
    "train | join (train | head 1000000) on user_id | agg n = len()",
    "train | full_join products on product_id | filter name is null",
]
MODELS = [
    "EASE regularization=500", "EASE form=dual regularization=500 duplicates=binary", "iALS factors=32 iterations=100",
    "iALS factors=128 iterations=100", "iALS factors=64 iterations=100 solver=cholesky",
    "iALS factors=128 iterations=100 solver=block", "ItemKNN", "ItemKNN similarity=bm25",
    "ItemKNN similarity=pearson_baseline centering=baseline", "UserKNN", "UserKNN similarity=msd", "BPR epochs=100",
    "MatrixFactorization epochs=10", "MatrixFactorization variant=sampled epochs=10", "SVD", "SVDpp", "NMF", "ALS",
    "CoClustering", "SlopeOne", "Baseline", "TopPopular", "PersonalTopPopular", "Random", "Blend [EASE, TopPopular]",
]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("folder")
    options.add_argument("--program", default=".build/release/lectern")
    options.add_argument("--times", type=int, default=200, help="interruptions")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--models", action="store_true", help="fit every kind of model, one after the other")
    options.add_argument("--longest", type=float, default=0.8, help="seconds before Ctrl-C at most")
    options.add_argument("--limit", type=float, default=200, help="milliseconds")
    options = options.parse_args()
    draw = random.Random(options.seed)
    prompt = Prompt(os.path.abspath(options.program), ["--data", options.folder])

    run = prompt.run
    if prompt.prompt(1, 10) is None:
        sys.exit("no prompt")
    run('train = load "train_orders" | collect', 2)
    run('products = load "product_information_full" | collect', 3)
    run("m = train | head 1000 | fit TopPopular", 4)
    run("x = 5", 5)
    number = 5
    state = "train | agg n = len(), users = sum(user_id), items = sum(product_id), days = max(date)"
    before = run(state, number + 1).split("shape", 1)[1].split("In [")[0]
    number += 1

    waits, late, finished, rounds, longest = [], [], 0, 0, {}
    while len(waits) < options.times:
        cell = draw.choice(PIPELINES)
        if options.models:
            cell = f"m = train | fit {MODELS[rounds % len(MODELS)]}"
            rounds += 1
        if cell.startswith(("m =", "x =")):
            cell = "scratch" + cell[1:]
        prompt.type(cell + "\r")
        # Before the line is taken, Ctrl-C drops the line and there is nothing to measure.
        prompt.taken(5)
        time.sleep(draw.uniform(0.0, options.longest))
        if PROMPT.search(prompt.seen) or select.select([prompt.terminal], [], [], 0)[0]:
            if prompt.prompt(number + 1, 0.01):
                finished += 1
                number += 1
                continue
        pressed = time.monotonic()
        os.write(prompt.terminal, b"\x03")
        back = prompt.prompt(number + 1, 30)
        if back is None:
            sys.exit(f"the prompt did not come back after `{cell}`:\n{prompt.seen.decode(errors='replace')}")
        waits.append((back - pressed) * 1000)
        longest[cell] = max(waits[-1], longest.get(cell, 0))
        if waits[-1] > options.limit:
            late.append((waits[-1], cell))
        number += 1
    after = run(state, number + 1).split("shape", 1)[1].split("In [")[0]
    unchanged = before == after and "\r\n5\r\n" in run("x", number + 2)
    waits.sort()
    print(f"{len(waits)} interrupted, {finished} had finished before; prompt back after {waits[len(waits) // 2]:.0f} ms "
          f"(median), {waits[int(len(waits) * 0.95)]:.0f} ms (95 %), {waits[-1]:.0f} ms (longest); "
          f"variables {'unchanged' if unchanged else 'CHANGED'}")
    if options.models:
        for cell, wait in sorted(longest.items(), key=lambda entry: -entry[1]):
            print(f"  {wait:.0f} ms at the longest: {cell}")
    for wait, cell in sorted(late, reverse=True):
        print(f"  {wait:.0f} ms: {cell}")
    sys.exit(1 if late or not unchanged else 0)


if __name__ == "__main__":
    main()

"""Times Lectern's metrics and RecTools' calc_metrics, and Lectern's search for EASE's regularization and as many single fits.

usage: python Scripts/benchmarks/time-experiments.py LECTERN FOLDER [--only metrics,grid]

FOLDER holds the seminar's tables in full size (`train_orders`, `test_orders`). Lists of ten items for all users of the
test table are made by Lectern and saved; RecTools reads the same file. Twelve metrics at three cutoffs are computed on
both sides from tables in memory. Nothing else should run. Prints a table in Markdown; exits with status 1 if a target
is missed.

Written with RecTools 0.19.0, polars 2.1.0.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BAGS = [519413018, 576985723]
CUTOFFS = [1, 5, 10]
METRICS = "recall, precision, f1, hr, ndcg, map, mrr, auc, coverage, novelty, popularity, serendipity"
PREPARATION = [
    f'train = load "train_orders" | filter product_id not in {BAGS} | collect',
    f'test = load "test_orders" | filter product_id not in {BAGS} | collect',
    "users = test | group_by user_id agg ids = unique(product_id) | collect",
    "favourites = train | fit PersonalTopPopular",
    "lists = users | recommend favourites top=10 | collect",
]
METRICS_CELL = f"lists | metrics show=[{METRICS}] top={CUTOFFS} train=train"
SLICE = [
    "slice = train | filter user_id % 100 == 0 | collect",
    'a, b = slice | split time at="2024-06-01"',
    "held = b | group_by user_id agg ids = unique(product_id) | collect",
]
GRID = [100, 300, 500, 1000, 3000]


def run_lectern(lectern, folder, cells, place):
    """Runs cells; the seconds of each."""
    session, timings = Path(place, "session.md"), Path(place, "timings.json")
    session.write_text("\n".join(f"```lectern\n{cell}\n```\n" for cell in cells))
    done = subprocess.run(
        [lectern, "run", str(session), "--data", folder, "--timings", str(timings)], cwd=place, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit("Lectern failed:\n" + done.stdout[-2000:] + done.stderr[-2000:])
    seconds = [0.0] * len(cells)
    for line in timings.read_text().splitlines():
        entry = json.loads(line)
        seconds[entry["cell"] - 1] += entry["seconds"]
    return seconds


def rectools_seconds(folder, lists):
    """The seconds of calc_metrics alone: its frames are made before."""
    import pandas as pd
    import polars as pl
    from rectools.metrics import (
        MAP, MRR, NDCG, AvgRecPopularity, CatalogCoverage, F1Beta, HitRate, MeanInvUserFreq, PartialAUC, Precision, Recall,
        Serendipity, calc_metrics)

    def rows(name):
        frame = pl.read_parquet(f"{folder}/{name}").filter(~pl.col("product_id").is_in(BAGS))
        return frame.select("user_id", pl.col("product_id").alias("item_id"))

    train, truth = rows("train_orders"), rows("test_orders").unique()
    frame = pl.read_parquet(lists)
    column = next(name for name in frame.columns if name.endswith("_recs"))
    recommended = (
        frame.select("user_id", pl.col(column).alias("item_id")).explode("item_id").drop_nulls()
        .with_columns((pl.int_range(pl.len()).over("user_id") + 1).alias("rank")))
    kinds = {
        "recall": Recall, "precision": Precision, "f1": F1Beta, "hr": HitRate, "ndcg": NDCG, "map": MAP, "mrr": MRR,
        "auc": PartialAUC, "coverage": CatalogCoverage, "novelty": MeanInvUserFreq, "popularity": AvgRecPopularity,
        "serendipity": Serendipity}
    metrics = {f"{name}@{k}": kind(k=k) for name, kind in kinds.items() for k in CUTOFFS}
    def frame_of(table):
        return pd.DataFrame({name: table[name].to_numpy() for name in table.columns})

    reco, interactions, previous = frame_of(recommended), frame_of(truth), frame_of(train)
    catalog = train["item_id"].unique().to_numpy()
    start = time.perf_counter()
    calc_metrics(metrics, reco, interactions, previous, catalog)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lectern")
    parser.add_argument("folder")
    parser.add_argument("--only", default="metrics,grid")
    arguments = parser.parse_args()
    lectern, folder = str(Path(arguments.lectern).resolve()), str(Path(arguments.folder).resolve())
    missed = False

    def say(what, seconds, other, note, is_reached):
        nonlocal missed
        missed |= not is_reached
        print(f"| {what} | {seconds:.2f} | {other:.2f} | {other / seconds:.1f}× | {note}{'' if is_reached else ' **missed**'} |", flush=True)

    print("| what | Lectern, s | beside, s | ratio | wanted |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as place:
        if "metrics" in arguments.only:
            cells = PREPARATION + ['lists | save "lists.parquet" overwrite=true'] + [
                METRICS_CELL + " intervals=false"] * 2 + [METRICS_CELL] * 2
            seconds = run_lectern(lectern, folder, cells, place)
            without, with_intervals = min(seconds[-4:-2]), min(seconds[-2:])
            peer = rectools_seconds(folder, Path(place, "lists.parquet"))
            say("12 metrics at 3 cutoffs, without intervals, beside calc_metrics", without, peer, "3 s, 10×", without < 3 and peer > 10 * without)
            say("the same with intervals", with_intervals, peer, "15 s", with_intervals < 15)
        if "grid" in arguments.only:
            fits = [f"m{value} = a | fit EASE regularization={value}" for value in GRID]
            scores = [f"held | recommend m{value} top=10 | metrics" for value in GRID]
            cells = PREPARATION[:1] + SLICE + [f"a | tune EASE regularization={GRID} on=b top=10"] + fits + scores
            seconds = run_lectern(lectern, folder, cells, place)
            tuned, fitted = seconds[-2 * len(GRID) - 1], sum(seconds[-2 * len(GRID):-len(GRID)])
            by_hand = fitted + sum(seconds[-len(GRID):])
            what = f"tune EASE, {len(GRID)} values of regularization"
            say(f"{what}, beside as many fits, lists and metrics", tuned, by_hand, "1×", tuned < by_hand)
            say(f"{what}, beside the fits alone", tuned, fitted, "", True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

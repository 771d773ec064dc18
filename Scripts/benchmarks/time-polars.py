"""Times polars on the operations that `benchmark` times, and notes the peak memory of each.

usage: python Scripts/benchmarks/time-polars.py FOLDER [PEER.json]
       python Scripts/benchmarks/time-polars.py FOLDER --lectern .build/release/benchmark [--rounds 5]

FOLDER holds the seminar's four tables. All columns are in memory before the clock starts; each operation runs three
times and the best counts, as `benchmark` does it. The first form writes seconds and megabytes by name, for
`benchmark --peer`. The second runs every operation in a process of its own, which has only the tables that it
needs: polars and Lectern alternately, so that other load of the machine affects both. It prints a table in Markdown: the
best seconds of all rounds, and the highest resident size of the process from the moment its tables were there.

Written for polars 2.1.
"""
import argparse
import json
import subprocess
import sys
import time

import polars as pl

BAGS = [519413018, 576985723]
product = pl.col("product_id")


def peak():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024


class Tables:
    """The tables an operation works on, read when they are first asked for."""

    def __init__(self, folder):
        self.folder = folder

    def __getattr__(self, name):
        table = getattr(Tables, "_" + name)(self)
        setattr(self, name, table)
        return table

    def load(self, name):
        return pl.read_parquet(f"{self.folder}/{name}").rechunk()

    def _whole(self):
        return self.load("train_orders")

    def _train(self):
        whole = self.__dict__.get("whole")
        whole = self.load("train_orders") if whole is None else whole
        return whole.filter(~product.is_in(BAGS)).rechunk()

    def _test(self):
        return self.load("test_orders").filter(~product.is_in(BAGS)).rechunk()

    def _products(self):
        return self.load("product_information_full")

    def _actions(self):
        return self.load("user_actions_full_sample_1_000_000")

    def _some(self):
        return self.train.select("user_id").unique().sort("user_id").head(1000)


operations = {
    "filter_ne": (["whole"], "two products out", None, lambda t: t.whole.filter(~product.is_in(BAGS))),
    "group_product_len_sort": (
        ["train"], "group by product, count, sort", 3,
        lambda t: t.train.group_by("product_id").len().sort("len", descending=True)),
    "group_user_product_len_sort": (
        ["train"], "group by user and product, count, sort", 8,
        lambda t: t.train.group_by("user_id", "product_id").len().sort("len", descending=True)),
    "nunique_users_items": (
        ["train"], "distinct users and products", 4,
        lambda t: (t.train["user_id"].n_unique(), t.train["product_id"].n_unique())),
    "test_agg_unique_list": (
        ["test"], "test users with lists of products", 3,
        lambda t: t.test.group_by("user_id").agg(product.unique().alias("ids"))),
    "join_products_left": (
        ["train", "products"], "left join with products", 2,
        lambda t: t.train.join(t.products, on="product_id", how="left")),
    "semi_join_1000_users": (
        ["train", "some"], "semi join with 1,000 users", 2,
        lambda t: t.train.join(t.some, on="user_id", how="semi")),
    "mean_std_quantiles_product_id": (
        ["train"], "mean, std and quartiles of product_id", 1,
        lambda t: t.train.select(
            product.mean(), product.std().alias("s"), product.quantile(0.25).alias("q1"),
            product.median().alias("q2"), product.quantile(0.75).alias("q3"))),
    "filter_two_conditions": (
        ["train"], "filter by two conditions", 1,
        lambda t: t.train.filter((pl.col("user_id") % 100 == 0) & (product != 129269367))),
    "top_10_by_date_user": (
        ["train"], "sort by date and user, head 10", 10,
        lambda t: t.train.sort(["date", "user_id"], descending=[True, False]).head(10)),
    "sort_user_date": (["train"], "sort by user and date", 4, lambda t: t.train.sort("user_id", "date")),
    "contains_literal_search_query": (
        ["actions"], "contains, on the searches of 1M actions", 1,
        lambda t: t.actions.filter(pl.col("search_query").str.contains("чен", literal=True))),
}


def measure(name, tables, repeats=3):
    """Seconds and megabytes of an operation whose tables are in memory."""
    wanted, _, _, run = operations[name]
    for table in wanted:
        getattr(tables, table)
    open("/proc/self/clear_refs", "w").write("5")
    loaded, times = peak(), []
    for _ in range(repeats):
        start = time.perf_counter()
        result = run(tables)
        times.append(time.perf_counter() - start)
        del result
    return {"seconds": min(times), "loaded": loaded, "megabytes": peak()}


def asked(*command):
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{' '.join(command)}: {run.stderr or run.stdout}")
    return json.loads(run.stdout.splitlines()[-1])


def by_turns(folder, lectern, rounds):
    print(f"polars {pl.__version__}, every operation in a process of its own, best of {rounds} × 3; seconds, MB\n")
    print("| what | Lectern, s | polars, s | ratio | wanted | loaded | peak | polars: loaded | peak |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, (_, title, wanted, _) in operations.items():
        ours, theirs = [], []
        for _ in range(rounds):
            theirs.append(asked(sys.executable, __file__, folder, "--one", name))
            ours.append(asked(lectern, folder, "--one", name))
        own, other = (min(run["seconds"] for run in runs) for runs in (ours, theirs))
        memory = [max(run[key] for run in runs) for runs in (ours, theirs) for key in ("loaded", "megabytes")]
        ratio = other / own
        cells = [title, f"{own:.3f}", f"{other:.3f}", f"{ratio:.1f}×" if ratio < 100 else f"{ratio:.0f}×"]
        cells += [f"{wanted}×" if wanted else ""] + [f"{number:.0f}" for number in memory]
        print("| " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("peer", nargs="?")
    parser.add_argument("--lectern", help="the benchmark program, to run by turns")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", help="one operation, its result as JSON")
    options = parser.parse_args()
    tables = Tables(options.folder)
    if options.one:
        print(json.dumps(measure(options.one, tables)))
    elif options.lectern:
        by_turns(options.folder, options.lectern, options.rounds)
    else:
        for name in ("whole", "train", "test", "products", "actions", "some"):
            getattr(tables, name)
        found = {name: measure(name, tables) for name in operations}
        for name, run in found.items():
            print(f"{name:32s} {run['seconds']:8.3f} s {run['megabytes']:8.0f} MB", flush=True)
        target = options.peer or f"{options.folder}/polars.json"
        keys = ("seconds", "megabytes")
        json.dump({key: {name: run[key] for name, run in found.items()} for key in keys}, open(target, "w"), indent=1)


if __name__ == "__main__":
    main()

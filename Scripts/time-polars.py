"""Times polars on the operations that `benchmark` times, and notes the peak memory of each.

usage: time-polars.py FOLDER [PEER.json]

FOLDER holds the seminar's four tables. All columns are in memory before the clock starts; each operation runs three
times and the best counts, as `benchmark` does it. Writes seconds and megabytes by name, for `benchmark --peer`.

Written for polars 2.1.
"""
import json
import sys
import time

import polars as pl

folder = sys.argv[1]
target = sys.argv[2] if len(sys.argv) > 2 else f"{folder}/polars.json"
bags = [519413018, 576985723]


def load(name):
    return pl.read_parquet(f"{folder}/{name}").rechunk()


def peak():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024


whole = load("train_orders")
train = whole.filter(~pl.col("product_id").is_in(bags)).rechunk()
test = load("test_orders").filter(~pl.col("product_id").is_in(bags)).rechunk()
products = load("product_information_full")
actions = load("user_actions_full_sample_1_000_000")
some = train.select("user_id").unique().sort("user_id").head(1000)
product = pl.col("product_id")

operations = {
    "filter_ne": lambda: whole.filter(~product.is_in(bags)),
    "group_product_len_sort": lambda: train.group_by("product_id").len().sort("len", descending=True),
    "group_user_product_len_sort": lambda: train.group_by("user_id", "product_id").len().sort("len", descending=True),
    "nunique_users_items": lambda: (train["user_id"].n_unique(), train["product_id"].n_unique()),
    "test_agg_unique_list": lambda: test.group_by("user_id").agg(product.unique().alias("ids")),
    "join_products_left": lambda: train.join(products, on="product_id", how="left"),
    "semi_join_1000_users": lambda: train.join(some, on="user_id", how="semi"),
    "mean_std_quantiles_product_id": lambda: train.select(
        product.mean(), product.std().alias("s"), product.quantile(0.25).alias("q1"), product.median().alias("q2"),
        product.quantile(0.75).alias("q3")),
    "filter_two_conditions": lambda: train.filter((pl.col("user_id") % 100 == 0) & (product != 129269367)),
    "top_10_by_date_user": lambda: train.sort(["date", "user_id"], descending=[True, False]).head(10),
    "sort_user_date": lambda: train.sort("user_id", "date"),
    "contains_literal_search_query": lambda: actions.filter(pl.col("search_query").str.contains("чен", literal=True)),
}
seconds, megabytes = {}, {}
for name, run in operations.items():
    open("/proc/self/clear_refs", "w").write("5")
    times = []
    for _ in range(3):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
        del result
    seconds[name], megabytes[name] = min(times), peak()
    print(f"{name:32s} {seconds[name]:8.3f} s {megabytes[name]:8.0f} MB", flush=True)
json.dump({"seconds": seconds, "megabytes": megabytes}, open(target, "w"), indent=1)

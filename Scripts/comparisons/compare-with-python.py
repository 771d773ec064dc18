"""Compares Lectern's recommendations with those of polars, numpy, implicit and RecTools on the seminar's tables.

usage: python Scripts/comparisons/compare-with-python.py LECTERN DATA_DIR [--cache FOLDER]

LECTERN is the program, DATA_DIR holds `train_orders` and `test_orders` as `lectern simulate` writes them. Both sides apply
the seminar's two filters to the tables, every model recommends ten items to all test users, and the lists are compared
position by position. Prints one line per comparison: what was compared, the agreement, and the required agreement. The exit
status is 1 if one is too low.

RecTools' EASE takes minutes and several GB. `--cache` keeps its lists in FOLDER for the next run on the same tables.

Written with polars 2.1.0, numpy 1.26.4, scipy 1.17.1, implicit 0.7.3, RecTools 0.19.0.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # implicit warns of a threaded BLAS below its own threads

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

TOP = 10
BAGS = [519413018, 576985723]
EASE_REGULARIZATION = 500
ALS = {"factors": 32, "iterations": 3, "regularization": 0.01}
LISTS_ASKED = 0.995
LOSSES_ASKED = 1e-5

SEMINAR = f"""
train = load "train_orders" | filter product_id not in {BAGS} and user_id % 100 == 0
test = load "test_orders" | filter product_id not in {BAGS} and user_id % 100 == 0
users = test | group_by user_id agg ids = unique(product_id)
known = users | semi_join train on user_id | values user_id
"""


class Report:
    """Prints a line a comparison and remembers whether all were as asked."""

    def __init__(self):
        self.passed = True

    def line(self, name, passed, text):
        self.passed &= passed
        print(f"{'ok  ' if passed else 'FAIL'}  {name:<44}  {text}", flush=True)

    def positions(self, name, ours, theirs, asked=LISTS_ASKED):
        """`ours` and `theirs`: user → (items, scores or None), best first."""
        total = equal = 0
        gaps = []
        for user in ours.keys() | theirs.keys():
            left, left_scores = ours.get(user, ([], None))
            right, right_scores = theirs.get(user, ([], None))
            total += max(len(left), len(right))
            for position, (a, b) in enumerate(zip(left, right)):
                if a == b:
                    equal += 1
                elif left_scores is not None and right_scores is not None:
                    scale = max(abs(right_scores[0]), 1e-30)
                    gaps.append(abs(left_scores[position] - right_scores[position]) / scale)
        share = equal / total if total else 0
        text = f"{equal} of {total} positions equal ({share:.4%}), {asked:.1%} asked, {len(ours)} users"
        if gaps:
            text += f"; where they differ the scores do by at most {max(gaps):.1e} of the user's best"
        self.line(name, total > 0 and ours.keys() == theirs.keys() and share >= asked, text)

    def losses(self, name, ours, theirs):
        difference = float(np.max(np.abs(np.array(ours) / np.array(theirs) - 1)))
        text = f"{', '.join(f'{loss:.7f}' for loss in theirs)}: relative difference {difference:.1e}, {LOSSES_ASKED:.0e} asked"
        self.line(name, len(ours) == len(theirs) and difference <= LOSSES_ASKED, text)


class Lectern:
    """Runs cells of Lectern after the seminar's filters and reads what they save."""

    def __init__(self, program, data, folder):
        self.program, self.data, self.folder = os.path.abspath(program), data, folder

    def tables(self, code, *names):
        """The tables saved as `{name}` by `code`."""
        paths = {name: f"{self.folder}/{name}.parquet" for name in names}
        for name, path in paths.items():
            code = code.replace(f"save {name}", f'save "{path}" overwrite=true')
        command = [self.program, "eval", SEMINAR + code, "--data", self.data]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"lectern failed with status {run.returncode}:\n{run.stdout}{run.stderr}")
        return [pl.read_parquet(path) for path in paths.values()]


def ranked(table, item="product_id"):
    """user → (items, scores) of a table with a row a recommendation."""
    lists = table.sort("user_id", "rank").group_by("user_id", maintain_order=True).agg(item, "score")
    return {user: (items, scores) for user, items, scores in lists.iter_rows()}


def listed(table, column):
    """user → (items, None) of a table with a list column; users without a list are left out."""
    rows = table.select("user_id", column).drop_nulls().iter_rows()
    return {user: (items, None) for user, items in rows}


def counted_lists(train, users):
    """The lists of TopPopular, PersonalTopPopular and Blend by counting; ties by item id."""
    order = {"by": ["len", "product_id"], "descending": [True, False]}
    top = train.group_by("product_id").len().sort(**order)["product_id"].head(TOP).to_list()
    counts = train.group_by("user_id", "product_id").len().sort(**order)
    own = dict(counts.group_by("user_id", maintain_order=True).agg(pl.col("product_id").head(TOP)).iter_rows())
    filled = {
        user: (own.get(user, []) + [item for item in top if item not in own.get(user, [])])[:TOP] for user in users
    }
    return (
        {user: (top, None) for user in users},
        {user: (own[user], None) for user in users if user in own},
        {user: (items, None) for user, items in filled.items()},
    )


def compare_counted(report, lectern, train, users):
    code = """
    tp = train | fit TopPopular
    ptp = train | fit PersonalTopPopular
    blend = train | fit Blend [PersonalTopPopular, TopPopular]
    users | recommend tp, ptp, blend top=10 | save counted
    """
    [ours] = lectern.tables(code, "counted")
    names = ["TopPopular", "PersonalTopPopular", "Blend"]
    for name, column, theirs in zip(names, ["tp", "ptp", "blend"], counted_lists(train, users)):
        report.positions(f"{name}, polars", listed(ours, f"{column}_recs"), theirs, asked=1)


def compare_random(report, lectern, train, users):
    code = """
    uniform = train | fit Random seed=0
    popular = train | fit Random by=popularity seed=0
    users | recommend uniform, popular top=10 | save random
    """
    [ours] = lectern.tables(code, "random")
    counts = train.group_by("product_id").len().sort("product_id")
    items = counts["product_id"].to_numpy()
    probabilities = {
        "uniform": np.full(len(items), 1 / len(items)),
        "popular": counts["len"].to_numpy() / len(train),
    }
    for name, p in probabilities.items():
        theirs = {
            user: (np.random.RandomState(user).choice(items, size=TOP, replace=False, p=p).tolist(), None)
            for user in users
        }
        report.positions(f"Random {name}, numpy", listed(ours, f"{name}_recs"), theirs, asked=1)


def compare_als(report, lectern, train, users):
    from implicit.als import AlternatingLeastSquares

    user_ids, rows = np.unique(train["user_id"].to_numpy(), return_inverse=True)
    item_ids, columns = np.unique(train["product_id"].to_numpy(), return_inverse=True)
    interactions = csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)))
    known = np.searchsorted(user_ids, np.intersect1d(users, user_ids))
    parameters = " ".join(f"{name}={value}" for name, value in ALS.items())
    for solver in ["cg", "cholesky"]:
        code = f"""
        als = train | fit iALS {parameters} solver={solver} seed=0
        als | history | save losses
        als | recommend users=$known top=10 seen=keep | save keep
        als | recommend users=$known top=10 seen=drop | save drop
        """
        losses, *ours = lectern.tables(code, "losses", "keep", "drop")
        model = AlternatingLeastSquares(
            **ALS, random_state=0, use_cg=solver == "cg", use_gpu=False, calculate_training_loss=True)
        their_losses = []
        model.fit(interactions, show_progress=False, callback=lambda i, seconds, loss: their_losses.append(float(loss)))
        report.losses(f"iALS {solver}, losses, implicit", losses["loss"].to_list(), their_losses)
        for policy, table in zip(["keep", "drop"], ours):
            items, scores = model.recommend(
                known, interactions[known], N=TOP, filter_already_liked_items=policy == "drop")
            theirs = {
                int(user_ids[user]): (item_ids[row].tolist(), values.tolist())
                for user, row, values in zip(known, items, scores)
            }
            report.positions(f"iALS {solver}, seen={policy}, implicit", ranked(table), theirs)


def rectools_lists(train, users, cache):
    """RecTools' EASE. It numbers items as they appear and puts the larger number first among equal scores, so the rows
    go in by descending id."""
    path = cache and Path(cache) / "rectools-ease.parquet"
    if path and path.exists():
        return pl.read_parquet(path)
    import pandas as pd
    from rectools.dataset import Dataset
    from rectools.models import EASEModel

    rows = train.sort("product_id", "user_id", descending=[True, False])
    frame = pd.DataFrame({
        "user_id": rows["user_id"].to_numpy(), "item_id": rows["product_id"].to_numpy(),
        "weight": np.ones(len(rows)), "datetime": rows["date"].cast(pl.Datetime("ns")).to_numpy(),
    })
    dataset = Dataset.construct(frame)
    model = EASEModel(regularization=EASE_REGULARIZATION).fit(dataset)
    known = np.intersect1d(users, train["user_id"].to_numpy())
    lists = pl.from_pandas(model.recommend(users=known, dataset=dataset, k=TOP, filter_viewed=False))
    if path:
        lists.write_parquet(path)
    return lists


def compare_ease(report, lectern, train, users, cache):
    code = f"""
    dual = train | fit EASE regularization={EASE_REGULARIZATION} form=dual
    dual | recommend users=$known top=10 | save dual
    primal = train | fit EASE regularization={EASE_REGULARIZATION} form=primal
    primal | recommend users=$known top=10 | save primal
    """
    dual, primal = lectern.tables(code, "dual", "primal")
    report.positions("EASE orientation=paper, dual and primal", ranked(dual), ranked(primal))

    theirs = ranked(rectools_lists(train, users, cache), item="item_id")
    for form in ["dual", "primal"]:
        code = f"""
        ease = train | fit EASE regularization={EASE_REGULARIZATION} orientation=rectools form={form}
        ease | recommend users=$known top=10 | save ease
        """
        [ours] = lectern.tables(code, "ease")
        report.positions(f"EASE orientation=rectools form={form}, RecTools", ranked(ours), theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("data")
    parser.add_argument("--cache", help="a folder to keep RecTools' lists in")
    arguments = parser.parse_args()

    print(", ".join(f"{name} {version(name)}" for name in ["polars", "numpy", "scipy", "implicit", "rectools"]))
    slice_of_users = ~pl.col("product_id").is_in(BAGS) & (pl.col("user_id") % 100 == 0)
    train = pl.read_parquet(f"{arguments.data}/train_orders").filter(slice_of_users)
    test = pl.read_parquet(f"{arguments.data}/test_orders").filter(slice_of_users)
    users = sorted(test["user_id"].unique().to_list())
    print(f"train {train.shape}, test {test.shape}, {len(users)} test users")

    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        lectern = Lectern(arguments.lectern, arguments.data, folder)
        compare_counted(report, lectern, train, users)
        compare_random(report, lectern, train, users)
        compare_als(report, lectern, train, users)
        compare_ease(report, lectern, train, users, arguments.cache)
    sys.exit(0 if report.passed else 1)


if __name__ == "__main__":
    main()

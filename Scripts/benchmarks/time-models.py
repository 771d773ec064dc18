"""Times models of Lectern and of RecTools, implicit, torch and Surprise in one run, and measures their memory.

usage: python Scripts/benchmarks/time-models.py LECTERN FOLDER RATINGS [--only GROUP,…] [--memory] [--out FILE] [--goes-on]

FOLDER holds the seminar's tables (`train_orders`, `test_orders`), RATINGS is MovieLens 100k (`ml-100k.inter`).
Every group of tasks runs in its own process on both sides, the Python library first and Lectern right after it;
nothing else should run. Prints a table in Markdown, row by row as they are measured, and fails if a ratio is below
its target. With `--goes-on`, groups that are already in FILE are skipped, so that an interrupted run can be continued.

A fit of Lectern is timed in two ways: the whole statement, from ids to model, is compared with the library's numbering,
matrix and fit; and the fit alone, as `walk` reports its steps, with the library's fit.

With `--memory` it measures instead the memory of each fit in addition to its table, compares it with the sizes of the
factors, the matrix and one copy of the interactions, and fails if a fit takes more.

Written with RecTools 0.19.0, implicit 0.7.3, torch 2.15.0, scikit-surprise 1.1.5, polars 2.1.0, numpy 1.26.4.
RecTools' EASE takes minutes and 6 GB.
"""
import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # implicit warns of a threaded BLAS below its own threads

BAGS = [519413018, 576985723]
LOAD = f'train = load "train_orders" | filter product_id not in {BAGS} | collect'
SLICE = "slice = train | filter user_id % 100 == 0 | collect"
USERS = f"""test = load "test_orders" | filter product_id not in {BAGS} and user_id % 100 == 0
users = test | group_by user_id agg ids = unique(product_id) | sort user_id | sample 1000 seed=0
known = users | semi_join slice on user_id"""
RATINGS = """all = load "$ratings"
train, test = all | split random test=0.25 seed=0"""


@dataclass
class Row:
    """A line of the table: what, the peer's number, the statement of Lectern's, the ratio asked for."""

    what: str
    peer: str
    statement: str
    wanted: float | None = None
    repeats: int = 3
    note: str = ""
    # The seconds of the iterations alone, from `history`, where the statement names a model.
    iterations: bool = False
    # The seconds of the fit's own steps, as `walk` tells them: without numbering and merging.
    walk: bool = False
    # The peer's number is the sum of several.
    also: tuple = ()
    # The seconds that Lectern may take, whatever the peer takes.
    within: float | None = None


@dataclass
class Group:
    """Tasks that share what is loaded: a function of the Python stack, a session of Lectern."""

    name: str
    preparation: str
    rows: list[Row] = field(default_factory=list)


KNN = "ItemKNN similarity=cosine neighbors=20"
GROUPS = [
    Group("knn", f"{LOAD}\n{SLICE}", [
        Row("ItemKNN cosine, whole table: the fit alone", "implicit whole", f"train | walk {KNN}", 2, 2, walk=True),
        Row("the same: the statement, beside implicit's numbering, matrix and fit", "implicit whole", f"train | fit {KNN}", 2, 2, also=("implicit numbering",)),
        Row("the same: the statement, beside implicit's fit alone", "implicit whole", f"train | fit {KNN}", repeats=2),
        Row("ItemKNN cosine, slice: the fit alone", "implicit slice", f"slice | walk {KNN}", 2, walk=True),
        Row("the same: the statement, beside implicit's numbering, matrix and fit", "implicit slice", f"knn = slice | fit {KNN}", 2, also=("implicit numbering of the slice",)),
        Row("the same: the statement, beside implicit's fit alone", "implicit slice", f"slice | fit {KNN}"),
        Row("ItemKNN, lists for all users of the slice", "implicit lists", "knn | recommend top=10", 2),
    ]),
    Group("mf", f"{LOAD}\n{SLICE}", [
        Row("MatrixFactorization, first epoch of exact Adam, slice: the statement", "torch epoch", "mf = slice | fit MatrixFactorization epochs=1", 10, 2),
        Row("the same, a second epoch", "torch epoch", "mf | step 1", 10, 2),
    ]),
    Group("slice", f"{LOAD}\n{SLICE}", [
        Row("SVD, 100 factors, 20 epochs, slice: the statement", "svd", "slice | fit SVD", 4, 2),
        Row("CoClustering, 20 epochs, slice: the statement", "coclustering", "slice | fit CoClustering", 4, 2),
    ]),
    Group("ratings", RATINGS, [
        Row("SVD, 100 factors, 20 epochs, MovieLens: the statement", "SVD fit", "train | fit SVD", 4),
        Row("CoClustering, 20 epochs, MovieLens: the statement", "CoClustering fit", "train | fit CoClustering", 4),
        Row("NMF, 50 epochs, MovieLens: the statement", "NMF fit", "train | fit NMF"),
        Row("SVDpp, 20 epochs, MovieLens: the statement", "SVDpp fit", "train | fit SVDpp"),
        Row("SlopeOne, MovieLens: the statement", "SlopeOne fit", "slope = train | fit SlopeOne"),
        Row("SlopeOne, 25,000 predictions", "SlopeOne test", "test | predict slope", 20),
        Row("UserKNN `similarity=msd`, 25,000 predictions", "KNNBasic test", "test | predict users", 20, note="users = train | fit UserKNN similarity=msd"),
        Row("ItemKNN `similarity=pearson_baseline centering=baseline`, 25,000 predictions", "KNNBaseline test", "test | predict items", 20, note="items = train | fit ItemKNN similarity=pearson_baseline centering=baseline"),
    ]),
    Group("ials", f"{LOAD}\nmany = train | select user_id | unique | sort user_id | head 100_000", [
        Row("iALS, 32 factors, 3 iterations, loss, whole table: the statement", "implicit 32", "als = train | fit iALS factors=32 iterations=3 regularization=0.01", 4, 1),
        Row("the same, iterations alone", "implicit 32", "als", 4, iterations=True),
        Row("lists for 100,000 users, seen dropped", "implicit recommend", "many | recommend als top=10 seen=drop", 4, 1),
        Row("iALS, 128 factors, 1 iteration, loss, whole table: the statement", "implicit 128", "wide = train | fit iALS factors=128 iterations=1 regularization=0.01", 2, 1),
        Row("the same, the iteration alone", "implicit 128", "wide", 2, iterations=True),
    ]),
    Group("items", f"{LOAD}\n{SLICE}", [
        Row("SLIM, slice: the statement, beside scikit-learn's ElasticNet for every 20th item, times 20", "elastic net", "slice | fit SLIM", 5, 1),
        Row("PureSVD, 64 factors, slice: the statement, beside scipy's svds", "svds", "slice | fit PureSVD", repeats=1),
        Row("RP3beta, slice: the statement, beside the same in scipy without cuts", "walks", "slice | fit RP3beta", repeats=2),
    ]),
    Group("baskets", f"{LOAD}\n{SLICE}", [
        Row("UPCF, lists for all users of the slice", "upcf", "upcf | recommend top=10", repeats=2, note="upcf = slice | fit UPCF", within=3),
        Row("the same with the fit", "upcf", "slice | fit UPCF | recommend top=10", repeats=1),
        Row("TIFUKNN, lists for all users of the slice", "tifuknn", "tifu | recommend top=10", repeats=2, note="tifu = slice | fit TIFUKNN", within=3),
        Row("the same with the fit", "tifuknn", "slice | fit TIFUKNN | recommend top=10", repeats=1),
    ]),
    Group("ease", f"{LOAD}\n{SLICE}\n{USERS}", [
        Row("EASE, fit on the slice", "rectools fit", "rectools = slice | fit EASE regularization=500 orientation=rectools", 25, 1),
        Row("EASE as RecTools has it, lists for the known of 1,000 users", "rectools recommend", "known | recommend rectools top=10", repeats=1),
        Row("EASE `orientation=paper`, fit on the slice", "rectools fit", "ease = slice | fit EASE regularization=500", 25, 1),
        Row("EASE `orientation=paper`, lists for the same users", "rectools recommend", "known | recommend ease top=10", 100),
        Row("EASE, **whole table**, beside RecTools on the slice", "rectools fit", "train | fit EASE regularization=500", 1, 1),
    ]),
]


class Timer:
    def __init__(self):
        self.seconds = {}

    def best(self, name, body, repeats=3):
        value = None
        for _ in range(repeats):
            start = time.perf_counter()
            value = body()
            taken = time.perf_counter() - start
            self.seconds[name] = min(taken, self.seconds.get(name, taken))
        return value


def tables(folder):
    import numpy as np
    import polars as pl

    train = pl.read_parquet(f"{folder}/train_orders").filter(~pl.col("product_id").is_in(BAGS))
    sliced = train.filter(pl.col("user_id") % 100 == 0)

    def matrix(frame):
        from scipy.sparse import csr_matrix
        users = np.unique(frame["user_id"].to_numpy(), return_inverse=True)[1]
        items = np.unique(frame["product_id"].to_numpy(), return_inverse=True)[1]
        return csr_matrix((np.ones(len(users), dtype=np.float32), (users, items)))

    return train, sliced, matrix


def peer_ease(folder, ratings, timer):
    import polars as pl
    from rectools.dataset import Dataset
    from rectools.models import EASEModel

    train, sliced, _ = tables(folder)
    test = pl.read_parquet(f"{folder}/test_orders").filter(~pl.col("product_id").is_in(BAGS) & (pl.col("user_id") % 100 == 0))
    users = test.group_by("user_id").agg(pl.col("product_id").unique()).sort("user_id").sample(n=1000, seed=0)
    known = users.join(sliced.select("user_id").unique(), "user_id", "inner")["user_id"].to_numpy()
    columns = ("user_id", pl.col("product_id").alias("item_id"), pl.col("date").alias("datetime"), pl.lit(1).alias("weight"))
    dataset = Dataset.construct(interactions_df=sliced.select(*columns).to_pandas())
    model = EASEModel(regularization=500)
    timer.best("rectools fit", lambda: model.fit(dataset), 1)
    timer.best("rectools recommend", lambda: model.recommend(users=known, dataset=dataset, k=10, filter_viewed=False), 1)


def peer_items(folder, ratings, timer):
    import warnings

    import numpy as np
    from scipy.sparse.linalg import svds
    from sklearn.linear_model import ElasticNet

    _, sliced, matrix = tables(folder)
    cells = (matrix(sliced) > 0).astype(np.float64)
    columns = cells.tocsc()

    def every20th():
        for item in range(0, columns.shape[1], 20):
            net = ElasticNet(alpha=0.001, l1_ratio=0.1, positive=True, fit_intercept=False, max_iter=100, tol=1e-4)
            start, end = columns.indptr[item:item + 2]
            target = columns[:, [item]].toarray().ravel()
            kept = columns.data[start:end].copy()
            columns.data[start:end] = 0
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                net.fit(columns, target)
            columns.data[start:end] = kept

    def walks():
        to_items = cells.multiply(1 / cells.sum(1)).tocsr()
        to_users = cells.T.multiply(1 / cells.T.sum(1)).tocsr()
        return to_users @ to_items

    timer.best("elastic net", every20th, 1)
    timer.seconds["elastic net"] *= 20
    timer.best("svds", lambda: svds(cells, 64), 1)
    timer.best("walks", walks)


def peer_baskets(folder, ratings, timer):
    import numpy as np
    from sklearn.neighbors import NearestNeighbors

    _, sliced, matrix = tables(folder)
    cells = (matrix(sliced) > 0).astype(np.float64)

    def lists(share):
        for start in range(0, cells.shape[0], 512):
            block = share[start:start + 512].toarray()
            np.argpartition(-block, 10, axis=1)

    def upcf():
        sizes = np.asarray(cells.sum(1)).ravel()
        overlap = (cells @ cells.T).tocsr()
        overlap.data /= np.repeat(sizes ** 0.75, np.diff(overlap.indptr)) * sizes[overlap.indices] ** 0.25
        overlap.data **= 10
        lists(overlap @ cells)

    def tifuknn():
        near = NearestNeighbors(n_neighbors=300, algorithm="brute").fit(cells).kneighbors_graph(cells)
        lists(near @ cells)

    timer.best("upcf", upcf, 1)
    timer.best("tifuknn", tifuknn, 1)


def peer_ials(folder, ratings, timer):
    import numpy as np
    from implicit.als import AlternatingLeastSquares

    train, _, matrix = tables(folder)
    whole = matrix(train)
    for factors, iterations in ((32, 3), (128, 1)):
        def fit():
            model = AlternatingLeastSquares(
                iterations=iterations, factors=factors, regularization=0.01, calculate_training_loss=True, random_state=0)
            model.fit(whole, show_progress=False)
            return model

        model = timer.best(f"implicit {factors}", fit, 1)
        if factors == 32:
            everyone = np.arange(100_000)
            timer.best("implicit recommend", lambda: model.recommend(everyone, whole[:100_000], N=10, filter_already_liked_items=True), 1)


def peer_knn(folder, ratings, timer):
    import numpy as np
    from implicit.nearest_neighbours import CosineRecommender

    train, sliced, matrix = tables(folder)
    whole = timer.best("implicit numbering", lambda: matrix(train), 1)
    small = timer.best("implicit numbering of the slice", lambda: matrix(sliced))

    def fit(cells):
        model = CosineRecommender(K=20)
        model.fit(cells, show_progress=False)
        return model

    timer.best("implicit whole", lambda: fit(whole), 2)
    model = timer.best("implicit slice", lambda: fit(small))
    timer.best("implicit lists", lambda: model.recommend(np.arange(small.shape[0]), small, N=10))


def peer_mf(folder, ratings, timer):
    import numpy as np
    import torch
    from torch import nn

    _, sliced, _ = tables(folder)
    users = torch.LongTensor(np.unique(sliced["user_id"].to_numpy(), return_inverse=True)[1])
    items = torch.LongTensor(np.unique(sliced["product_id"].to_numpy(), return_inverse=True)[1])
    ones, steps, batch = torch.ones(len(users)), 1500, 16

    class Factorization(nn.Module):
        def __init__(self):
            super().__init__()
            self.p, self.q = nn.Embedding(int(users.max()) + 1, 10), nn.Embedding(int(items.max()) + 1, 10)
            self.bu, self.bi = nn.Embedding(int(users.max()) + 1, 1), nn.Embedding(int(items.max()) + 1, 1)
            self.g = nn.Parameter(torch.zeros(1))

        def forward(self, u, i):
            return (self.p(u) * self.q(i)).sum(1) + self.bu(u).squeeze() + self.bi(i).squeeze() + self.g

    model = Factorization()
    optimizer, loss = torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=0.01), nn.MSELoss()
    start = time.perf_counter()
    for step in range(steps):
        rows = slice(step * batch, (step + 1) * batch)
        optimizer.zero_grad()
        loss(model(users[rows], items[rows]), ones[rows]).backward()
        optimizer.step()
    timer.seconds["torch epoch"] = (time.perf_counter() - start) / steps * (len(users) // batch)


def peer_slice(folder, ratings, timer):
    import pandas as pd
    import surprise

    _, sliced, _ = tables(folder)
    frame = pd.DataFrame({"u": sliced["user_id"].to_numpy(), "i": sliced["product_id"].to_numpy(), "r": 1.0})
    train = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(1, 1))).build_full_trainset()
    timer.best("svd", lambda: surprise.SVD(random_state=0).fit(train), 2)
    timer.best("coclustering", lambda: surprise.CoClustering(random_state=0).fit(train), 1)


def peer_ratings(folder, ratings, timer):
    import pandas as pd
    import surprise as s
    from surprise.model_selection import train_test_split

    frame = pd.read_csv(ratings, sep="\t").iloc[:, :3]
    data = s.Dataset.load_from_df(frame, s.Reader(rating_scale=(1, 5)))
    train, test = train_test_split(data, test_size=0.25, random_state=0)
    options = {"name": "pearson_baseline", "user_based": False}
    kinds = {
        "SVD": lambda: s.SVD(random_state=0), "CoClustering": lambda: s.CoClustering(random_state=0),
        "NMF": lambda: s.NMF(random_state=0), "SVDpp": lambda: s.SVDpp(random_state=0), "SlopeOne": s.SlopeOne,
        "KNNBasic": lambda: s.KNNBasic(verbose=False), "KNNBaseline": lambda: s.KNNBaseline(sim_options=options, verbose=False),
    }
    for name, kind in kinds.items():
        model = timer.best(f"{name} fit", lambda: kind().fit(train), 1 if name == "SVDpp" else 2)
        if name in ("SlopeOne", "KNNBasic", "KNNBaseline"):
            timer.best(f"{name} test", lambda: model.test(test), 2)


def peak_of(process):
    """Waits for a process; its peak resident size in MB."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss / 1024


def run_peer(name, arguments):
    command = [sys.executable, __file__, arguments.lectern, arguments.folder, arguments.ratings, "--peer", name]
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        peak = peak_of(process)
        out.seek(0)
        lines = out.read().strip().splitlines()
    if process.returncode != 0 or not lines:
        raise SystemExit(f"{name}: the Python side failed with {process.returncode}")
    return json.loads(lines[-1]), peak


def run_lectern(lectern, folder, code):
    """Runs cells of Lectern; the seconds of every statement in order, the tables saved, the output, the peak in MB."""
    with tempfile.TemporaryDirectory() as place:
        session = Path(place, "session.md")
        session.write_text("\n".join(f"```lectern\n{cell}\n```\n" for cell in code))
        timings = Path(place, "timings.json")
        with tempfile.TemporaryFile("w+") as out:
            process = subprocess.Popen(
                [lectern, "run", str(session), "--data", folder, "--timings", str(timings)],
                stdout=out, stderr=subprocess.STDOUT, cwd=place)
            peak = peak_of(process)
            out.seek(0)
            text = out.read()
        if process.returncode != 0:
            raise SystemExit("Lectern failed:\n" + text[-2000:])
        measured = [json.loads(line) for line in timings.read_text().splitlines()]
        histories = {path.stem: list(csv.DictReader(path.open())) for path in Path(place).glob("*.csv")}
    return measured, histories, text, peak


def step_seconds(text, cell):
    """The seconds of the steps of the walk in a cell: each step ends in a line with its time."""
    units = {"µs": 1e-6, "ms": 1e-3, "s": 1}
    shown = text.split(f"In [{cell}]: ", 1)[1].split("\nIn [", 1)[0].split("\nshape:", 1)[0]
    return sum(float(number) * units[unit] for number, unit in re.findall(r"^([0-9.]+) (µs|ms|s)$", shown, re.MULTILINE))


def lectern_seconds(group, arguments):
    cells = [line for line in group.preparation.replace("$ratings", os.path.abspath(arguments.ratings)).split("\n")]
    fits = [row.note for row in group.rows if " = " in row.note]
    plan = []
    cells += fits
    for row in group.rows:
        if row.iterations:
            cells.append(f'{row.statement} | history | save "{row.statement}.csv" overwrite=true')
            continue
        for _ in range(row.repeats):
            plan.append((row, len(cells)))
            cells.append(row.statement + ("" if row.walk else ";"))
    measured, histories, text, peak = run_lectern(arguments.lectern, arguments.folder, cells)
    by_cell = {}
    for entry in measured:
        by_cell[entry["cell"]] = by_cell.get(entry["cell"], 0) + entry["seconds"]
    seconds = {}
    for row, cell in plan:
        taken = step_seconds(text, cell + 1) if row.walk else by_cell[cell + 1]
        seconds[id(row)] = min(taken, seconds.get(id(row), taken))
    for row in group.rows:
        if row.iterations:
            seconds[id(row)] = sum(float(line["seconds"]) for line in histories[row.statement])
    return seconds, peak


def least(some, others):
    """The smaller number of each name."""
    return {name: min(seconds, some.get(name, seconds)) for name, seconds in others.items()}


def chosen(arguments, name):
    """Whether a group or a model is among those asked for."""
    words = arguments.only.lower().split(",") if arguments.only else []
    return not words or any(word == name.lower() if arguments.memory else word in name.lower() for word in words)


def compare(arguments, say):
    if not arguments.done:
        say("| what | Lectern, s | Python, s | ratio | wanted |")
        say("|---|---|---|---|---|")
    short = [line.split(" | ")[0].strip("| ") for line in arguments.done if "**missed**" in line]
    for group in GROUPS:
        if not chosen(arguments, group.name) or any(f"group {group.name}:" in line for line in arguments.done):
            continue
        theirs, their_peak, ours, our_peak = {}, 0, {}, 0
        # By turns: a machine that many share may be twice as slow a minute later.
        for _ in range(arguments.rounds):
            seconds, peak = run_peer(group.name, arguments)
            theirs, their_peak = least(theirs, seconds), max(their_peak, peak)
            seconds, peak = lectern_seconds(group, arguments)
            ours, our_peak = least(ours, seconds), max(our_peak, peak)
        for row in group.rows:
            their_names = (row.peer, *row.also)
            their_seconds = sum(theirs[name] for name in their_names)
            ratio = their_seconds / ours[id(row)]
            met = (row.wanted is None or ratio >= row.wanted) and (row.within is None or ours[id(row)] <= row.within)
            if not met:
                short.append(row.what)
            limits = ([f"{row.wanted:g}×"] if row.wanted else []) + ([f"{row.within:g} s"] if row.within else [])
            wanted = ", ".join(limits) + ("" if met else " **missed**")
            say(f"| {row.what} | {ours[id(row)]:.3f} | {' + '.join(their_names)}: {their_seconds:.3f} | {ratio:.3g}× | {wanted} |")
        say(f"| group {group.name}: memory of the process at most, MB | {our_peak:.0f} | {their_peak:.0f} | | |")
    return short


# Models on the whole table, with the bytes of their factors and of the matrix they are about, by users, items and cells.
# Factors are whatever a model learned of every user and item: CoClustering's are a mean and a cluster, SVDpp's are pᵤ
# with and without the sum over the user's items, qᵢ, yᵢ and two deviations, Adam's weights have two moments each.
DOUBLE, FLOAT = 8, 4


def factors(width, size):
    return lambda u, i, c: (u + i) * width * size


def nothing(u, i, c):
    return 0


MODELS = [
    ("iALS", "factors=32 iterations=3", factors(32, FLOAT), nothing),
    ("iALS", "factors=128 iterations=3", factors(128, FLOAT), nothing),
    ("ItemKNN", "similarity=cosine neighbors=20", nothing, lambda u, i, c: i * 20 * 8),
    ("SVD", "factors=20 epochs=2", factors(21, DOUBLE), nothing),
    ("SVD", "factors=100 epochs=3", factors(101, DOUBLE), nothing),
    ("TopPopular", "", nothing, nothing),
    ("EASE", "regularization=500", nothing, lambda u, i, c: i * i * FLOAT),
    ("BPR", "factors=31 epochs=2", factors(32, FLOAT), nothing),
    ("BPR", "factors=95 epochs=2", factors(96, FLOAT), nothing),
    ("MatrixFactorization", "factors=15 epochs=2 variant=sampled batch=1024", factors(3 * 16, FLOAT), nothing),
    ("PersonalTopPopular", "", nothing, nothing), ("Random", "", nothing, nothing),
    ("Blend", "[PersonalTopPopular, TopPopular]", nothing, nothing),
    ("SVDpp", "factors=20 epochs=2", factors(2 * 20 + 1, DOUBLE), nothing),
    ("NMF", "factors=15 epochs=2", factors(15, DOUBLE), nothing),
    ("NMF", "factors=64 epochs=2", factors(64, DOUBLE), nothing),
    ("ALS", "factors=10 iterations=2", factors(11, DOUBLE), nothing),
    ("ALS", "factors=64 iterations=2", factors(65, DOUBLE), nothing),
    ("CoClustering", "epochs=2", factors(2, DOUBLE), nothing),
    ("Baseline", "", factors(1, DOUBLE), nothing),
    ("SlopeOne", "", nothing, lambda u, i, c: i * i * 2 * FLOAT),
    ("UserKNN", "similarity=cosine", nothing, nothing),
    ("UserKNN", "similarity=msd", nothing, nothing),
]
# On the slice, where there are fewer users than items: EASE inverts users × users there.
SLICE_MODELS = [
    ("EASE", "regularization=500 form=dual", nothing, lambda u, i, c: u * u * FLOAT),
    ("EASE", "regularization=500 form=dual orientation=rectools", nothing, lambda u, i, c: u * u * FLOAT),
    ("EASE", "regularization=500 form=primal", nothing, lambda u, i, c: i * i * FLOAT),
    ("MatrixFactorization", "factors=15 epochs=2", factors(3 * 16, FLOAT), nothing),
    ("ItemKNN", "similarity=cosine neighbors=20", nothing, lambda u, i, c: i * 20 * 8),
    ("SVD", "factors=100 epochs=3", factors(101, DOUBLE), nothing),
]


def measure_memory(arguments, say):
    say("| model | above the loaded table, MB | factors | matrix | allowed | |")
    say("|---|---|---|---|---|---|")
    # Without a filter: what that leaves behind would be there for a fit to use, and not be counted.
    above = measure_models(arguments, say, "the whole table", MODELS, 'load "train_orders" | select user_id, product_id')
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "slice.parquet")
        run_lectern(arguments.lectern, arguments.folder, [
            f'load "train_orders" | filter user_id % 100 == 0 | select user_id, product_id | save "{path}"'])
        return above + measure_models(arguments, say, "the slice", SLICE_MODELS, f'load "{path}"')


def measure_models(arguments, say, what, models, source):
    """Measures every model on its own; those that take more than they may."""
    load = f"train = {source} | collect"
    *_, idle = run_lectern(arguments.lectern, arguments.folder, ["1"])
    *_, loaded = run_lectern(arguments.lectern, arguments.folder, [load])
    _, counts, *_ = run_lectern(arguments.lectern, arguments.folder, [
        load, 'train | agg rows = len(), users = n_unique(user_id), items = n_unique(product_id) | save "shape.csv"',
        'train | unique user_id, product_id | agg cells = len() | save "cells.csv"'])
    rows, users, items = (int(counts["shape"][0][name]) for name in ("rows", "users", "items"))
    cells = int(counts["cells"][0]["cells"])
    table = rows * (4 + 8) / 1e6
    sparse = cells * 8 / 1e6
    say(f"| *{what}: {rows:,} rows, {users:,} users × {items:,} items, {cells:,} cells; idle {idle:.0f} MB, loaded {loaded:.0f} MB* | | | | {table:.0f} + {sparse:.0f} | |")
    above = []
    for name, parameters, own, matrix in models:
        if not chosen(arguments, name):
            continue
        # Code, stacks and what is made once are there already: they are the program's, not the model's.
        small = f"small = train | head 1000 | fit {name} {parameters};"
        *_, loaded = run_lectern(arguments.lectern, arguments.folder, [load, small])
        *_, peak = run_lectern(arguments.lectern, arguments.folder, [load, small, f"m = train | fit {name} {parameters};"])
        mine, its = own(users, items, cells) / 1e6, matrix(users, items, cells) / 1e6
        allowed = mine + its + table + sparse
        # Bits, whole pages, and chunks on their way to the cores, as `benchmark --memory` has it.
        is_within = peak - loaded <= 1.01 * allowed + 8 * os.cpu_count()
        if not is_within:
            above.append(f"memory of {name} {parameters}")
        say(f"| {name} `{parameters}` | {peak - loaded:.0f} | {mine:.0f} | {its:.0f} | {allowed:.0f} | {'ok' if is_within else '**above**'} |")
    return above


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lectern")
    parser.add_argument("folder")
    parser.add_argument("ratings")
    parser.add_argument("--only", help="groups whose name contains one of these words, or with --memory models of these names")
    parser.add_argument("--rounds", type=int, default=1, help="how often both sides run, by turns; the best counts")
    parser.add_argument("--memory", action="store_true", help="measure memory, not time")
    parser.add_argument("--out", help="also write the table to this file")
    parser.add_argument("--goes-on", action="store_true", help="leave out the groups that the file has already")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        timer = Timer()
        globals()[f"peer_{arguments.peer}"](arguments.folder, arguments.ratings, timer)
        print(json.dumps(timer.seconds))
        return 0
    arguments.lectern = os.path.abspath(arguments.lectern)
    goes_on = arguments.goes_on and arguments.out and os.path.exists(arguments.out)
    arguments.done = Path(arguments.out).read_text().splitlines() if goes_on else []
    out = open(arguments.out, "a" if goes_on else "w") if arguments.out else None

    def say(line):
        print(line, flush=True)
        if out:
            print(line, file=out, flush=True)

    short = (measure_memory if arguments.memory else compare)(arguments, say)
    for what in short:
        print(f"below what is wanted: {what}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())

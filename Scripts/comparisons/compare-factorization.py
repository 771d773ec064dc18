"""Compares ALS and iALS of Lectern with LensKit's BiasedMF and ImplicitMF, and with implicit, on MovieLens 100k.

usage: python Scripts/comparisons/compare-factorization.py LECTERN RATINGS

RATINGS is `ml-100k.inter`. Lectern splits the ratings; all libraries learn from the same rows with the same parameters.
They start from random numbers of their own, so that no two models are equal: each is fitted with five seeds, and the
means over the seeds are compared. Prints a table in Markdown; exits with status 1 if a mean of Lectern is worse than
that of LensKit by more than 0.01.

Written with lenskit 0.14.4 (numba 0.58.1), implicit 0.7.3, numpy 1.26.4, pandas 2.1.4. Without implicit its rows are
left out.
"""
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
SEEDS = range(5)
FACTORS, ITERATIONS = 16, 15


def session(ratings):
    cells = [f"""all = load "{ratings}" | select user_id, item_id, rating
train, test = all | split random test=0.2 seed=0
train | save "train.csv" overwrite=true
test | save "test.csv" overwrite=true
users = test | group_by user_id agg ids = unique(item_id)"""]
    for seed in SEEDS:
        cells.append(f"""als = train | fit ALS factors={FACTORS} iterations={ITERATIONS} regularization=0.1 seed={seed}
ials = train | select user_id, item_id | fit iALS weighting=hu alpha=40 factors={FACTORS} iterations={ITERATIONS} regularization=0.1 seed={seed}
test | predict als | select als_prediction, rating | save "als{seed}.csv" overwrite=true
users | recommend ials top=10 seen=drop | select user_id, ials_recs | explode ials_recs | save "ials{seed}.csv" overwrite=true""")
    return "\n".join(f"```lectern\n{cell}\n```\n" for cell in cells)


def rmse(predicted, rating):
    known = ~np.isnan(predicted)
    return float(np.sqrt(np.mean((np.clip(predicted[known], 1, 5) - rating[known]) ** 2)))


def recall(lists, truth):
    """The mean over all users of the test of the share of their items that is among the ten."""
    return float(np.mean([len(set(lists.get(user, [])) & items) / len(items) for user, items in truth.items()]))


def best(scores, seen, items):
    scores = np.where(np.isin(items, list(seen)), -np.inf, scores)
    return items[np.argsort(-scores, kind="stable")[:10]].tolist()


def lenskit_values(train, test, truth, seed):
    from lenskit.algorithms.als import BiasedMF, ImplicitMF

    ratings = train.rename(columns={"user_id": "user", "item_id": "item"})
    pairs = test.rename(columns={"user_id": "user", "item_id": "item"})
    explicit = BiasedMF(FACTORS, iterations=ITERATIONS, reg=0.1, method="lu", rng_spec=seed).fit(ratings)
    predicted = np.array([explicit.predict_for_user(user, [item]).iloc[0] for user, item in zip(pairs.user, pairs.item)])
    implicit = ImplicitMF(FACTORS, iterations=ITERATIONS, reg=0.1, weight=40, method="lu", rng_spec=seed).fit(ratings[["user", "item"]])
    items = np.sort(train.item_id.unique())
    seen = train.groupby("user_id").item_id.agg(set)
    lists = {
        user: best(implicit.predict_for_user(user, items).reindex(items).to_numpy(), seen[user], items)
        for user in truth if user in seen.index}
    return rmse(predicted, test.rating.to_numpy()), recall(lists, truth)


def implicit_values(train, truth, seed):
    from implicit.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix

    users, items = np.unique(train.user_id), np.unique(train.item_id)
    cells = csr_matrix((np.ones(len(train), dtype=np.float32) * 41, (np.searchsorted(users, train.user_id), np.searchsorted(items, train.item_id))))
    model = AlternatingLeastSquares(factors=FACTORS, iterations=ITERATIONS, regularization=0.1, random_state=seed, use_cg=False)
    model.fit(cells, show_progress=False)
    ids, _ = model.recommend(np.arange(len(users)), cells, N=10, filter_already_liked_items=True)
    lists = {user: items[row].tolist() for user, row in zip(users, ids)}
    return recall(lists, truth)


def main():
    lectern, ratings = (str(Path(path).resolve()) for path in sys.argv[1:3])
    values = {"ALS": {}, "iALS": {}}
    with tempfile.TemporaryDirectory() as place:
        Path(place, "session.md").write_text(session(ratings))
        done = subprocess.run([lectern, "run", "session.md"], cwd=place, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
        train, test = (pd.read_csv(Path(place, f"{name}.csv")) for name in ("train", "test"))
        truth = test.groupby("user_id").item_id.agg(set).to_dict()
        for seed in SEEDS:
            table = pd.read_csv(Path(place, f"als{seed}.csv"))
            values["ALS"].setdefault("Lectern", []).append(rmse(table.als_prediction.to_numpy(), table.rating.to_numpy()))
            lists = pd.read_csv(Path(place, f"ials{seed}.csv")).groupby("user_id").ials_recs.agg(list).to_dict()
            values["iALS"].setdefault("Lectern", []).append(recall(lists, truth))
            explicit, implicit = lenskit_values(train, test, truth, seed)
            values["ALS"].setdefault("LensKit", []).append(explicit)
            values["iALS"].setdefault("LensKit", []).append(implicit)
            try:
                values["iALS"].setdefault("implicit", []).append(implicit_values(train, truth, seed))
            except ImportError:
                values["iALS"].pop("implicit")
    print("| model | measured | library | mean of five seeds | smallest | largest |\n|---|---|---|---|---|---|")
    for model, measured in (("ALS", "RMSE"), ("iALS", "recall@10")):
        for library, numbers in values[model].items():
            print(f"| {model} | {measured} | {library} | {np.mean(numbers):.4f} | {min(numbers):.4f} | {max(numbers):.4f} |")
    mean = {model: {library: np.mean(numbers) for library, numbers in found.items()} for model, found in values.items()}
    worse = max(mean["ALS"]["Lectern"] - mean["ALS"]["LensKit"], mean["iALS"]["LensKit"] - mean["iALS"]["Lectern"])
    print(f"Lectern is worse than LensKit by at most {worse:.4f}")
    return 0 if worse <= 0.01 else 1


if __name__ == "__main__":
    sys.exit(main())

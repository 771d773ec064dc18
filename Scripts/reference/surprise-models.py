"""Writes Tests/RecommendersTests/Fixtures/ratings.json and surprise.json: what Surprise predicts.

usage: python Scripts/reference/surprise-models.py ML-100K.inter OUT_DIR
made with scikit-surprise 1.1.5, numpy 1.26.4, Python 3.11

ratings.json: made-up ratings (halves, repeats, users and items that are not in train) and every prediction;
ALS has no counterpart in Surprise and is written out in numpy.
surprise.json: RMSE and MAE on MovieLens 100k, fold by fold (KFold seed 0, models with random_state=0) and on
train_test_split(.25, random_state=0), with the seconds of fit and test over all folds.
"""
import json, sys, time
import numpy as np, pandas as pd
from surprise import (
    BaselineOnly, CoClustering, Dataset, KNNBaseline, KNNBasic, KNNWithMeans, KNNWithZScore, NMF, Reader, SVD, SVDpp,
    SlopeOne, accuracy)
from surprise.model_selection import KFold, train_test_split

CENTERINGS = {"none": KNNBasic, "means": KNNWithMeans, "zscore": KNNWithZScore, "baseline": KNNBaseline}


def neighbors(kind, similarity, centering, k=40):
    options = {"name": similarity, "user_based": kind == "UserKNN"}
    return lambda: CENTERINGS[centering](k=k, sim_options=options, verbose=False)


def named(kind, similarity, centering, k=40):
    return (f"{kind} similarity={similarity} neighbors={k} centering={centering}", neighbors(kind, similarity, centering, k))


def errors(algorithm, train, test):
    predictions = algorithm.fit(train).test(test)
    return accuracy.rmse(predictions, verbose=False), accuracy.mae(predictions, verbose=False)


def als(train, pairs, factors, iterations, regularization, scaled, biases):
    """Explicit ALS as its normal equations are written, in numpy; deviations are BaselineOnly's."""
    rows = np.array(list(train.all_ratings()))
    users, items = rows[:, 0].astype(int), rows[:, 1].astype(int)
    bu, bi = np.zeros(train.n_users), np.zeros(train.n_items)
    if biases:
        baseline = BaselineOnly(verbose=False).fit(train)
        bu, bi = baseline.bu, baseline.bi
    targets = rows[:, 2] - train.global_mean - bu[users] - bi[items]
    q = np.random.RandomState(0).normal(0, .1, (train.n_items, factors))
    p = np.zeros((train.n_users, factors))

    def half(solved, own, fixed, other):
        for row in range(len(solved)):
            mine = own == row
            v = fixed[other[mine]]
            penalty = regularization * (mine.sum() if scaled else 1)
            solved[row] = np.linalg.solve(v.T @ v + penalty * np.eye(factors), v.T @ targets[mine])

    for _ in range(iterations):
        half(p, users, q, items)
        half(q, items, p, users)
    known_u = {train.to_raw_uid(u): u for u in train.all_users()}
    known_i = {train.to_raw_iid(i): i for i in train.all_items()}
    predictions = []
    for raw_u, raw_i in pairs:
        u, i = known_u.get(raw_u), known_i.get(raw_i)
        r = train.global_mean + (bu[u] if u is not None else 0) + (bi[i] if i is not None else 0)
        predictions.append(float(np.clip(r + (p[u] @ q[i] if u is not None and i is not None else 0), 1, 5)))
    return predictions


def made_up(out):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({
        "user": rng.integers(0, 24, 320), "item": rng.integers(0, 30, 320), "rating": rng.integers(2, 11, 320) / 2})
    whole = pd.concat([rows, rows.iloc[:8]])
    train = Dataset.load_from_df(whole, Reader(rating_scale=(1, 5))).build_full_trainset()
    pairs = [(u, i) for u in range(0, 26, 3) for i in range(0, 32, 2)]
    models = {"SVDpp factors=7 epochs=6": lambda: SVDpp(n_factors=7, n_epochs=6, random_state=0),
              "NMF factors=5 epochs=9": lambda: NMF(n_factors=5, n_epochs=9, random_state=0),
              "SVD factors=9 epochs=6": lambda: SVD(n_factors=9, n_epochs=6, random_state=0),
              "SlopeOne": SlopeOne, "CoClustering": lambda: CoClustering(random_state=0),
              "Baseline": lambda: BaselineOnly(verbose=False)}
    models |= dict(
        named(kind, similarity, centering, 5)
        for kind in ("UserKNN", "ItemKNN") for similarity in ("cosine", "msd", "pearson", "pearson_baseline")
        for centering in CENTERINGS)
    predictions = {}
    for name, model in models.items():
        fitted = model().fit(train)
        predictions[name] = [fitted.predict(u, i).est for u, i in pairs]
    for scaled in (True, False):
        for biases in (True, False):
            name = f"ALS factors=4 iterations=5 regularization=1 scale={'count' if scaled else 'none'} biases={biases}"
            predictions[name.replace("True", "true").replace("False", "false")] = als(train, pairs, 4, 5, 1, scaled, biases)
    json.dump(
        {"users": whole.user.tolist(), "items": whole.item.tolist(), "ratings": whole.rating.tolist(),
         "pairs": pairs, "predictions": predictions}, open(f"{out}/ratings.json", "w"), separators=(",", ":"))


def movielens(file, out):
    data = Dataset.load_from_file(file, Reader(line_format="user item rating timestamp", sep="\t", skip_lines=1))
    models = {
        "SVD": lambda: SVD(random_state=0), "SVDpp": lambda: SVDpp(random_state=0), "NMF": lambda: NMF(random_state=0),
        "SlopeOne": SlopeOne, "CoClustering": lambda: CoClustering(random_state=0),
        "Baseline": lambda: BaselineOnly(verbose=False)}
    models |= dict([
        named("UserKNN", "msd", "none"), named("UserKNN", "msd", "means"), named("UserKNN", "msd", "zscore"),
        named("UserKNN", "msd", "baseline"), named("ItemKNN", "pearson_baseline", "baseline")])
    folds = {}
    for name, model in models.items():
        start = time.time()
        found = [errors(model(), train, test) for train, test in KFold(n_splits=5, random_state=0).split(data)]
        folds[name] = {"rmse": [f[0] for f in found], "mae": [f[1] for f in found], "seconds": time.time() - start}
        print(name, folds[name], flush=True)
    train, test = train_test_split(data, test_size=.25, random_state=0)
    split = {}
    for name, model in list(models.items())[:6] + [
            named("UserKNN", "cosine", "none"), named("ItemKNN", "cosine", "none"), named("ItemKNN", "pearson", "means"),
            named("UserKNN", "pearson", "zscore"), named("UserKNN", "pearson_baseline", "baseline"), named("ItemKNN", "msd", "none")]:
        rmse, mae = errors(model(), train, test)
        split[name] = {"rmse": rmse, "mae": mae}
    json.dump({"folds": folds, "split": split}, open(f"{out}/surprise.json", "w"), indent=1)


if __name__ == "__main__":
    made_up(sys.argv[2])
    movielens(sys.argv[1], sys.argv[2])

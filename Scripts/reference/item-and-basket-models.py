"""Writes Tests/RecommendersTests/Fixtures/baskets.json: the results of published code on simulated baskets.

usage: python Scripts/reference/item-and-basket-models.py OUT_DIR TIFUKNN_DIR RECSYS2019_DIR

made with numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1, similaripy 0.7.0, pandas 3.1.1, Python 3.11 and

- TIFUKNN_DIR: github.com/HaojiHu/TIFUKNN, commit 15daf638 (TIFUKNN.py, the authors' code)
- RECSYS2019_DIR: github.com/MaurizioFD/RecSys2019_DeepLearning_Evaluation, commit f5618c65 (RP3betaRecommender.py)

SLIM is scikit-learn's ElasticNet with the parameters of SLIMElasticNetRecommender.py, coordinates in their order; PureSVD
is numpy's SVD; UP-CF is the definition in numpy, whose similarities are compared with similaripy's asymmetric cosine
here; popularity and Markov chains are their definitions. The script prints for how many positions the libraries agree with
these.

Ties go by score to twelve digits, then by item.
"""
import json
import sys
import warnings

import numpy as np
import pandas as pd
import scipy.sparse as sps
import similaripy
from sklearn.linear_model import ElasticNet
from sklearn.utils.extmath import randomized_svd

np.int = int  # what the published class calls it
sys.path[:0] = sys.argv[2:4]
import TIFUKNN  # noqa: E402
from GraphBased.RP3betaRecommender import RP3betaRecommender  # noqa: E402

USERS, ITEMS, TOP = 90, 90, 6
rng = np.random.default_rng(17)
rows = []
for user in range(USERS):
    taste = rng.integers(0, 6)
    habits = rng.choice(15, 4, replace=False)
    day = 0
    for _ in range(rng.integers(1, 16)):
        day += int(rng.integers(1, 9))
        for _ in range(rng.integers(1, 7)):
            kind = rng.random()
            item = (
                taste * 15 + habits[rng.integers(0, 4)] if kind < 0.5
                else taste * 15 + rng.integers(0, 15) if kind < 0.8 else rng.integers(0, ITEMS))
            rows.append((user, int(item), day))
rows = [rows[place] for place in rng.permutation(len(rows))]
used = sorted({item for _, item, _ in rows})
rows = [(user, used.index(item), day) for user, item, day in rows]
ITEMS = len(used)
frame = pd.DataFrame(rows, columns=["user", "item", "day"])
baskets = [
    [sorted(set(basket.item)) for _, basket in own.groupby("day")] for _, own in frame.groupby("user")]
X = np.zeros((USERS, ITEMS))
X[frame.user, frame.item] = 1
sparse = sps.csr_matrix(X, dtype=np.float64)


def digits(scores):
    with np.errstate(divide="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(scores))) - 12)
    return np.where(scores == 0, 0, np.round(scores / np.where(scores == 0, 1, unit)) * unit)


def lists(scores, least=0.0):
    """The best items of every row above `least`, with their scores."""
    items, values = [], []
    for row in np.asarray(scores, dtype=np.float64):
        order = np.lexsort((np.arange(len(row)), -digits(row)))
        best = [int(item) for item in order if row[item] > least][:TOP]
        items.append(best)
        values.append([float(f"{row[item]:.10g}") for item in best])
    return {"items": items, "scores": values}


def shared(one, other):
    pairs = [(a, b) for left, right in zip(one["items"], other["items"]) for a, b in zip(left, right)]
    return sum(a == b for a, b in pairs) / len(pairs)


out = {"users": frame.user.tolist(), "items": frame.item.tolist(), "days": frame.day.tolist()}

# Popularity.
counts = np.array([[sum(i in basket for basket in own) for i in range(ITEMS)] for own in baskets], dtype=float)
recent = np.array([[sum(i in basket for basket in own[-4:]) for i in range(ITEMS)] for own in baskets], dtype=float)
out["personal"] = lists(counts)
out["personal_recent"] = lists(recent)
last = frame.day.max()
out["half_life"] = frame.assign(w=0.5 ** ((last - frame.day) / 12.5)).groupby("item").w.sum().tolist()

# RP3beta, the published class.
for name, arguments in (
        ("rp3beta", dict()), ("rp3beta_small", dict(alpha=0.7, beta=0.3, topK=9)),
        ("rp3beta_plain", dict(beta=0.4, topK=ITEMS, normalize_similarity=False))):
    model = RP3betaRecommender(sps.csr_matrix(sparse), verbose=False)
    model.fit(**arguments)
    out[name] = lists(sparse @ model.W_sparse.toarray())

# SLIM: scikit-learn, column by column.
for name, strength, ratio, kept in (("slim", 0.001, 0.1, 100), ("slim_sparse", 0.01, 0.5, 5)):
    W = np.zeros((ITEMS, ITEMS))
    columns = sps.csc_matrix(sparse)
    for item in range(ITEMS):
        net = ElasticNet(
            alpha=strength, l1_ratio=ratio, positive=True, fit_intercept=False, max_iter=100, tol=1e-4,
            selection="cyclic")
        others = columns.copy()
        others.data[others.indptr[item]:others.indptr[item + 1]] = 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            net.fit(others, X[:, item])
        weights = np.asarray(net.coef_).ravel()
        best = [i for i in np.lexsort((np.arange(ITEMS), -weights)) if weights[i] > 0][:kept]
        W[best, item] = weights[best]
    out[name] = lists(X @ W)
    out[name + "_weights"] = [int((W > 0).sum()), float(W.sum())]

# PureSVD.
U, S, V = np.linalg.svd(X, full_matrices=False)
out["puresvd"] = lists(X @ V[:12].T @ V[:12], -np.inf)
out["puresvd_values"] = S[:12].tolist()
_, _, R = randomized_svd(sparse, 12, n_iter=30, random_state=0)
print("PureSVD and scikit-learn's randomized_svd:", shared(out["puresvd"], lists(X @ R.T @ R, -np.inf)))


def upcf(recency, alpha, q, k, shrink, vectors):
    overlap = vectors @ vectors.T
    square = np.diag(overlap)
    similarity = overlap / (square[:, None] ** alpha * square[None, :] ** (1 - alpha) + shrink)
    share = np.array([[sum(i in b for b in own[-recency:]) / len(own[-recency:]) for i in range(ITEMS)] for own in baskets])
    scores = share.copy()
    for user in range(USERS):
        others = [v for v in range(USERS) if v != user and overlap[user, v] > 0]
        others.sort(key=lambda v: (-round(similarity[user, v], 12), v))
        for other in others[:k]:
            scores[user] += similarity[user, other] ** q * share[other]
    return similarity, share, scores


similarity, share, scores = upcf(10, 0.75, 10, 100, 0, X)
out["upcf"] = lists(scores)
library = similaripy.asymmetric_cosine(sparse, alpha=0.75, k=USERS, verbose=False).toarray()
print("UP-CF: largest difference to similaripy's similarities:", np.abs(library - similarity).max())
library = library.astype(np.float64)
np.fill_diagonal(library, 1)
print("UP-CF with similaripy's similarities:", shared(out["upcf"], lists(library ** 10 @ share)))
out["upcf_counts"] = lists(upcf(3, 0.4, 2, 15, 2.5, counts)[2])


def tifuknn(groups, basket_decay, group_decay, own, k):
    """The authors' functions; their baskets stand between two that are not looked at."""
    data = {user: [[-1]] + history + [[-1]] for user, history in enumerate(baskets)}
    vectors = TIFUKNN.temporal_decay_sum_history(data, list(data), ITEMS, groups, basket_decay, group_decay)
    scores = np.zeros((USERS, ITEMS))
    for user in range(USERS):
        others = {other: vector for other, vector in vectors.items() if other != user}
        near, _ = TIFUKNN.KNN_history_record2({user: vectors[user]}, others, ITEMS, min(k, len(others)))
        scores[user] = own * vectors[user] + (1 - own) * near[user]
    return scores


stdout, sys.stdout = sys.stdout, sys.stderr
out["tifuknn"] = lists(tifuknn(7, 0.9, 0.7, 0.7, 30))
out["tifuknn_far"] = lists(tifuknn(3, 0.9, 0.6, 0.2, 50))
sys.stdout = stdout


def markov(order, smoothing):
    total, following = np.zeros(ITEMS), np.zeros((ITEMS, ITEMS))
    for own in baskets:
        for place in range(1, len(own)):
            context = sorted(set().union(*own[max(0, place - order):place]))
            total[context] += 1
            following[np.ix_(context, own[place])] += 1
    common = counts.sum(0) / sum(map(len, baskets))
    scores = np.zeros((USERS, ITEMS))
    for user, own in enumerate(baskets):
        context = sorted(set().union(*own[-order:]))
        for item in context:
            if total[item] + smoothing > 0:
                scores[user] += (following[item] + smoothing * common) / (total[item] + smoothing) / len(context)
    return scores


out["markov"] = lists(markov(1, 1))
out["markov_second"] = lists(markov(2, 0))
json.dump(out, open(f"{sys.argv[1]}/baskets.json", "w"))
print(len(rows), "rows,", sum(map(len, baskets)), "baskets,", ITEMS, "items")

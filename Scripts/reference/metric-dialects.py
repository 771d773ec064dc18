"""Writes the metrics of other libraries for random recommendations with every edge case, as JSON.

Lists that are empty, missing, short, longer than k or than the catalogue, or that repeat items; a k larger than the
catalogue; users without held-out items, without lists, without train; held-out items that repeat or that train does not
have.

usage: python Scripts/reference/metric-dialects.py > Tests/ExperimentsTests/Goldens/metric-dialects.json
Made with rectools 0.19.0, implicit 0.7.3, ranx 0.3.21, pytrec_eval-terrier 0.5.11 (trec_eval's own code; pytrec_eval 0.5
needs a download from GitHub to build), scikit-learn 1.9.1, numpy 1.26.4. The formulas of
RePlay 0.22 and RecBole 1.2.1 are reimplemented here.
"""
import json
import math

import numpy as np
import pandas as pd
import pytrec_eval
from implicit.evaluation import ranking_metrics_at_k
from ranx import Qrels, Run, evaluate
from rectools import Columns
from rectools.metrics import MAP, MRR, NDCG, F1Beta, HitRate, MeanInvUserFreq, PartialAUC, Precision, Recall
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

rng = np.random.RandomState(22)


def made_up(users, items, repeats, whole, k):
    """A case: `repeats` puts items twice into lists and held-out rows, `whole` makes every list k items long."""
    train = sorted({(u, int(i)) for u in range(users + 3) if u % 5 for i in rng.randint(items, size=rng.randint(1, 6))})
    catalogue = sorted({i for _, i in train})
    lists, truth = [], []
    for user in range(users):
        pool = rng.permutation(catalogue if whole else items + 2).tolist()
        length = k if whole else rng.choice([0, 1, 3, k - 1 or 1, k, k + 2, len(pool)])
        items_of_list = pool[:length]
        length = len(items_of_list)
        if repeats and length > 2:
            for place in rng.randint(length, size=2):
                items_of_list[place] = items_of_list[rng.randint(length)]
        lists.append(None if not whole and rng.random_sample() < 0.15 else items_of_list)
        held = rng.choice(catalogue if whole else items + 2, size=rng.randint(1, 5), replace=False).tolist()
        if repeats:
            held += rng.choice(held, size=rng.randint(0, 3)).tolist()
        truth.append([] if not whole and rng.random_sample() < 0.15 else sorted(held))
    return train, lists, truth


def rectools(train, lists, truth, k):
    reco = pd.DataFrame(
        [(u, i, r + 1) for u, items in enumerate(lists) for r, i in enumerate(items or [])],
        columns=[Columns.User, Columns.Item, Columns.Rank])
    held = pd.DataFrame([(u, i) for u, items in enumerate(truth) for i in items], columns=[Columns.User, Columns.Item])
    seen = pd.DataFrame(train, columns=[Columns.User, Columns.Item])
    metrics = {
        "recall": Recall(k), "precision": Precision(k), "r_precision": Precision(k, r_precision=True), "f1": F1Beta(k),
        "hr": HitRate(k), "mrr": MRR(k), "ndcg": NDCG(k), "map": MAP(k)}
    values = {name: metric.calc(reco, held) for name, metric in metrics.items()}
    counted = reco[reco[Columns.User].isin(held[Columns.User])]
    values["novelty"] = MeanInvUserFreq(k).calc(counted, seen)
    if not reco.duplicated([Columns.User, Columns.Item]).any():
        values["auc"] = PartialAUC(k).calc(reco, held)
    return values


class Lists:
    """A model of implicit's that recommends the lists; what is missing of one is -1, as there."""

    def __init__(self, lists):
        self.lists = lists

    def recommend(self, users, _, N):
        ids = np.full((len(users), N), -1, dtype=np.int32)
        for place, user in enumerate(users):
            items = (self.lists[user] or [])[:N]
            ids[place, : len(items)] = items
        return ids, None


def implicit(train, lists, truth, k):
    users, size = len(lists), 1 + max(i for items in truth for i in items)
    size = max(size, 1 + max(i for _, i in train))
    rows = [(u, i) for u, items in enumerate(truth) for i in sorted(set(items))]
    taken = csr_matrix((np.ones(len(rows)), tuple(np.array(rows).T)), shape=(users, size))
    found = ranking_metrics_at_k(Lists(lists), csr_matrix((users, size)), taken, K=k, show_progress=False)
    return {name: found[name] for name in ("precision", "map", "ndcg")}


def ranked(lists, truth):
    """Queries and runs of the users with held-out items; scores fall with the rank."""
    asked = [u for u, items in enumerate(truth) if items]
    qrels = {f"u{u:03}": {str(i): 1 for i in truth[u]} for u in asked}
    runs = {f"u{u:03}": {str(i): 1.0 / (r + 1) for r, i in enumerate(lists[u] or [])} for u in asked}
    return qrels, runs


def ranx(train, lists, truth, k):
    qrels, runs = ranked(lists, truth)
    # A run of ranx has no empty query: an item that nobody took stands for one.
    runs = {user: items or {"none": 0.0} for user, items in runs.items()}
    names = {"recall": "recall", "precision": "precision", "f1": "f1", "hr": "hit_rate", "mrr": "mrr", "map": "map", "ndcg": "ndcg"}
    found = evaluate(Qrels(qrels), Run(runs), [f"{name}@{k}" for name in names.values()] + ["r-precision"])
    values = {ours: found[f"{name}@{k}"] for ours, name in names.items()}
    return values | {"r_precision": found["r-precision"]}


def trec(train, lists, truth, k):
    """The part of ranx's names that trec_eval has, too."""
    qrels, runs = ranked(lists, truth)
    names = {"recall": "recall", "precision": "P", "map": "map_cut", "ndcg": "ndcg_cut", "hr": "success"}
    found = pytrec_eval.RelevanceEvaluator(qrels, {f"{name}.{k}" for name in names.values()} | {"Rprec"}).evaluate(runs)
    values = {ours: sum(user.get(f"{name}_{k}", 0) for user in found.values()) / len(qrels) for ours, name in names.items()}
    return values | {"r_precision": sum(user.get("Rprec", 0) for user in found.values()) / len(qrels)}


def replay(train, lists, truth, k):
    """As in replay/metrics of RePlay 0.22: dictionaries of lists, users of the ground truth."""
    users = [u for u, items in enumerate(truth) if items]
    history = {}
    for user, item in train:
        history.setdefault(user, set()).add(item)
    holders = {}
    for user, item in train:
        holders.setdefault(item, set()).add(user)
    values = {name: [] for name in ("recall", "precision", "hr", "mrr", "map", "ndcg", "roc_auc", "novelty", "surprisal")}
    for user in users:
        items, held = (lists[user] or [])[:k], truth[user]
        good = [item in held for item in items]
        hits = len(set(items) & set(held))
        values["recall"].append(hits / len(set(held)))
        values["precision"].append(hits / k)
        values["hr"].append(float(hits > 0))
        values["mrr"].append(1 / (good.index(True) + 1) if hits else 0.0)
        values["map"].append(sum(sum(good[: r + 1]) / (r + 1) for r, hit in enumerate(good) if hit) / min(k, len(held)))
        discount = [1 / math.log2(r + 2) for r in range(k)]
        values["ndcg"].append(sum(d for d, hit in zip(discount, good) if hit) / sum(discount[: min(k, len(held))]))
        misses = above = 0
        for hit in good:
            above, misses = (above + misses, misses) if hit else (above, misses + 1)
        values["roc_auc"].append(
            0.0 if misses == len(good) else 1.0 if above == 0 else 1 - above / (misses * (len(good) - misses)))
        own = history.get(user, set())
        values["novelty"].append(1 - len(set(items) & own) / len(items) if items and own else 1.0)
        if items:
            weights = [math.log2(len(history) / len(holders[i])) / math.log2(len(history)) if i in holders else 1 for i in items]
            values["surprisal"].append(sum(weights) / len(weights))
    return {name: float(np.mean(numbers)) for name, numbers in values.items() if numbers}


def recbole(train, lists, truth, k):
    """As in recbole/evaluator/metrics.py of RecBole 1.2.1: a matrix of whole lists, a catalogue with one padding item."""
    truth = [sorted(set(items)) for items in truth]
    good = np.array([[item in truth[u] for item in items[:k]] for u, items in enumerate(lists)])
    length = np.array([len(items) for items in truth])
    ranks = np.arange(1, k + 1)
    catalogue = sorted({i for _, i in train})
    counts = pd.Series([i for _, i in train]).value_counts()
    flat = np.array([items[:k] for items in lists]).ravel()
    often = np.sort(np.unique(flat, return_counts=True)[1])
    n = len(catalogue) + 1
    places = np.arange(n - len(often) + 1, n + 1)
    area = [roc(lists[u][:k], truth[u], catalogue) for u in range(len(lists))]
    return {
        "recall": (good.sum(1) / length).mean(), "precision": (good.sum(1) / k).mean(), "hr": good.any(1).mean(),
        "mrr": (good.any(1) / (good.argmax(1) + 1)).mean(),
        "map": ((np.cumsum(good, 1) / ranks * good).sum(1) / np.minimum(length, k)).mean(),
        "ndcg": np.mean([
            (row / np.log2(ranks + 1)).sum() / (1 / np.log2(np.arange(1, min(t, k) + 1) + 1)).sum()
            for row, t in zip(good, length)]),
        "gini": float(((2 * places - n - 1) * often).sum() / len(flat) / n), "coverage": len(often) / n,
        "popularity": float(np.mean([[counts.get(i, 0) for i in items[:k]] for items in lists])),
        "roc_auc": float(np.average(area, weights=length))}


def roc(items, held, catalogue):
    """scikit-learn's area over the catalogue and what was taken beside it; items that are in no place tie at the end."""
    scored = {item: -place for place, item in reversed(list(enumerate(items)))}
    candidates = sorted(set(catalogue) | set(held))
    return roc_auc_score([item in held for item in candidates], [scored.get(item, -1e9) for item in candidates])


def own(train, lists, truth, k):
    """What is the same in every library, or in none: of numpy and scikit-learn."""
    catalogue = sorted({i for _, i in train})
    history = {}
    for user, item in train:
        history.setdefault(user, set()).add(item)
    users = [u for u, items in enumerate(truth) if items]
    again, new, share = [], [], []
    for user in users:
        items, held, own = (lists[user] or [])[:k], set(truth[user]), history.get(user, set())
        if held & own:
            again.append(len(set(items) & held & own) / len(held & own))
        if held - own:
            new.append(len(set(items) & held - own) / len(held - own))
        if items:
            share.append(sum(item in own for item in items) / len(items))
    often = pd.Series([i for u in users for i in (lists[u] or [])[:k] if i in catalogue]).value_counts()
    counts = np.sort([often.get(item, 0) for item in catalogue])
    n = len(catalogue)
    return {
        "repeat_recall": np.mean(again) if again else None, "explore_recall": np.mean(new) if new else None,
        "repeat_share": np.mean(share), "short_lists": np.mean([len((lists[u] or [])[:k]) < k for u in users]),
        "gini": ((2 * np.arange(1, n + 1) - n - 1) * counts).sum() / counts.sum() / n,
        "roc_auc": np.mean([roc((lists[u] or [])[:k], set(truth[u]), catalogue) for u in users])}


cases = []
for number in range(20):
    # In the last two cases k is larger than the catalogue.
    k = [1, 3, 10][number % 3] if number < 18 else 30
    repeats, whole = number % 6 >= 3 if number < 18 else number == 19, 12 <= number < 18
    train, lists, truth = made_up(25, 18, repeats and not whole, whole, k)
    libraries = [("rectools", rectools), ("replay", replay), ("lectern", own)]
    if not repeats or whole:
        libraries += [("implicit", implicit), ("ranx", ranx), ("ranx", trec)]
    if whole:
        libraries.append(("recbole", recbole))
    values = [
        {"dialect": dialect, "metric": metric, "value": None if value is None else float(value)}
        for dialect, compute in libraries for metric, value in compute(train, lists, truth, k).items()]
    cases.append({"top": k, "train": train, "lists": lists, "truth": truth, "values": values})
print(json.dumps(cases))

"""Writes the metrics and splits that RecTools, Surprise and numpy compute for made-up lists and ratings, as JSON.

usage: python Scripts/reference/metrics.py > Tests/ExperimentsTests/Goldens/metrics.json
Made with numpy 1.26.4, pandas 2.3.3, rectools 0.19.0, scikit-surprise 1.1.5, implicit 0.7.3.
"""
import json

import numpy as np
import pandas as pd
from implicit.evaluation import ranking_metrics_at_k
from rectools import Columns
from rectools.metrics import MAP, MRR, NDCG, HitRate, PartialAUC, Precision, Recall, Serendipity
from rectools.metrics import F1Beta, MeanInvUserFreq
from scipy.sparse import csr_matrix
from surprise import Dataset, Reader, accuracy
from surprise.model_selection import KFold, ShuffleSplit
from surprise.prediction_algorithms.predictions import Prediction

rng = np.random.RandomState(7)
USERS, ITEMS, LENGTH, K = 40, 30, 15, 10
train = [(u, int(i)) for u in range(60) for i in rng.choice(ITEMS, size=rng.randint(1, 9), p=np.arange(1, ITEMS + 1) / 465)]
truth = {u: sorted(rng.choice(ITEMS + 3, size=rng.randint(1, 13), replace=False).tolist()) for u in range(USERS)}
lists = {u: rng.permutation(ITEMS + 3)[: LENGTH - (u % 4)].tolist() for u in range(USERS)}


def frame(pairs):
    return pd.DataFrame(pairs, columns=[Columns.User, Columns.Item])


reco = pd.DataFrame(
    [(u, i, r + 1) for u, items in lists.items() for r, i in enumerate(items)],
    columns=[Columns.User, Columns.Item, Columns.Rank])
held = frame([(u, i) for u, items in truth.items() for i in items])
previous = frame(sorted(set(train)))
catalog = sorted({i for _, i in train})
values = {
    "recall": Recall(K).calc(reco, held),
    "precision": Precision(K).calc(reco, held),
    "r_precision": Precision(K, r_precision=True).calc(reco, held),
    "hr": HitRate(K).calc(reco, held),
    "mrr": MRR(K).calc(reco, held),
    "ndcg": NDCG(K, divide_by_achievable=True).calc(reco, held),
    "ndcg (rectools)": NDCG(K).calc(reco, held),
    "map (rectools)": MAP(K).calc(reco, held),
    "auc": PartialAUC(K).calc(reco, held),
    "novelty": MeanInvUserFreq(K).calc(reco, previous),
    "serendipity": Serendipity(K).calc(reco, held, frame(train), catalog),
}


def average_precision(u):
    hits, total = 0, 0.0
    for rank, item in enumerate(lists[u][:K], 1):
        if item in truth[u]:
            hits += 1
            total += hits / rank
    return total / min(K, len(truth[u]))


hits = {u: len(set(lists[u][:K]) & set(truth[u])) for u in truth}
counts = np.bincount([i for _, i in train], minlength=ITEMS + 3)
values["map"] = np.mean([average_precision(u) for u in truth])
values["f1"] = np.mean([2 * hits[u] / (K + len(truth[u])) for u in truth])
values["recall (rendle)"] = np.mean([hits[u] / min(K, len(truth[u])) for u in truth])
values["precision (implicit)"] = sum(hits.values()) / sum(min(K, len(truth[u])) for u in truth)
values["popularity"] = np.mean([np.mean(counts[lists[u][:K]]) for u in truth])
values["coverage"] = len({i for u in lists for i in lists[u][:K]} & set(catalog)) / len(catalog)
values["coverage (rectools)"] = len({i for u in lists for i in lists[u][:K]})
category = [i % 4 for i in range(ITEMS + 3)]
values["diversity"] = np.mean([
    np.mean([category[a] != category[b] for n, a in enumerate(lists[u][:K]) for b in lists[u][:n]]) for u in lists])

rated = [(int(u), int(i), float(rng.randint(1, 6)), float(np.round(rng.uniform(1, 5), 2))) for u in range(12) for i in range(u % 5 + 1)]
predictions = [Prediction(u, i, r, e, {}) for u, i, r, e in rated]
ratings = {name: getattr(accuracy, name)(predictions, verbose=False) for name in ("rmse", "mse", "mae", "fcp")}


frame = pd.DataFrame({"u": np.arange(23) % 5, "i": np.arange(23), "r": np.ones(23)})
data = Dataset.load_from_df(frame, Reader())
shuffled = next(ShuffleSplit(1, test_size=0.2, random_state=3).split(data))
folds = [[row[1] for row in test] for _, test in KFold(4, random_state=5).split(data)]
splits = {
    "train": [shuffled[0].to_raw_iid(i) for i in range(shuffled[0].n_items)],
    "test": [row[1] for row in shuffled[1]],
    "folds": folds,
}
# Held-out items as rows: some stand there twice or three times.
repeated = {u: sorted(items + rng.choice(items, size=rng.randint(0, 4)).tolist()) for u, items in truth.items()}
held = pd.DataFrame(
    [(u, i) for u, items in repeated.items() for i in items], columns=[Columns.User, Columns.Item])
rows = {
    "recall (rectools)": Recall(K).calc(reco, held),
    "precision (rectools)": Precision(K).calc(reco, held),
    "r_precision (rectools)": Precision(K, r_precision=True).calc(reco, held),
    "f1 (rectools)": F1Beta(K).calc(reco, held),
    "hr": HitRate(K).calc(reco, held),
    "mrr": MRR(K).calc(reco, held),
    "ndcg (rectools)": NDCG(K).calc(reco, held),
    "map (rectools)": MAP(K).calc(reco, held),
    "auc": PartialAUC(K).calc(reco, held),
}


class Lists:
    """A model of implicit's that recommends the lists; what is missing of one is -1, as there."""

    def recommend(self, users, _, N):
        ids = np.full((len(users), N), -1, dtype=np.int32)
        for place, user in enumerate(users):
            ids[place, : len(lists[user][:N])] = lists[user][:N]
        return ids, None


users, items = held[Columns.User], held[Columns.Item]
# As it comes from a file: not summed, so that an item stands in it as often as it has rows.
size = max(catalog + items.tolist()) + 1
taken = csr_matrix((np.ones(len(held)), items, np.searchsorted(users, np.arange(USERS + 1))), shape=(USERS, size))
seen = csr_matrix((USERS, size))
for name, value in ranking_metrics_at_k(Lists(), seen, taken, K=K, show_progress=False).items():
    rows[name + " (implicit)" if name in ("precision", "auc") else name] = value

print(json.dumps({
    "repeated": list(repeated.values()), "items": size, "rows": {name: float(value) for name, value in rows.items()},
    "train": train, "truth": list(truth.values()), "lists": list(lists.values()), "rated": rated,
    "values": {name: float(value) for name, value in values.items()}, "ratings": ratings, "splits": splits}))

"""Writes Tests/RecommendersTests/Fixtures/orders.json: what numpy, implicit and RecTools learn from made-up orders.

usage: python Scripts/reference/recommenders.py OUT_DIR
made with numpy 1.26.4, scipy 1.17.1, implicit 0.7.3, RecTools 0.19.0, pandas 2.3.3, Python 3.11
"""
import json, sys
import numpy as np, pandas as pd
from scipy.sparse import csr_matrix
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender
from rectools.dataset import Dataset
from rectools.models import EASEModel

rng = np.random.default_rng(5)
USERS, ITEMS, ROWS = 60, 90, 900
taste = rng.integers(0, 6, USERS)
users = rng.integers(0, USERS, ROWS)
popularity = 1 / (np.arange(15) + 2.0)
items = (taste[users] * 15 + rng.choice(15, ROWS, p=popularity / popularity.sum())) % ITEMS
stray = rng.random(ROWS) < 0.25
items[stray] = rng.integers(0, ITEMS, stray.sum())
users = np.unique(users, return_inverse=True)[1]
items = np.unique(items, return_inverse=True)[1]
counts = csr_matrix((np.ones(ROWS, dtype=np.float32), (users, items)))
everyone = np.arange(counts.shape[0])
out = {"users": users.tolist(), "items": items.tolist()}

def als(**parameters):
    model = AlternatingLeastSquares(calculate_training_loss=True, **parameters)
    losses = []
    model.fit(counts, show_progress=False, callback=lambda _, __, loss: losses.append(float(loss)))
    ids, scores = model.recommend(everyone, counts, N=5, filter_already_liked_items=True)
    return {"losses": losses, "items": ids.tolist(), "scores": scores.astype(float).tolist()}

out["als_cg"] = als(factors=8, regularization=1.0, alpha=3.0, iterations=4, random_state=11)
out["als_cholesky"] = als(factors=8, regularization=1.0, alpha=3.0, iterations=4, random_state=11, use_cg=False)

for name, kind in (("cosine", CosineRecommender), ("tfidf", TFIDFRecommender), ("bm25", BM25Recommender)):
    model = kind(K=100)
    model.fit(counts.astype(np.float64), show_progress=False)
    lists = [model.recommend(u, counts[u].astype(np.float64), N=5, filter_already_liked_items=False) for u in everyone]
    out["knn_" + name] = {"items": [ids.tolist() for ids, _ in lists], "scores": [scores.tolist() for _, scores in lists]}

frame = pd.DataFrame({"user_id": users, "item_id": items, "weight": 1, "datetime": "2024-01-01"})
dataset = Dataset.construct(interactions_df=frame)
model = EASEModel(regularization=20)
model.fit(dataset)
lists = model.recommend(users=everyone, dataset=dataset, k=5, filter_viewed=False)
out["ease_rectools"] = {
    "items": lists["item_id"].to_numpy().reshape(-1, 5).tolist(),
    "scores": lists["score"].to_numpy().astype(float).reshape(-1, 5).tolist(),
}
x = counts.toarray().astype(np.float64)
p = np.linalg.inv(x.T @ x + 20 * np.eye(x.shape[1]))
b = -p / np.diag(p)
np.fill_diagonal(b, 0)
scores = x @ b
best = np.argsort(-scores, axis=1, kind="stable")[:, :5]
out["ease_paper"] = {"items": best.tolist(), "scores": np.take_along_axis(scores, best, 1).tolist()}
json.dump(out, open(f"{sys.argv[1]}/orders.json", "w"))

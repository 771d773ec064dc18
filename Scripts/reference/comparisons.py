"""Writes scipy's tests of differences between simulated models, as JSON.

usage: python Scripts/reference/comparisons.py > Tests/ExperimentsTests/Goldens/comparisons.json
Made with numpy 2.4.6, scipy 1.17.1 and statsmodels 0.15.0.
"""
import json
import warnings

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(11)
K = 10


def rounded(values):
    return np.round(values, 12)


def reciprocal_rank(items):
    return 1 / (items.index(1) + 1) if 1 in items else 0.0


def recommended(chance, users):
    """Lists in which the item that everyone took, 1, stands at a rank drawn, or not at all."""
    lists = []
    for _ in range(users):
        length = int(rng.integers(1, K + 1))
        items = [0] * length
        if rng.random() < chance:
            items[int(rng.integers(length))] = 1
        lists.append(items)
    return lists


def wilcoxon(differences):
    """Exact for up to 50 differences without ties, which is when scipy's own choice is exact."""
    differences = rounded(differences)
    differences = differences[differences != 0]
    tied = len(set(np.abs(differences))) < len(differences)
    method = "exact" if len(differences) <= 50 and not tied else "asymptotic"
    return float(stats.wilcoxon(differences, method=method, correction=False).pvalue)


def shifted(differences, draws):
    """The bootstrap test of a mean: how often a draw is as far from the mean seen as that is from zero."""
    seen = differences.mean()
    drawn = differences[rng.integers(len(differences), size=(draws, len(differences)))].mean(axis=1)
    return float((np.sum(np.abs(drawn - seen) >= abs(seen) - 1e-12) + 1) / (draws + 1))


def case(users, chances, exact):
    models = {f"m{place}": recommended(chance, users) for place, chance in enumerate(chances)}
    scores = {name: np.array([reciprocal_rank(items) for items in lists]) for name, lists in models.items()}
    pairs = []
    names = list(models)
    for first in range(len(names)):
        for second in range(first + 1, len(names)):
            differences = scores[names[first]] - scores[names[second]]
            permuted = stats.permutation_test(
                (differences,), np.mean, permutation_type="samples", alternative="two-sided",
                n_resamples=np.inf if exact else 99_999, rng=rng)
            interval = stats.bootstrap(
                (differences,), np.mean, method="percentile", n_resamples=50_000, rng=rng).confidence_interval
            pairs.append({
                "model": names[first], "other": names[second], "difference": float(differences.mean()),
                "permutation": float(permuted.pvalue), "wilcoxon": wilcoxon(differences),
                "bootstrap": shifted(differences, 100_000), "from": float(interval.low), "to": float(interval.high)})
    for name in ("permutation", "wilcoxon"):
        holm = multipletests([pair[name] for pair in pairs], method="holm")[1]
        for pair, p in zip(pairs, holm):
            pair[name + "_holm"] = float(p)
    return {"models": models, "pairs": pairs}


def errors(users):
    """Ratings and two predictions, one row a user: differences without ties, which Wilcoxon's test counts exactly."""
    ratings = rng.integers(1, 6, size=users).astype(float)
    first = ratings + rng.normal(0, 1.0, size=users).round(6)
    second = ratings + rng.normal(0, 1.6, size=users).round(6)
    differences = np.abs(ratings - first) - np.abs(ratings - second)
    assert len(set(rounded(np.abs(differences)))) == users
    return {
        "ratings": ratings.tolist(), "first": first.tolist(), "second": second.tolist(),
        "wilcoxon": wilcoxon(differences)}


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print(json.dumps({
        "few": case(9, [0.9, 0.5, 0.4], exact=True),
        "many": case(220, [0.6, 0.5, 0.45, 0.5], exact=False),
        "errors": [errors(users) for users in (4, 12, 31, 50)],
        "tails": {str(z): float(2 * stats.norm.sf(z)) for z in (0.0, 0.1, 1.0, 1.96, 3.0, 3.53, 3.54, 4.5, 8.0, 20.0)},
    }))

/// Models and metrics in numpy, for which no library has an exact equivalent.
enum PythonModels {
  static let interactions = """
    class Interactions:
        \"\"\"Users and items in ascending order of id, and how much of each item each user had.\"\"\"

        def __init__(self, table, user="user_id", item="product_id", weight=None):
            rows = table.drop_nulls([user, item])
            self.user, self.item = user, item
            self.users, u = np.unique(rows[user].to_numpy(), return_inverse=True)
            self.items, i = np.unique(rows[item].to_numpy(), return_inverse=True)
            amounts = np.ones(rows.height) if weight is None else rows[weight].to_numpy().astype(float)
            shape = (len(self.users), len(self.items))
            # Rows of one user and item are added up.
            self.amounts = sparse.csr_matrix((amounts, (u, i)), shape=shape)
            self.counts = sparse.csr_matrix((np.ones(rows.height), (u, i)), shape=shape)

        def index(self, user):
            place = np.searchsorted(self.users, user)
            return place if place < len(self.users) and self.users[place] == user else None

        def had(self, user):
            index = self.index(user)
            return np.array([], dtype=int) if index is None else self.counts[index].indices
    """

  static let popular = """
    class TopPopular:
        \"\"\"The items with the most rows, or with `by="users"` the most users; the same for everybody.\"\"\"

        for_everybody = True

        def __init__(self, table, by="rows", **columns):
            self.data = Interactions(table, **columns)
            counts = self.data.counts if by == "rows" else (self.data.counts > 0)
            self.popularity = np.asarray(counts.sum(axis=0)).ravel().astype(float)

        def scores(self, user):
            return self.popularity


    class PersonalTopPopular:
        \"\"\"The items that the user had most often.\"\"\"

        for_everybody = False

        def __init__(self, table, **columns):
            self.data = Interactions(table, **columns)

        def scores(self, user):
            index = self.data.index(user)
            if index is None:
                return None
            scores = np.full(len(self.data.items), -np.inf)
            row = self.data.counts[index]
            scores[row.indices] = row.data
            return scores
    """

  static let random = """
    class Random:
        \"\"\"Items drawn by numpy, for each user from a seed of their own.\"\"\"

        for_everybody = False

        def __init__(self, table, by="uniform", seed=0, **columns):
            self.data = Interactions(table, **columns)
            self.seed = seed
            counts = np.asarray(self.data.counts.sum(axis=0)).ravel()
            n = len(self.data.items)
            self.p = np.full(n, 1 / n) if by == "uniform" else counts / counts.sum()

        def draw(self, user, top, allowed):
            p = np.where(allowed, self.p, 0)
            if not allowed.all():
                p = p / p.sum()
            size = min(top, int((p > 0).sum()))
            chosen = np.random.RandomState((self.seed + user) % 2**32).choice(len(p), size, replace=False, p=p)
            return chosen, self.p[chosen]

        def scores(self, user):
            return None if self.data.index(user) is None else self.p
    """

  static let blend = """
    class Blend:
        \"\"\"The first model's list, filled up from the next ones without repeating an item.\"\"\"

        for_everybody = False

        def __init__(self, models):
            self.models = models
            self.data = models[0].data
    """

  static let ease = """
    class EASE:
        \"\"\"Steck, *Embarrassingly Shallow Autoencoders for Sparse Data*, WWW 2019.\"\"\"

        for_everybody = False

        def __init__(self, table, regularization=500, orientation="paper", **columns):
            self.data = Interactions(table, **columns)
            X = self.data.amounts
            G = (X.T @ X).toarray() + regularization * np.eye(X.shape[1])
            P = np.linalg.inv(G)
            self.B = -P / np.diag(P)
            np.fill_diagonal(self.B, 0)
            # RecTools multiplies by the transposed matrix.
            if orientation == "rectools":
                self.B = self.B.T

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else np.asarray(self.data.amounts[index] @ self.B).ravel()
    """

  static let recommend = """
    def best(model, user, top=10, seen="keep"):
        \"\"\"The best items of a user and their scores, of equal scores the smaller id first; None for an unknown user.\"\"\"
        if hasattr(model, "models"):
            items, scores = [], []
            for part in model.models:
                found = best(part, user, top, seen)
                for item, score in zip(*found) if found is not None else []:
                    if item not in items and len(items) < top:
                        items.append(item)
                        scores.append(score)
            return np.array(items), np.array(scores)
        scores = model.scores(user)
        if scores is None:
            return None
        allowed = np.isfinite(scores)
        if seen == "drop":
            allowed[model.data.had(user)] = False
        if hasattr(model, "draw"):
            chosen, values = model.draw(user, top, allowed)
            return model.data.items[chosen], values
        order = np.lexsort((np.arange(len(scores)), -scores))
        order = order[allowed[order]][:top]
        return model.data.items[order], scores[order]


    def recommend(model, users=None, top=10, seen="keep"):
        \"\"\"A row for each recommended item: the user, the rank, the item, its score.\"\"\"
        single = model.for_everybody and users is None
        users = [None] if single else model.data.users.tolist() if users is None else users
        tables = []
        for user in users:
            found = best(model, user, top, seen)
            if found is None:
                continue
            items, scores = found
            columns = {} if single else {model.data.user: np.full(len(items), user)}
            tables.append(pl.DataFrame(columns | {
                "rank": np.arange(1, len(items) + 1, dtype=np.uint32), model.data.item: items, "score": scores,
            }))
        return pl.concat(tables)
    """

  static let lists = """
    def recommend_lists(table, models, user="user_id", top=10, seen="keep"):
        \"\"\"A column of lists for each model, null for users it does not know.\"\"\"
        def lists(model):
            found = [best(model, user_id, top, seen) for user_id in table[user]]
            return [None if pair is None else pair[0].tolist() for pair in found]
        return table.with_columns(
            pl.Series(f"{name}_recs", lists(model), dtype=pl.List(pl.Int64)) for name, model in models.items())
    """

  static let metrics = """
    def hits(truth, items, k):
        \"\"\"The ranks at which held-out items stand, each counted once.\"\"\"
        ranks, found = [], set()
        for rank, item in enumerate(items[:k], start=1):
            if item in truth and item not in found:
                found.add(item)
                ranks.append(rank)
        return ranks


    METRICS = {
        "recall": lambda ranks, n, k: len(ranks) / n,
        "precision": lambda ranks, n, k: len(ranks) / k,
        "hitrate": lambda ranks, n, k: float(bool(ranks)),
        "mrr": lambda ranks, n, k: 1 / ranks[0] if ranks else 0.0,
        "map": lambda ranks, n, k: sum((i + 1) / rank for i, rank in enumerate(ranks)) / min(n, k),
        "ndcg": lambda ranks, n, k: sum(1 / np.log2(rank + 1) for rank in ranks)
        / sum(1 / np.log2(rank + 1) for rank in range(1, min(n, k) + 1)),
    }


    def metrics(table, show=("recall", "precision"), top=10, truth="ids", cold="zero", columns=None, seed=0):
        \"\"\"A row for each model: the mean over users of each metric, and half of its bootstrap interval.\"\"\"
        columns = columns or [name for name in table.columns if name.endswith("_recs")]
        table = table.filter(pl.col(truth).list.len() > 0)
        of = table.height
        if cold == "skip":
            table = table.drop_nulls(columns)
        random = np.random.default_rng(seed)
        rows = []
        for column in columns:
            row = {"model": column.removesuffix("_recs")}
            for name in show:
                values = np.array([
                    METRICS[name](hits(set(ids), items or [], top), len(set(ids)), top)
                    for ids, items in table.select(truth, column).iter_rows()])
                means = values[random.integers(len(values), size=(1000, len(values)))].mean(axis=1)
                low, high = np.quantile(means, [0.025, 0.975])
                row |= {f"{name}@{top}": values.mean(), f"{name}@{top} ±": (high - low) / 2}
            rows.append(row | {"users": table.height, "of": of})
        return pl.DataFrame(rows)
    """
}

/// Models in numpy, and what is done with models of all kinds.
enum PythonModels {
  static let interactions = #"""
    class Interactions:
        """Users and items in ascending order of id, and how much of each item each user had."""

        def __init__(self, table, user="user_id", item="product_id", weight=None):
            rows = table.drop_nulls([user, item])
            self.user, self.item = user, item
            self.users, self.u = np.unique(rows[user].to_numpy(), return_inverse=True)
            self.items, self.i = np.unique(rows[item].to_numpy(), return_inverse=True)
            self.values = np.ones(rows.height) if weight is None else rows[weight].to_numpy().astype(float)
            # Rows of one user and item are added up.
            self.amounts = self.matrix(self.values)
            self.counts = self.matrix(np.ones(rows.height))

        def matrix(self, values):
            return sparse.csr_matrix((values, (self.u, self.i)), shape=(len(self.users), len(self.items)))

        def index(self, user):
            place = np.searchsorted(self.users, user)
            return place if place < len(self.users) and self.users[place] == user else None

        def had(self, user):
            index = self.index(user)
            return np.array([], dtype=int) if index is None else self.counts[index].indices

        def basket(self, items):
            """The row of a user who had these items once."""
            row = np.isin(self.items, items).astype(float)
            return sparse.csr_matrix(row)
    """#

  static let popular = #"""
    class TopPopular:
        """The items with the most rows, or with `by="users"` the most users; the same for everybody."""

        for_everybody = True

        def __init__(self, table, by="rows", **columns):
            self.data = Interactions(table, **columns)
            counts = self.data.counts if by == "rows" else (self.data.counts > 0)
            self.popularity = np.asarray(counts.sum(axis=0)).ravel().astype(float)

        def scores(self, user):
            return self.popularity

        basket_scores = scores
    """#

  static let personal = #"""
    class PersonalTopPopular:
        """The items that the user had most often."""

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
    """#

  static let random = #"""
    class Random:
        """Items drawn by numpy, for each user from a seed of their own."""

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
            return self.p
    """#

  static let blend = #"""
    class Blend:
        """The first model's list, filled up from the next ones without repeating an item."""

        for_everybody = False

        def __init__(self, models):
            self.models = models
            self.data = models[0].data
    """#

  static let ease = #"""
    class EASE:
        """Steck, *Embarrassingly Shallow Autoencoders for Sparse Data*, WWW 2019."""

        for_everybody = False

        def __init__(self, table, regularization=500, orientation="paper", **columns):
            self.data = Interactions(table, **columns)
            self.X = X = self.data.amounts
            users, items = X.shape
            if users < items and regularization > 0:
                # The smaller matrix is inverted: (XᵀX + λI)⁻¹ = (I − Xᵀ·(XXᵀ + λI)⁻¹·X) / λ.
                K = np.linalg.inv((X @ X.T).toarray() + regularization * np.eye(users))
                P = X.T @ (K @ X) / -regularization
                P[np.diag_indices(items)] += 1 / regularization
            else:
                P = np.linalg.inv((X.T @ X).toarray() + regularization * np.eye(items))
            self.B = P / -np.diag(P)
            np.fill_diagonal(self.B, 0)
            # RecTools multiplies by the transposed matrix.
            if orientation == "rectools":
                self.B = np.ascontiguousarray(self.B.T)

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else (self.X[index] @ self.B).ravel()

        def basket_scores(self, items):
            return (self.data.basket(items) @ self.B).ravel()
    """#

  static let recommend = #"""
    def best(model, user=None, top=10, seen="keep", basket=None):
        """The best items of a user and their scores, of equal scores the smaller id first; None for an unknown user."""
        if hasattr(model, "models"):
            lists = [best(part, user, top, seen, basket) for part in model.models]
            scores = {}
            for item, score in (pair for found in lists if found is not None for pair in zip(*found)):
                scores.setdefault(item, score)
            found = np.array(list(scores)[:top]), np.array(list(scores.values())[:top])
            return None if all(part is None for part in lists) else found
        scores = model.scores(user) if basket is None else model.basket_scores(basket)
        if scores is None:
            return None
        allowed = np.isfinite(scores)
        if seen == "drop":
            allowed[model.data.had(user) if basket is None else np.isin(model.data.items, basket)] = False
        if hasattr(model, "draw"):
            chosen, values = model.draw(user, top, allowed)
            return model.data.items[chosen], values
        order = np.argsort(-scores, kind="stable")
        order = order[allowed[order]][:top]
        return model.data.items[order], scores[order]


    def recommend(model, users=None, top=10, seen="keep", basket=None):
        """A row for each recommended item: the user, the rank, the item, its score."""
        single = basket is not None or model.for_everybody and users is None
        users = [None] if single else model.data.users.tolist() if users is None else users
        tables = []
        for user in users:
            found = best(model, user, top, seen, basket)
            if found is None:
                continue
            items, scores = found
            columns = {} if single else {model.data.user: np.full(len(items), user)}
            tables.append(pl.DataFrame(columns | {
                "rank": np.arange(1, len(items) + 1, dtype=np.uint32), model.data.item: items, "score": scores,
            }))
        return pl.concat(tables)
    """#

  static let lists = #"""
    def recommend_lists(table, models, top=10, seen="keep"):
        """A column of lists for each model, null for users it does not know."""
        def lists(name, model):
            found = [best(model, user, top, seen) for user in table[model.data.user]]
            items = [None if pair is None else pair[0].tolist() for pair in found]
            return pl.Series(f"{name}_recs", items, dtype=pl.List(pl.Series(model.data.items).dtype))
        return table.with_columns(lists(name, model) for name, model in models.items())
    """#

  static let similar = #"""
    def similar(model, item, top=10):
        """The items nearest to an item: by the weights between items, else by the cosine of their factors."""
        items = model.data.items
        place = np.searchsorted(items, item)
        if hasattr(model, "W"):
            scores = model.W[[place]].toarray().ravel()
            scores[scores == 0] = -np.inf
        elif hasattr(model, "B"):
            scores = model.B[place].copy()
        else:
            V = model.V if hasattr(model, "V") else model.model.item_factors
            norms = np.linalg.norm(V, axis=1)
            scores = V @ V[place] / np.maximum(norms * norms[place], 1e-38)
        scores[place] = -np.inf
        order = np.argsort(-scores, kind="stable")
        order = order[np.isfinite(scores[order])][:top]
        return pl.DataFrame({"rank": range(1, len(order) + 1), model.data.item: items[order], "score": scores[order]})
    """#

  static let explain = #"""
    def explain(model, user, item):
        """What each item of a user adds to the score of an item, the largest first."""
        data = model.data
        own, target = model.X[data.index(user)], np.searchsorted(data.items, item)
        if hasattr(model, "B"):
            weights, kept = model.B[own.indices, target], own.indices != target
        else:
            # An item that is not near to the other has no term.
            weights = model.W[:, [target]].toarray().ravel()[own.indices]
            kept = weights != 0
        items, terms = data.items[own.indices[kept]], (own.data * weights)[kept]
        order = np.argsort(-abs(terms), kind="stable")
        return pl.DataFrame({data.item: items[order], "contribution": terms[order].astype(np.float32)})
    """#

  static let explainFactors = #"""
    def explain_factors(model, user, item):
        """What each item of a user adds to the score of an item: the exact solution for the user, and the rest."""
        data, Y = model.data, model.model.item_factors.astype(float)
        u, target = data.index(user), np.searchsorted(data.items, item)
        row = data.amounts[u]
        own, c = Y[row.indices], model.model.alpha * row.data
        A = Y.T @ Y + model.model.regularization * np.eye(Y.shape[1]) + own.T @ ((c - 1)[:, None] * own)
        terms = c * (own @ np.linalg.solve(A, Y[target]))
        rest = model.model.user_factors[u] @ Y[target] - terms.sum()
        return pl.DataFrame({
            data.item: [*data.items[row.indices].tolist(), None],
            "part": [None] * len(terms) + ["difference to the exact solution"],
            "contribution": [*terms, rest],
        }).sort(pl.col("contribution").abs(), descending=True, maintain_order=True)
    """#

  static let predict = #"""
    def predict(table, models):
        """A column of predicted ratings for each model."""
        return table.with_columns(
            pl.Series(f"{name}_prediction", model.predict(table)) for name, model in models.items())
    """#
}

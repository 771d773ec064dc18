/// Models that libraries of Python compute, with the ids of a table.
enum PythonLibraryModels {
  static let als = """
    class IALS:
        \"\"\"`AlternatingLeastSquares` of the library implicit, for ids.\"\"\"

        for_everybody = False

        def __init__(self, table, factors=100, iterations=15, regularization=0.01, alpha=1.0, seed=0, **columns):
            self.data = Interactions(table, **columns)
            self.losses = []
            self.model = AlternatingLeastSquares(
                factors=factors, regularization=regularization, alpha=alpha, random_state=seed,
                calculate_training_loss=True)
            self.run(iterations)

        def run(self, iterations):
            self.model.iterations = iterations
            self.model.fit(
                self.data.amounts.astype(np.float32), show_progress=False,
                callback=lambda iteration, seconds, loss: self.losses.append(loss))

        def step(self, iterations):
            \"\"\"The model after further iterations; this one does not change.\"\"\"
            longer = copy.deepcopy(self)
            longer.run(iterations)
            return longer

        def history(self):
            return pl.DataFrame({"iteration": range(1, len(self.losses) + 1), "loss": self.losses})

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else self.model.user_factors[index] @ self.model.item_factors.T
    """

  static let bpr = """
    class BPR:
        \"\"\"`BayesianPersonalizedRanking` of the library implicit, for ids.\"\"\"

        for_everybody = False

        def __init__(
                self, table, factors=64, learning_rate=0.05, regularization=0.01, epochs=20, seed=0, **columns):
            self.data = Interactions(table, **columns)
            self.model = BayesianPersonalizedRanking(
                factors=factors, learning_rate=learning_rate, regularization=regularization, iterations=epochs,
                random_state=seed)
            self.model.fit(self.data.amounts.astype(np.float32), show_progress=False)

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else self.model.user_factors[index] @ self.model.item_factors.T
    """

  static let neighbors = """
    WEIGHTED = {"cosine": CosineRecommender, "tfidf": TFIDFRecommender, "bm25": BM25Recommender}


    class ItemKNN:
        \"\"\"The items of a user vote for the nearest of each, which the library implicit finds.\"\"\"

        for_everybody = False

        def __init__(self, table, similarity="cosine", neighbors=40, **columns):
            self.data = Interactions(table, **columns)
            model = WEIGHTED[similarity](K=neighbors)
            model.fit(self.data.amounts, show_progress=False)
            self.X, self.W = self.data.amounts, model.similarity.tocsr()

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else votes(self.X[index] @ self.W)


    class UserKNN:
        \"\"\"The users most like a user vote for what they had.\"\"\"

        for_everybody = False

        def __init__(self, table, similarity="cosine", neighbors=40, **columns):
            self.data = Interactions(table, **columns)
            # One more than asked for: everybody is nearest to himself, and is left out.
            model = WEIGHTED[similarity](K=neighbors + 1)
            model.fit(self.data.amounts.T.tocsr(), show_progress=False)
            similar = model.similarity.tocsr()
            self.similar = (similar - sparse.diags(similar.diagonal())).tocsr()

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else votes(self.similar[index] @ self.data.amounts)
    """

  static let weights = """
    def votes(row):
        \"\"\"Scores as they are; what has no vote is not recommended.\"\"\"
        scores = row.toarray().ravel()
        return np.where(scores > 0, scores, -np.inf)


    def weighted(data, weights):
        \"\"\"What an interaction counts: 1, how often it was, or the logarithm of that.\"\"\"
        X = data.amounts.copy()
        X.data = {"binary": np.ones_like(X.data), "counts": X.data, "log": np.log1p(X.data)}[weights]
        return X


    def largest(W, k):
        \"\"\"The k largest entries of each row.\"\"\"
        W = W.tocsr()
        kept = np.zeros(W.nnz, dtype=bool)
        for start, end in zip(W.indptr, W.indptr[1:]):
            order = np.lexsort((W.indices[start:end], -W.data[start:end]))
            kept[start + order[:k]] = True
        W.data[~kept] = 0
        W.eliminate_zeros()
        return W
    """

  static let pureSVD = """
    class PureSVD:
        \"\"\"The nearest matrix of low rank, by scipy.\"\"\"

        for_everybody = False

        def __init__(self, table, factors=64, seed=0, weights="binary", **columns):
            self.data = Interactions(table, **columns)
            self.X = weighted(self.data, weights)
            self.V = svds(self.X, k=factors, random_state=seed)[2].T

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else (self.X[index] @ self.V).ravel() @ self.V.T
    """

  static let walks = """
    class RP3beta:
        \"\"\"Three random steps from an item; see Paudel et al., 2017.\"\"\"

        for_everybody = False

        def __init__(
                self, table, alpha=1.0, beta=0.6, neighbors=100, normalize=True, weights="binary", **columns):
            self.data = Interactions(table, **columns)
            self.X = weighted(self.data, weights)
            had = (self.X > 0).astype(float)
            n = np.asarray(had.sum(axis=0)).ravel()
            to_user = sparse.diags((1 / n) ** alpha) @ had.T
            to_item = self.X.multiply(1 / self.X.sum(axis=1)).tocsr().power(alpha)
            W = to_user @ to_item @ sparse.diags(n**-beta)
            W = largest(W - sparse.diags(W.diagonal()), neighbors)
            if normalize:
                sums = np.asarray(W.sum(axis=1)).ravel()
                W = sparse.diags(1 / np.where(sums > 0, sums, 1)) @ W
            self.W = largest(W.T, neighbors).T.tocsr()

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else votes(self.X[index] @ self.W)
    """

  static let slim = """
    class SLIM:
        \"\"\"An elastic net of scikit-learn for each item.\"\"\"

        for_everybody = False

        def __init__(
                self, table, strength=0.001, l1_ratio=0.1, neighbors=100, weights="binary", **columns):
            self.data = Interactions(table, **columns)
            self.X = weighted(self.data, weights)
            X = self.X.tocsc()
            net = ElasticNet(
                alpha=strength, l1_ratio=l1_ratio, positive=True, fit_intercept=False, max_iter=100, copy_X=False)
            found = []
            for item in range(X.shape[1]):
                # An item does not explain itself.
                own = slice(X.indptr[item], X.indptr[item + 1])
                target, kept = X[:, [item]].toarray().ravel(), X.data[own].copy()
                X.data[own] = 0
                found.append(net.fit(X, target).sparse_coef_.copy())
                X.data[own] = kept
            self.W = largest(sparse.vstack(found), neighbors).T.tocsr()

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else votes(self.X[index] @ self.W)
    """

  static let surprise = """
    class Surprise:
        \"\"\"A model of the library Surprise, for the columns of a table.\"\"\"

        def __init__(self, model, table, user="user_id", item="product_id", weight="rating", scale=(1, 5)):
            self.user, self.item = user, item
            rows = table.select(user, item, weight).to_pandas()
            data = Dataset.load_from_df(rows, Reader(rating_scale=scale))
            self.model = model.fit(data.build_full_trainset())

        def predict(self, table):
            return [self.model.predict(*pair).est for pair in table.select(self.user, self.item).iter_rows()]


    def predict(table, models):
        \"\"\"A column of predicted ratings for each model.\"\"\"
        return table.with_columns(
            pl.Series(f"{name}_prediction", model.predict(table)) for name, model in models.items())
    """

  static let ratingMetrics = """
    def rating_metrics(table, show, truth, columns=None, seed=0):
        \"\"\"A row for each model: how far its predictions are from the ratings, and half of a bootstrap interval.\"\"\"
        columns = columns or [name for name in table.columns if name.endswith("_prediction")]
        random = np.random.default_rng(seed)
        rows = []
        for column in columns:
            errors = (table[column] - table[truth]).drop_nulls().to_numpy()
            row = {"model": column.removesuffix("_prediction")}
            for name in show:
                power = 2 if name == "rmse" else 1
                values = abs(errors) ** power
                means = [values[random.integers(len(values), size=len(values))].mean() for _ in range(200)]
                low, high = np.quantile(means, [0.025, 0.975]) ** (1 / power)
                row |= {name: values.mean() ** (1 / power), f"{name} ±": (high - low) / 2}
            rows.append(row | {"rows": len(errors), "of": table.height})
        return pl.DataFrame(rows)
    """

  static let compare = """
    def compare(table, show=("recall", "precision"), top=10, truth="ids", cold="zero", columns=None, seed=0):
        \"\"\"A row for each metric and pair of models: their difference over the same users, its bootstrap interval, and
        the p of a permutation test, also corrected by Holm.\"\"\"
        columns = columns or [name for name in table.columns if name.endswith("_recs")]
        table = table.filter(pl.col(truth).list.len() > 0)
        if cold == "skip":
            table = table.drop_nulls(columns)
        random = np.random.default_rng(seed)
        drawn = random.integers(table.height, size=(1000, table.height))
        signs = random.choice([-1.0, 1.0], size=(1999, table.height))
        rows = []
        for name in show:
            values = {
                column: np.array([
                    METRICS[name](hits(set(ids), items or [], top), len(set(ids)), top)
                    for ids, items in table.select(truth, column).iter_rows()])
                for column in columns}
            pairs = []
            for one, other in itertools.combinations(columns, 2):
                gain = values[one] - values[other]
                low, high = np.quantile(gain[drawn].mean(axis=1), [0.025, 0.975])
                as_far = abs(signs @ gain) >= abs(gain.sum()) - 1e-12
                pairs.append({
                    "metric": f"{name}@{top}", "model": one.removesuffix("_recs"),
                    "other": other.removesuffix("_recs"), "difference": gain.mean(), "from": low, "to": high,
                    "p": (1 + as_far.sum()) / (1 + len(signs))})
            largest_p = 0.0
            for place, pair in enumerate(sorted(pairs, key=lambda pair: pair["p"])):
                largest_p = max(largest_p, min(1.0, (len(pairs) - place) * pair["p"]))
                pair["p_adjusted"] = largest_p
            rows += pairs
        return pl.DataFrame(rows)
    """

  static let tune = """
    def tune(model, table, on, tried, metric="ndcg", top=10, seen="keep", cold="zero", **fixed):
        \"\"\"A row for each combination of parameters, the best first.\"\"\"
        rows, truth = [], None
        for values in itertools.product(*tried.values()):
            combination = dict(zip(tried, values))
            start = clock()
            fitted = model(table, **combination, **fixed)
            if truth is None:
                user, item = fitted.data.user, fitted.data.item
                truth = on.group_by(user, maintain_order=True).agg(ids=pl.col(item).unique(maintain_order=True))
            lists = recommend_lists(truth, {"model": fitted}, user=user, top=top, seen=seen)
            found = metrics(lists, show=[metric], top=top, cold=cold).drop("model").row(0, named=True)
            rows.append(combination | found | {"seconds": clock() - start})
        return pl.DataFrame(rows).sort(f"{metric}@{top}", descending=True, maintain_order=True)
    """

  static let explain = """
    def explain(model, user, item):
        \"\"\"What each item of a user adds to the score of an item, the largest first.\"\"\"
        data = model.data
        X, W = getattr(model, "X", data.amounts), getattr(model, "W", None)
        own, target = X[data.index(user)], np.searchsorted(data.items, item)
        weights = model.B[:, target] if W is None else W[:, [target]].toarray().ravel()
        terms = own.data * weights[own.indices]
        # EASE gives every item but the one in question a weight, the others only near ones.
        kept = own.indices != target if W is None else terms != 0
        order = np.lexsort((own.indices[kept], -terms[kept]))
        return pl.DataFrame({
            data.item: data.items[own.indices[kept][order]], "contribution": terms[kept][order].astype(np.float32)})
    """

  static let catalogue = """
    def catalogue_metrics(
            table, train, show=("coverage", "popularity"), top=10, truth="ids", cold="zero", columns=None,
            item="product_id", seed=0):
        \"\"\"A row for each model: how much of the items is recommended at all, and how often these were had.\"\"\"
        columns = columns or [name for name in table.columns if name.endswith("_recs")]
        table = table.filter(pl.col(truth).list.len() > 0)
        of = table.height
        if cold == "skip":
            table = table.drop_nulls(columns)
        random = np.random.default_rng(seed)
        counts = dict(train.drop_nulls(item).group_by(item).len().iter_rows())
        rows = []
        for column in columns:
            lists = [(items or [])[:top] for items in table[column].to_list()]
            row = {"model": column.removesuffix("_recs")}
            if "coverage" in show:
                row[f"coverage@{top}"] = len({i for items in lists for i in items if i in counts}) / len(counts)
            if "popularity" in show:
                values = np.array([np.mean([counts.get(i, 0) for i in items]) for items in lists if items])
                means = values[random.integers(len(values), size=(1000, len(values)))].mean(axis=1)
                low, high = np.quantile(means, [0.025, 0.975])
                row |= {f"popularity@{top}": values.mean(), f"popularity@{top} ±": (high - low) / 2}
            rows.append(row | {"users": table.height, "of": of})
        return pl.DataFrame(rows)
    """
}

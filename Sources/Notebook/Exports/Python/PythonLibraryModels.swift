/// Models that libraries of Python compute, with the ids of a table.
enum PythonLibraryModels {
  static let iALS = #"""
    class IALS:
        """`AlternatingLeastSquares` of the library implicit, for ids."""

        for_everybody = False

        def __init__(self, table, factors=100, iterations=15, regularization=0.01, alpha=1.0, seed=0, **columns):
            self.data = Interactions(table, **columns)
            self.losses = []
            with threadpool_limits(1, "blas"):
                self.model = AlternatingLeastSquares(
                    factors=factors, regularization=regularization, alpha=alpha, random_state=seed,
                    calculate_training_loss=True)
            self.run(iterations)

        def run(self, iterations):
            self.model.iterations = iterations
            # implicit has threads of its own, and waits long for those of BLAS.
            with threadpool_limits(1, "blas"):
                self.model.fit(
                    self.data.amounts.astype(np.float32), show_progress=False,
                    callback=lambda iteration, seconds, loss: self.losses.append(loss))

        def step(self, iterations=1):
            """The model after further iterations; this one does not change."""
            longer = copy.deepcopy(self)
            longer.run(iterations)
            return longer

        def history(self):
            return pl.DataFrame({"iteration": range(1, len(self.losses) + 1), "loss": self.losses})

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else self.model.user_factors[index] @ self.model.item_factors.T
    """#

  static let bpr = #"""
    class BPR:
        """`BayesianPersonalizedRanking` of the library implicit, for ids."""

        for_everybody = False

        def __init__(self, table, factors=64, learning_rate=0.05, regularization=0.01, epochs=20, seed=0, **columns):
            self.data = Interactions(table, **columns)
            # With one thread it gives the same every time.
            self.model = BayesianPersonalizedRanking(
                factors=factors, learning_rate=learning_rate, regularization=regularization, iterations=epochs,
                random_state=seed, num_threads=1)
            self.model.fit(self.data.amounts.astype(np.float32), show_progress=False)

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else self.model.user_factors[index] @ self.model.item_factors.T
    """#

  static let weights = #"""
    def votes(row):
        """Scores as they are; what has no vote is not recommended."""
        scores = row.toarray().ravel()
        return np.where(scores > 0, scores, -np.inf)


    def weighted(data, weights):
        """What an interaction counts: 1, how often it was, or the logarithm of that."""
        X = data.amounts.copy()
        X.data = {"binary": np.ones_like(X.data), "counts": X.data, "log": np.log1p(X.data)}[weights]
        return X


    def largest(W, k):
        """The k largest entries of each row."""
        W = W.tocsr()
        kept = np.zeros(W.nnz, dtype=bool)
        for start, end in zip(W.indptr, W.indptr[1:]):
            order = np.lexsort((W.indices[start:end], -W.data[start:end]))
            kept[start + order[:k]] = True
        W.data[~kept] = 0
        W.eliminate_zeros()
        return W


    class ItemWeights:
        """A model whose scores are sums of the weights W from a user's items X."""

        for_everybody = False

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else votes(self.X[index] @ self.W)

        def basket_scores(self, items):
            return votes(self.data.basket(items) @ self.W)
    """#

  static let neighbors = #"""
    WEIGHTED = {"cosine": CosineRecommender, "tfidf": TFIDFRecommender, "bm25": BM25Recommender}


    class ItemKNN(ItemWeights):
        """The items of a user vote for the nearest of each, which the library implicit finds."""

        def __init__(self, table, similarity="cosine", neighbors=40, **columns):
            self.data = Interactions(table, **columns)
            model = WEIGHTED[similarity](K=neighbors)
            model.fit(self.data.amounts, show_progress=False)
            self.X, self.W = self.data.amounts, model.similarity.tocsr()


    class UserKNN:
        """The users most like a user vote for what they had."""

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
    """#

  static let pureSVD = #"""
    class PureSVD:
        """The nearest matrix of low rank, by scipy."""

        for_everybody = False

        def __init__(self, table, factors=64, seed=0, weights="binary", **columns):
            self.data = Interactions(table, **columns)
            self.X = weighted(self.data, weights)
            self.V = svds(self.X, k=factors, random_state=seed)[2].T

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else (self.X[index] @ self.V).ravel() @ self.V.T

        def basket_scores(self, items):
            return (self.data.basket(items) @ self.V).ravel() @ self.V.T
    """#

  static let walks = #"""
    class RP3beta(ItemWeights):
        """Three random steps from an item; see Paudel et al., 2017."""

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
    """#

  static let slim = #"""
    class SLIM(ItemWeights):
        """An elastic net of scikit-learn for each item."""

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
    """#

  static let surprise = #"""
    class Surprise:
        """A model of the library Surprise, for the columns of a table."""

        for_everybody = False

        def __init__(self, model, table, user="user_id", item="product_id", weight="rating", scale=(1, 5)):
            self.data = Interactions(table, user, item, weight)
            rows = pd.DataFrame(table.select(user, item, weight).rows(), columns=[user, item, weight])
            ratings = Dataset.load_from_df(rows, Reader(rating_scale=scale))
            self.model = model.fit(ratings.build_full_trainset())

        def predict(self, table):
            pairs = table.select(self.data.user, self.data.item)
            return [self.model.predict(user, item).est for user, item in pairs.iter_rows()]

        def scores(self, user):
            if self.data.index(user) is None:
                return None
            return np.array([self.model.predict(user, item, clip=False).est for item in self.data.items.tolist()])
    """#
}

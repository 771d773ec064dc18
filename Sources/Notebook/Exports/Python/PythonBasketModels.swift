/// Models that read baskets and times, in numpy.
enum PythonBasketModels {
  static let settled = #"""
    def settled(scores):
        """Scores to twelve digits, so that sums in another order tie; what has none is not recommended."""
        unit = np.spacing(np.maximum(scores, 1e-100)) * 4096
        return np.where(scores > 0, np.rint(scores / unit) * unit, -np.inf)
    """#

  static let recentPopular = #"""
    def recent_counts(
            data, table, by="rows", weight=None, recency=None, half_life=None, time="date", basket=None):
        """How often each user had each item: in rows, baskets or by weight, in the last baskets, old ones less."""
        user, item = data.user, data.item
        amount = pl.lit(1.0) if by != "weight" else pl.col(weight).cast(pl.Float64)
        if half_life is not None:
            age = (pl.col(time).max() - pl.col(time)).dt.total_seconds() / 86400
            amount = amount * 0.5 ** (age / half_life)
        if recency is not None:
            last = pl.col(basket or time).rank("dense", descending=True).over(user)
            amount = pl.when(last <= recency).then(amount).otherwise(0.0)
        rows = table.drop_nulls([user, item]).with_columns(amount=amount)
        if by == "baskets":
            rows = rows.unique([user, basket or time, item])
        if by == "users":
            rows = rows.sort(time).unique([user, item], keep="last")
        u = np.searchsorted(data.users, rows[user].to_numpy())
        i = np.searchsorted(data.items, rows[item].to_numpy())
        return sparse.csr_matrix((rows["amount"].to_numpy(), (u, i)), shape=data.counts.shape)


    class RecentTopPopular:
        """The items that were had most, as counted above; the same for everybody."""

        for_everybody = True

        def __init__(self, table, user="user_id", item="product_id", **counted):
            self.data = Interactions(table, user, item)
            totals = recent_counts(self.data, table, **counted).sum(axis=0).A1
            self.popularity = np.where(totals > 0, settled(totals), 0.0)

        def scores(self, user):
            return self.popularity


    class RecentPersonalTopPopular:
        """The items that the user had most, as counted above."""

        for_everybody = False

        def __init__(self, table, user="user_id", item="product_id", **counted):
            self.data = Interactions(table, user, item)
            self.amounts = recent_counts(self.data, table, **counted)

        def scores(self, user):
            u = self.data.index(user)
            return None if u is None else settled(self.amounts[u].toarray().ravel())
    """#

  static let baskets = #"""
    class Baskets:
        """The items of each basket, for each user from the oldest on. A basket is what a user had at one time."""

        def __init__(self, data, table, time="date", basket=None):
            self.shape = data.counts.shape
            self.of = [[] for _ in data.users]
            rows = (
                table.drop_nulls([data.user, data.item])
                .group_by(data.user, basket or time)
                .agg(pl.col(time).min().alias("began") if basket else pl.lit(None).alias("began"), data.item)
                .sort("began", basket or time)
            )
            for user, _, _, items in rows.iter_rows():
                self.of[data.index(user)].append(np.searchsorted(data.items, np.unique(items)))

        def counts(self, last=None):
            """In how many of a user's last baskets each item is."""
            own = [np.concatenate(baskets[-last:] if last else baskets) for baskets in self.of]
            users = np.repeat(np.arange(len(own)), [len(items) for items in own])
            items = np.concatenate(own)
            return sparse.csr_matrix((np.ones(len(items)), (users, items)), shape=self.shape)
    """#

  static let upcf = #"""
    class UPCF:
        """Faggioli, Polato, Aiolli, *Recency Aware Collaborative Filtering for Next Basket Recommendation*, 2020."""

        for_everybody = False

        def __init__(
                self, table, recency=10, asymmetry=0.75, locality=10, neighbors=100, shrinkage=0, vectors="binary",
                user="user_id", item="product_id", **columns):
            self.data = Interactions(table, user, item)
            baskets = Baskets(self.data, table, **columns)
            self.X = baskets.counts() if vectors == "counts" else baskets.counts().sign()
            # The share of a user's last baskets that have an item.
            windows = [min(recency, len(own)) if recency else len(own) for own in baskets.of]
            self.recent = sparse.diags(1 / np.array(windows)) @ baskets.counts(recency)
            self.squares = self.X.multiply(self.X).sum(axis=1).A1
            self.asymmetry, self.locality = asymmetry, locality
            self.neighbors, self.shrinkage = neighbors, shrinkage

        def scores(self, user):
            u = self.data.index(user)
            return None if u is None else self.blend(self.X[u], self.recent[u], self.squares[u], besides=u)

        def basket_scores(self, items):
            row = self.data.basket(items)
            return self.blend(row, row, row.nnz)

        def blend(self, row, recent, square, besides=-1):
            products = (self.X @ row.T).toarray().ravel()
            others = np.flatnonzero(products > 0)
            others = others[others != besides]
            norms = square**self.asymmetry * self.squares[others] ** (1 - self.asymmetry)
            similar = products[others] / (norms + self.shrinkage)
            order = np.lexsort((others, -np.round(similar, 12)))[:self.neighbors]
            weights = similar[order] ** self.locality
            return settled(recent.toarray().ravel() + self.recent[others[order]].T @ weights)
    """#

  static let tifuknn = #"""
    class TIFUKNN:
        """Hu et al., *Modeling Personalized Item Frequency Information for Next-basket Recommendation*, 2020."""

        for_everybody = False

        def __init__(
                self, table, groups=7, basket_decay=0.9, group_decay=0.7, own=0.7, neighbors=300, decay="history",
                anchor="first", user="user_id", item="product_id", **columns):
            self.data = Interactions(table, user, item)
            self.groups, self.basket_decay, self.group_decay = groups, basket_decay, group_decay
            self.own, self.neighbors, self.decay, self.anchor = own, neighbors, decay, anchor
            self.V = np.zeros(self.data.counts.shape)
            for u, baskets in enumerate(Baskets(self.data, table, **columns).of):
                for weight, items in zip(self.weights(len(baskets)), baskets):
                    self.V[u, items] += weight

        def weights(self, n):
            """What each of n baskets counts, the oldest first. They are cut into groups, the last ones larger."""
            m, found = min(n, self.groups), []
            for group in range(m):
                size = n // m + (group >= m - n % m)
                exponent = (self.groups if self.anchor == "first" else m) - 1 - group
                for place in range(size):
                    age = n - 1 - len(found) if self.decay == "history" else size - 1 - place
                    found.append(self.group_decay**exponent / m / size * self.basket_decay**age)
            return found

        def scores(self, user):
            u = self.data.index(user)
            return None if u is None else self.blend(self.V[u], besides=u)

        def basket_scores(self, items):
            return self.blend(self.data.basket(items).toarray().ravel() * self.weights(1)[0])

        def blend(self, vector, besides=None):
            distances = np.round(((self.V - vector) ** 2).sum(axis=1), 12)
            if besides is not None:
                distances[besides] = np.inf
            nearest = np.argsort(distances, kind="stable")[:self.neighbors]
            nearest = nearest[np.isfinite(distances[nearest])]
            return settled(self.own * vector + (1 - self.own) * self.V[nearest].mean(axis=0))
    """#

  static let markov = #"""
    class BasketMarkov:
        """How often an item is in the basket after one with another item."""

        for_everybody = False

        def __init__(self, table, order=1, smoothing=1.0, user="user_id", item="product_id", **columns):
            self.data = Interactions(table, user, item)
            self.baskets, self.order, self.smoothing = Baskets(self.data, table, **columns), order, smoothing
            n = len(self.data.items)
            self.after, self.totals = np.zeros((n, n)), np.zeros(n)
            for own in self.baskets.of:
                for place in range(1, len(own)):
                    before = self.last(own[:place])
                    self.totals[before] += 1
                    self.after[np.ix_(before, own[place])] += 1
            counts = np.bincount(np.concatenate([basket for own in self.baskets.of for basket in own]), minlength=n)
            self.shares = counts / sum(len(own) for own in self.baskets.of)

        def last(self, baskets):
            return np.unique(np.concatenate(baskets[-self.order:]))

        def scores(self, user):
            u = self.data.index(user)
            return None if u is None else self.following(self.last(self.baskets.of[u]))

        def basket_scores(self, items):
            return self.following(self.data.basket(items).indices)

        def following(self, items):
            totals = (self.totals[items] + self.smoothing)[:, None]
            after = self.after[items] + self.smoothing * self.shares
            return settled(np.divide(after, totals, out=np.zeros_like(after), where=totals > 0).mean(axis=0))
    """#
}

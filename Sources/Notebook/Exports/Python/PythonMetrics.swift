/// Metrics, comparisons and tuning. Intervals and p are drawn as `Bootstrap` and `PermutationTest` draw them, so they are
/// equal too.
enum PythonMetrics {
  static let bits = #"""
    def random_bits(key, counters):
        """64 random bits for each counter, a function of the key alone (SplitMix64)."""
        step = np.uint64(0x9E3779B97F4A7C15)
        bits = np.asarray(key, np.uint64) + np.asarray(counters, np.uint64) * step + step
        bits = (bits ^ bits >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ bits >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return bits ^ bits >> np.uint64(31)
    """#

  static let below = #"""
    def below(bits, bound):
        """Whole numbers below a bound: the high half of the product of the bound and 64 random bits."""
        bound, half = np.asarray(bound, np.uint64), np.uint64(32)
        low = (bits & np.uint64(0xFFFFFFFF)) * bound >> half
        return ((bits >> half) * bound + low >> half).astype(np.int64)
    """#

  static let scores = #"""
    class Scores:
        """What each user adds to a metric of one model; a user with NaN is left out."""

        def __init__(self, values, counts=None, root=False):
            known = ~np.isnan(values)
            counts = np.ones(len(values)) if counts is None else counts
            self.sums = in_groups(np.where(known, values, 0.0))
            self.counts = in_groups(np.where(known, counts, 0.0))
            self.root = root

        def mean(self, sums, counts):
            with np.errstate(invalid="ignore", divide="ignore"):
                return np.sqrt(sums / counts) if self.root else sums / counts

        def figure(self):
            return self.mean(self.sums.sum(), self.counts.sum())

        def drawn(self, groups):
            """The metric of each sample of a bootstrap."""
            return self.mean(self.sums[groups].sum(axis=1), self.counts[groups].sum(axis=1))


    def in_groups(values):
        """The values of users, of more than 4096 users added up in 4096 groups."""
        groups = np.arange(len(values)) % 4096
        return np.bincount(groups, values, minlength=min(len(values), 4096))


    def bootstrap(n, seed=0):
        """1000 samples of n of n groups, with replacement."""
        keys = random_bits(random_bits([seed], [0]), np.arange(1000))
        return below(random_bits(keys[:, None], np.arange(n)), n)


    def interval(figures):
        """The middle 95 % of a metric over the samples."""
        return np.quantile(figures[np.isfinite(figures)], [0.025, 0.975])
    """#

  static let metrics = #"""
    class Outcome:
        """The first k items of a user's list beside the items held out."""

        def __init__(self, items, truth, k, had=frozenset()):
            self.items = [item for item in (items or [])[:k] if item is not None]
            self.truth, self.k, self.had = set(truth), k, had
            # An item that the list repeats is a hit once, at its first rank.
            self.hits = {}
            for rank, item in enumerate((items or [])[:k], start=1):
                if item in self.truth:
                    self.hits.setdefault(item, rank)
            self.ranks = list(self.hits.values())
            self.most = min(k, len(self.truth))


    def gain(ranks):
        return sum(1 / np.log2(rank + 1) for rank in ranks)


    METRICS = {
        "recall": lambda o: len(o.ranks) / len(o.truth),
        "precision": lambda o: len(o.ranks) / o.k,
        "f1": lambda o: 2 * len(o.ranks) / (o.k + len(o.truth)),
        "r_precision": lambda o: len(o.ranks) / o.most,
        "hr": lambda o: float(len(o.ranks) > 0),
        "mrr": lambda o: 1 / o.ranks[0] if o.ranks else 0.0,
        "map": lambda o: sum(place / rank for place, rank in enumerate(o.ranks, start=1)) / o.most,
        "ndcg": lambda o: gain(o.ranks) / gain(range(1, o.most + 1)),
        "short_lists": lambda o: float(len(o.items) < o.k),
    }


    def scored_users(table, truth, cold, columns):
        """The users who count for every model alike, and the columns of the models."""
        columns = columns or [name for name in table.columns if name.endswith("_recs")]
        table = table.filter(pl.col(truth).list.drop_nulls().list.len() > 0)
        return table.drop_nulls(columns) if cold == "skip" else table, columns


    def list_scores(table, column, name, k, truth, facts=None):
        measure = METRICS.get(name) or getattr(facts, name)
        had = [frozenset()] * table.height if facts is None else facts.items_of(table)
        return Scores(np.array([
            measure(Outcome(items, ids, k, own))
            for items, ids, own in zip(table[column].to_list(), table[truth].to_list(), had)]))


    def metrics(
            table, show=("recall", "precision"), top=10, truth="ids", cold="zero", columns=None, facts=None, seed=0):
        """A row for each model: the mean of each metric over the users, and half of its bootstrap interval."""
        of = table.height
        table, columns = scored_users(table, truth, cold, columns)
        samples = bootstrap(min(table.height, 4096), seed)
        rows = []
        for column in columns:
            row = {"model": column.removesuffix("_recs")}
            for name, k in itertools.product(show, top if isinstance(top, list) else [top]):
                label = f"{name}@{k}"
                if name in ("coverage", "gini"):
                    row[label] = getattr(facts, name)(table[column].list.head(k))
                    continue
                scores = list_scores(table, column, name, k, truth, facts)
                low, high = interval(scores.drawn(samples))
                row |= {label: scores.figure(), f"{label} ±": (high - low) / 2}
            rows.append(row | {"users": table.height, "of": of})
        return pl.DataFrame(rows)
    """#

  static let facts = #"""
    class Facts:
        """What metrics ask of the table that the models learned from."""

        def __init__(self, train, user="user_id", item="product_id"):
            rows = train.drop_nulls([user, item])
            items = rows.group_by(item).agg(rows=pl.len(), users=pl.col(user).n_unique())
            self.rows = dict(items.select(item, "rows").iter_rows())
            self.users = dict(items.select(item, "users").iter_rows())
            self.had = {id: frozenset(own) for id, own in rows.group_by(user).agg(item).iter_rows()}
            self.user = user

        def items_of(self, table):
            if self.user not in table.columns:
                return [frozenset()] * table.height
            return [self.had.get(user, frozenset()) for user in table[self.user]]

        def repeat_recall(self, o):
            again = o.truth & o.had
            return len(again & o.hits.keys()) / len(again) if again else np.nan

        def explore_recall(self, o):
            new = o.truth - o.had
            return len(new & o.hits.keys()) / len(new) if new else np.nan

        def repeat_share(self, o):
            return np.mean([item in o.had for item in o.items]) if o.items else np.nan

        def popularity(self, o):
            return np.mean([self.rows.get(item, 0) for item in o.items]) if o.items else np.nan

        def novelty(self, o):
            shares = [self.users.get(item, 1) / len(self.had) for item in o.items]
            return -np.mean(np.log2(shares)) if shares else np.nan

        def surprisal(self, o):
            return self.novelty(o) / np.log2(len(self.had))

        def coverage(self, lists):
            """The share of the items that stand in any list."""
            return len(self.rows.keys() & lists.explode().unique().to_list()) / len(self.rows)

        def gini(self, lists):
            """How unequally the items are recommended."""
            times = dict(lists.explode().value_counts().iter_rows())
            times = np.sort([times.get(item, 0) for item in self.rows])
            n = len(times)
            return (2 * np.arange(1, n + 1) - n - 1) @ times / (n * times.sum())
    """#

  static let differences = #"""
    def swaps(n, pairs, seed=0):
        """The draws of a permutation test: of which of n groups two models swap their results."""
        if n <= 11:
            return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)
        keys = random_bits(random_bits([seed], [1]), np.arange(max(2000, 200 * pairs)))
        words = random_bits(keys[:, None], np.arange((n + 63) // 64))
        return np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")[:, :n].astype(float)


    def differences(metric, scores, seed=0):
        """A row for each pair of models: their difference, its bootstrap interval, and the p of a permutation test, as
        it is and corrected by Holm."""
        pairs = list(itertools.combinations(scores, 2))
        n = len(scores[pairs[0][0]].sums)
        samples, swapped = bootstrap(n, seed), swaps(n, len(pairs), seed)
        tolerance = 1e-12 * max([1] + [abs(one.figure()) for one in scores.values()])
        rows = []
        for model, other in pairs:
            a, b = scores[model], scores[other]
            difference = a.figure() - b.figure()
            low, high = interval(a.drawn(samples) - b.drawn(samples))
            sums, counts = swapped @ (b.sums - a.sums), swapped @ (b.counts - a.counts)
            after = a.mean(a.sums.sum() + sums, a.counts.sum() + counts) \
                - b.mean(b.sums.sum() - sums, b.counts.sum() - counts)
            as_far = (abs(after) >= abs(difference) - tolerance).sum()
            # Of all swaps one is what was observed; of those drawn it is one more.
            p = as_far / len(swapped) if n <= 11 else (as_far + 1) / (len(swapped) + 1)
            rows.append({
                "metric": metric, "model": model, "other": other, "difference": difference, "from": low, "to": high,
                "p": p})
        largest = 0.0
        for place, row in enumerate(sorted(rows, key=lambda row: row["p"])):
            largest = max(largest, min(1.0, row["p"] * (len(rows) - place)))
            row["p_adjusted"] = largest
        return rows
    """#

  static let compare = #"""
    def compare(
            table, show=("recall", "precision"), top=10, truth="ids", cold="zero", columns=None, facts=None, seed=0):
        """A row for each metric and pair of models, over the same users."""
        table, columns = scored_users(table, truth, cold, columns)
        rows = []
        for name, k in itertools.product(show, top if isinstance(top, list) else [top]):
            scores = {
                column.removesuffix("_recs"): list_scores(table, column, name, k, truth, facts) for column in columns}
            rows += differences(f"{name}@{k}", scores, seed)
        return pl.DataFrame(rows)
    """#

  static let ratings = #"""
    def rating_scores(table, truth, columns, name, user):
        """The errors of each model, added up by user, over the rows that all models predict."""
        columns = columns or [column for column in table.columns if column.endswith("_prediction")]
        table = table.drop_nulls([truth] + columns)
        by = table[user].to_numpy() if user in table.columns else np.arange(table.height)
        users = np.unique(by, return_inverse=True)[1]
        scores = {}
        for column in columns:
            errors = abs(table[column] - table[truth]).to_numpy() ** (1 if name == "mae" else 2)
            scores[column.removesuffix("_prediction")] = Scores(
                np.bincount(users, errors), np.bincount(users), root=name == "rmse")
        return scores, table.height


    def rating_metrics(table, show, truth, columns=None, user="user_id", seed=0):
        """A row for each model: how far its predictions are from the ratings, and half of a bootstrap interval."""
        found = {}
        for name in show:
            scores, height = rating_scores(table, truth, columns, name, user)
            for model, errors in scores.items():
                low, high = interval(errors.drawn(bootstrap(len(errors.sums), seed)))
                found.setdefault(model, {}).update({name: errors.figure(), f"{name} ±": (high - low) / 2})
        return pl.DataFrame([
            {"model": model} | row | {"rows": height, "of": table.height} for model, row in found.items()])
    """#

  static let compareRatings = #"""
    def compare_ratings(table, show, truth, columns=None, user="user_id", seed=0):
        """A row for each metric and pair of models, over the same rows."""
        rows = []
        for name in show:
            rows += differences(name, rating_scores(table, truth, columns, name, user)[0], seed)
        return pl.DataFrame(rows)
    """#

  static let tune = #"""
    def tune(model, table, on, tried, metric="ndcg", top=10, seen="keep", cold="zero", **fixed):
        """A row for each combination of parameters, the best first."""
        rows = []
        for values in itertools.product(*tried.values()):
            combination = dict(zip(tried, values))
            start = clock()
            fitted = model(table, **combination, **fixed)
            seconds = clock() - start
            user, item = fitted.data.user, fitted.data.item
            users = on.drop_nulls([user, item]).group_by(user).agg(ids=pl.col(item).unique()).sort(user)
            lists = recommend_lists(users, {"model": fitted}, top=top, seen=seen)
            found = metrics(lists, show=[metric], top=top, cold=cold).drop("model").row(0, named=True)
            rows.append(combination | found | {"seconds": seconds})
        return pl.DataFrame(rows).sort(f"{metric}@{top}", descending=True, maintain_order=True)
    """#
}

/// Factorisations of ratings, in numpy and torch.
enum PythonFactorModels {
  static let als = #"""
    class ALS:
        """Ratings by alternating least squares: biases as those of Surprise's BaselineOnly, and factors."""

        for_everybody = False

        def __init__(
                self, table, factors=10, iterations=10, regularization=0.1, scale="count", biases=True, seed=0,
                clip=(1, 5), **columns):
            self.data = Interactions(table, **columns)
            u, i, r = self.data.u, self.data.i, self.data.values
            n, m = self.data.counts.shape
            self.mean, self.clip = r.mean(), clip
            self.bu, self.bi = np.zeros(n), np.zeros(m)
            for _ in range(10 if biases else 0):
                self.bi = np.bincount(i, r - self.mean - self.bu[u]) / (10 + np.bincount(i))
                self.bu = np.bincount(u, r - self.mean - self.bi[i]) / (15 + np.bincount(u))
            rest = r - self.mean - self.bu[u] - self.bi[i]
            # The start is drawn in the order in which the items appear.
            order = np.argsort(np.unique(i, return_index=True)[1])
            self.q = np.empty((m, factors))
            self.q[order] = np.random.RandomState(seed).normal(0, 0.1, (m, factors))
            self.losses = []
            for _ in range(iterations):
                self.p = regressions(u, i, rest, self.q, regularization, scale)
                half = self.error(u, i, rest)
                self.q = regressions(i, u, rest, self.p, regularization, scale)
                self.losses.append((self.error(u, i, rest), half))

        def error(self, u, i, rest):
            return np.sqrt(np.mean((rest - (self.p[u] * self.q[i]).sum(axis=1)) ** 2))

        def history(self):
            losses, halves = zip(*self.losses)
            return pl.DataFrame({
                "iteration": range(1, len(losses) + 1), "loss": losses, "loss_after_users": halves})

        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else self.mean + self.bu[index] + self.bi + self.q @ self.p[index]

        def predict(self, table):
            """Without the terms of users and items that are not known."""
            bu = dict(zip(self.data.users.tolist(), zip(self.bu, self.p)))
            bi = dict(zip(self.data.items.tolist(), zip(self.bi, self.q)))
            none = 0.0, np.zeros(self.q.shape[1])
            estimates = []
            for user, item in table.select(self.data.user, self.data.item).iter_rows():
                (b, p), (c, q) = bu.get(user, none), bi.get(item, none)
                estimates.append(self.mean + b + c + p @ q)
            return np.clip(estimates, *self.clip)


    def regressions(rows, others, targets, fixed, regularization, scale):
        """For each row the factors that explain its targets best by the fixed factors of the others."""
        order = np.argsort(rows, kind="stable")
        found = np.empty((rows.max() + 1, fixed.shape[1]))
        for row, places in enumerate(np.split(order, np.cumsum(np.bincount(rows))[:-1])):
            Q = fixed[others[places]]
            ridge = regularization * (len(places) if scale == "count" else 1)
            found[row] = np.linalg.solve(Q.T @ Q + ridge * np.eye(Q.shape[1]), Q.T @ targets[places])
        return found
    """#

  static let mf = #"""
    class MatrixFactorization(torch.nn.Module):
        """p·q + biases + a constant, by Adam in batches of rows in the order of the table."""

        for_everybody = False

        def __init__(
                self, table, factors=10, learning_rate=0.001, weight_decay=0.01, batch=16, epochs=10, seed=0,
                scale=(0, 5), **columns):
            super().__init__()
            self.data, self.batch, self.scale = Interactions(table, **columns), batch, scale
            n, m = self.data.counts.shape
            torch.manual_seed(seed)
            self.p, self.q = torch.nn.Embedding(n, factors), torch.nn.Embedding(m, factors)
            self.bu, self.bi = torch.nn.Embedding(n, 1), torch.nn.Embedding(m, 1)
            self.constant = torch.nn.Parameter(torch.zeros(1))
            self.adam = torch.optim.Adam(self.parameters(), lr=learning_rate, weight_decay=weight_decay)
            self.losses = []
            self.run(epochs)

        def forward(self, users, items):
            product = (self.p(users) * self.q(items)).sum(dim=-1)
            return product + self.bu(users).squeeze(-1) + self.bi(items).squeeze(-1) + self.constant

        def run(self, epochs):
            # Weights fade to numbers so small that the processor is slow with them.
            torch.set_flush_denormal(True)
            u, i = torch.as_tensor(self.data.u), torch.as_tensor(self.data.i)
            ratings = torch.as_tensor(self.data.values, dtype=torch.float32)
            for _ in range(epochs):
                squares = []
                # As in many loops, a last batch is not seen, be it full or not.
                for start in range(0, len(u) - self.batch, self.batch):
                    rows = slice(start, start + self.batch)
                    loss = ((self(u[rows], i[rows]) - ratings[rows]) ** 2).mean()
                    self.adam.zero_grad()
                    loss.backward()
                    self.adam.step()
                    squares.append(loss.item())
                self.losses.append((np.mean(squares) ** 0.5, squares[-1] ** 0.5))

        def step(self, epochs=1):
            """The model after further epochs; this one does not change."""
            longer = copy.deepcopy(self)
            longer.run(epochs)
            return longer

        def history(self):
            losses, last = zip(*self.losses)
            return pl.DataFrame({"iteration": range(1, len(losses) + 1), "loss": losses, "last_batch_rmse": last})

        @torch.no_grad()
        def scores(self, user):
            index = self.data.index(user)
            return None if index is None else self(torch.tensor(index), torch.arange(len(self.data.items))).numpy()
    """#

  static let sampledMF = #"""
    class SampledMatrixFactorization:
        """p·q + biases + a constant. Beside each row stand items that the user does not have, rated 0, and Adam moves
        only the rows of the batch."""

        for_everybody = False

        def __init__(
                self, table, factors=10, learning_rate=0.001, weight_decay=0.01, batch=16, epochs=10, negatives=4,
                seed=0, **columns):
            self.data, self.batch, self.negatives, self.seed = Interactions(table, **columns), batch, negatives, seed
            n, m = self.data.counts.shape
            torch.manual_seed(seed)
            p, q, bu, bi = (torch.randn(rows, width).numpy() for width in (factors, 1) for rows in (n, m))
            adam = dict(rate=learning_rate, decay=weight_decay)
            # The last column is the bias.
            self.users = AdamRows(np.hstack([p, bu]) * np.float32(0.1), **adam)
            self.items = AdamRows(np.hstack([q, bi]) * np.float32(0.1), **adam)
            self.constant = AdamRows(np.zeros((1, 1), np.float32), **adam)
            self.taken, self.losses = 0, []
            self.run(epochs)

        def examples(self, epoch):
            """The rows of an epoch in a random order, and the items that are drawn beside each."""
            n, m = len(self.data.u), len(self.data.items)
            bits = np.random.PCG64(self.seed).advance(epoch << 40)
            drawn = below(bits.random_raw(n - 1), np.arange(n, 1, -1))
            order = list(range(n))
            for last, other in zip(range(n - 1, 0, -1), drawn):
                order[last], order[other] = order[other], order[last]
            steps, size = -(-n // self.batch), self.batch * self.negatives
            # Each step has a part of the random numbers to itself, four times as long as it needs.
            bits = np.random.PCG64(self.seed).advance((epoch << 40) + n + 4 * size)
            drawn = below(bits.random_raw(steps * 4 * size).reshape(steps, -1)[:, :size], m)
            return np.array(order), drawn.reshape(-1, self.negatives)[:n]

        def run(self, epochs):
            data, m = self.data, len(self.data.items)
            had = np.unique(data.u * m + data.i)
            for epoch in range(len(self.losses) + 1, len(self.losses) + epochs + 1):
                order, drawn = self.examples(epoch)
                u, i, ratings = data.u[order], data.i[order], data.values[order].astype(np.float32)
                is_new = ~np.isin(u[:, None] * m + drawn, had)
                squares, count = 0.0, 0
                for start in range(0, len(u), self.batch):
                    rows = slice(start, start + self.batch)
                    place, column = np.nonzero(is_new[rows])
                    users = np.concatenate([u[rows], u[rows][place]])
                    items = np.concatenate([i[rows], drawn[rows][place, column]])
                    targets = np.concatenate([ratings[rows], np.zeros(len(place), np.float32)])
                    error = self.learn(users, items, targets)
                    squares, count = squares + error, count + len(users)
                self.losses.append(((squares / count) ** 0.5, (error / len(users)) ** 0.5))

        def learn(self, users, items, targets):
            """A step of Adam on the mean squared error; gives the sum of squared errors."""
            p, q = self.users.w[users], self.items.w[items]
            errors = (p[:, :-1] * q[:, :-1]).sum(axis=1) + p[:, -1] + q[:, -1] + self.constant.w[0, 0] - targets
            slopes = (2 * errors / len(users))[:, None]
            self.taken += 1
            self.users.step(users, slopes * np.hstack([q[:, :-1], np.ones_like(slopes)]), self.taken)
            self.items.step(items, slopes * np.hstack([p[:, :-1], np.ones_like(slopes)]), self.taken)
            self.constant.step(np.zeros_like(users), slopes, self.taken)
            return float((errors.astype(float) ** 2).sum())

        def step(self, epochs=1):
            """The model after further epochs; this one does not change."""
            longer = copy.deepcopy(self)
            longer.run(epochs)
            return longer

        def history(self):
            losses, last = zip(*self.losses)
            return pl.DataFrame({"iteration": range(1, len(losses) + 1), "loss": losses, "last_batch_rmse": last})

        def scores(self, user):
            index = self.data.index(user)
            if index is None:
                return None
            p, q = self.users.w[index], self.items.w
            return q[:, :-1] @ p[:-1] + p[-1] + q[:, -1] + self.constant.w[0, 0]


    class AdamRows:
        """Weights of which Adam moves some rows at a time."""

        def __init__(self, w, rate, decay):
            self.w, self.m, self.v, self.rate, self.decay = w, np.zeros_like(w), np.zeros_like(w), rate, decay

        def step(self, rows, gradients, t):
            # A row that occurs twice has one gradient, the sum.
            order = np.argsort(rows, kind="stable")
            rows, starts = np.unique(rows[order], return_index=True)
            g = np.add.reduceat(gradients[order], starts) + np.float32(self.decay) * self.w[rows]
            self.m[rows] += np.float32(0.1) * (g - self.m[rows])
            self.v[rows] = np.float32(0.999) * self.v[rows] + np.float32(0.001) * g * g
            slowness = np.sqrt(self.v[rows]) * np.float32((1 - 0.999**t) ** -0.5) + np.float32(1e-8)
            self.w[rows] -= np.float32(self.rate / (1 - 0.9**t)) * self.m[rows] / slowness
    """#
}

"""Random stages that need a whole table: samples, descriptions, aggregates next to rows; a part of `Pipeline`."""
import numpy
import polars as pl
from tables import Column


class WholeTables:
    def sample(self):
        """DIFFERENCES say nothing of samples: they are numpy's, not polars'."""
        rng = self.rng
        seed, rows = rng.randint(0, 99), self.frame.height
        if rng.random() < 0.5:
            count = rng.choice([0, 1, 5, 50])
            text = f"sample {count} seed={seed}"
        else:
            fraction = rng.choice([0, 0.1, 0.25, 0.5, 1])
            count = round(fraction * rows)
            text = f"sample fraction={fraction} seed={seed}"
        chosen = numpy.random.RandomState(seed).permutation(rows)[:count].tolist()
        self.add(text, self.frame[chosen] if rows else self.frame, self.columns)

    def describe(self):
        names = self.some(self.plain("int", "float", "str", "date"), 3)
        if not names or self.rng.random() < 0.6:
            return
        rows = []
        for name in names:
            values, kind = self.frame[name], self.columns[name].kind
            row = {"column": name, "count": values.count(), "nulls": values.null_count()}
            known = values.drop_nulls()
            numbers = known.cast(pl.Float64) if kind in ("int", "float") else None
            if numbers is not None and len(numbers) and not numbers.is_nan().any():
                row |= {"mean": numbers.mean(), "std": numbers.std(), "median": numbers.median()}
                row |= {key: numbers.quantile(share, "linear") for key, share in (("q25", 0.25), ("q75", 0.75))}
            elif numbers is not None and len(numbers):
                return
            row["distinct"] = known.n_unique()
            rows.append(row)
        order = ["column", "count", "nulls", "mean", "std", "q25", "median", "q75", "distinct"]
        types = {"column": pl.String, "count": pl.Int64, "nulls": pl.Int64, "distinct": pl.Int64}
        frame = pl.DataFrame(rows, schema={name: types.get(name, pl.Float64) for name in order})
        columns = {name: Column("float", rounded=True) for name in order}
        columns |= {"column": Column("str"), "count": Column("int"), "nulls": Column("int"), "distinct": Column("int")}
        self.add(f"describe {', '.join(names)} | select {', '.join(order)}", frame, columns)

    def beside_rows(self):
        """The aggregate of the whole table beside each row, or in a condition."""
        names = [n for n in self.plain("int") if self.columns[n].small]
        if not names:
            return
        a, b, rng, fresh = self.rng.choice(names), self.rng.choice(names), self.rng, self.fresh()
        which = rng.choice(["min", "max", "sum", "count", "n_unique"])
        wide = pl.col(b).cast(pl.Int64)
        value = getattr(wide, which)().cast(pl.Int64)
        text = f"cast({which}({b}), i64)"
        if rng.random() < 0.5:
            operation = rng.choice(["<", ">=", "=="])
            compare = {"<": pl.col(a) < value, ">=": pl.col(a) >= value, "==": pl.col(a) == value}[operation]
            self.add(f"filter {a} {operation} {text}", self.frame.filter(compare), self.columns)
            return
        frame = self.frame.with_columns((pl.col(a).cast(pl.Int64) - value).alias(fresh))
        column = Column("int", small=which != "sum")
        self.add(f"with {fresh} = cast({a}, i64) - {text}", frame, {**self.columns, fresh: column})

    def listed(self):
        """Rows whose value is in a list of the session's."""
        names = [n for n in self.shared_keys() if self.columns[n].kind in ("int", "str", "date")]
        if not names:
            return
        name = names[0]
        values, number = self.other[name].drop_nulls(), len(self.setup)
        self.setup.append(f"list{number} = other | drop_nulls {name} | values {name}")
        negated = self.rng.random() < 0.4
        wanted = pl.col(name).is_in(values.implode() if len(values) else pl.Series([[]], dtype=pl.List(values.dtype)))
        self.add(
            f"filter {name} {'not ' if negated else ''}in $list{number}",
            self.frame.filter(~wanted if negated else wanted), self.columns)

    def computed_keys(self):
        """Groups by what is computed of rows, counted."""
        made = self.expressions.any(1)
        if made is None or made.kind not in ("int", "str", "bool", "date") or made.column.rounded:
            return
        fresh = self.fresh()
        # As a column first: of a constant over no rows polars would make one group.
        frame = self.frame.with_columns(made.polars.alias(fresh)).group_by(fresh, maintain_order=True).len()
        if fresh == "len" or any(self.columns[n].rounded and n in made.text for n in self.columns):
            return
        self.add(f"group_by {fresh} = {made.text}", frame, {fresh: made.column.but(unique=True), "len": Column("int", nulls=False)})

    def around_aggregates(self):
        """Arithmetic around aggregates of groups."""
        keys = self.some(self.plain("int", "str", "bool", "date"), 1)
        names = [n for n in self.plain("int") if self.columns[n].small]
        if not keys or not names:
            return
        a, fresh = self.rng.choice(names), self.fresh()
        if fresh in keys:
            return
        wide = pl.col(a).cast(pl.Int64)
        polars = (wide.max() - wide.min()) * 2 + pl.len().cast(pl.Int64)
        text = f"(max(cast({a}, i64)) - min(cast({a}, i64))) * 2 + cast(len(), i64)"
        frame = self.frame.group_by(keys, maintain_order=True).agg(polars.alias(fresh))
        self.add(f"group_by {keys[0]} agg {fresh} = {text}", frame, {keys[0]: self.columns[keys[0]], fresh: Column("int", small=False)})

    def renamed_join(self):
        """A join by columns that are called differently, with a pipeline on its right."""
        names = [n for n in self.shared_keys() if n + "_key" not in self.columns]
        if not names or self.frame.height * self.other.height > 200_000:
            return
        name = names[0]
        right = self.other.select(pl.col(name).alias(name + "_key"), pl.lit(1).cast(pl.Int64).alias("one"))
        if {"one", "one_right"} & set(self.columns):
            return
        verb, how = self.rng.choice([("join", "inner"), ("left_join", "left")])
        frame = self.frame.join(
            right, left_on=name, right_on=name + "_key", how=how, coalesce=True, maintain_order="left_right")
        columns = {n: c.but(unique=False) for n, c in self.columns.items()} | {"one": Column("int")}
        pipeline = f"(other | select {name}_key = {name}, one = 1)"
        self.add(f"{verb} {pipeline} on {name} == {name}_key", frame.select(list(columns)), columns)

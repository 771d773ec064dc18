"""Random stages that change or describe the shape of a table; a part of `Pipeline`."""
import polars as pl
from tables import Column

# As `schema` names them.
NAMES = {
    pl.Int8: "i8", pl.Int16: "i16", pl.Int32: "i32", pl.Int64: "i64", pl.UInt8: "u8", pl.UInt16: "u16",
    pl.UInt32: "u32", pl.UInt64: "u64", pl.Float32: "f32", pl.Float64: "f64", pl.String: "str", pl.Boolean: "bool",
    pl.Date: "date",
}


class Reshaping:
    def two_columns(self):
        """Two assignments, of which the second sees the first."""
        names = [n for n in self.plain("int") if self.columns[n].small]
        if not names:
            return
        a, fresh = self.rng.choice(names), self.fresh()
        wide, further = pl.col(a).cast(pl.Int64) + 1, fresh + "b"
        if further in self.columns:
            return
        frame = self.frame.with_columns(wide.alias(fresh), (wide * 2).alias(further))
        column = self.columns[a].but(unique=False)
        self.add(
            f"with {fresh} = cast({a}, i64) + 1, {further} = {fresh} * 2", frame,
            {**self.columns, fresh: column, further: column.but(small=False)})

    def swapped(self):
        """Two columns that take each other's names at once."""
        if len(self.columns) < 3:
            return
        a, b = self.rng.sample(list(self.columns), 2)
        names = {a: b, b: a}
        columns = {names.get(name, name): column for name, column in self.columns.items()}
        self.add(f"rename {a} = {b}, {b} = {a}", self.frame.rename(names), columns)

    def whole_nulls(self):
        if self.rng.random() < 0.5:
            self.add("drop_nulls", self.frame.drop_nulls(), self.columns)

    def shape(self):
        if self.rng.random() < 0.2:
            frame = pl.DataFrame({"rows": [self.frame.height], "columns": [self.frame.width]})
            self.add("shape", frame, {name: Column("int", nulls=False) for name in frame.columns})

    def schema(self):
        if self.rng.random() < 0.8:
            return
        known = [name for name, dtype in self.frame.schema.items() if dtype in NAMES]
        if not known:
            return
        frame = pl.DataFrame(
            {
                "column": known, "type": [NAMES[self.frame.schema[name]] for name in known],
                "nulls": [self.frame[name].null_count() for name in known],
            },
            schema={"column": pl.String, "type": pl.String, "nulls": pl.Int64})
        columns = {"column": Column("str"), "type": Column("str"), "nulls": Column("int", nulls=False)}
        # Sums of narrow types, counts and the like have other widths in polars (DIFFERENCES: types of results).
        if self.stages or any(name not in self.columns for name in known):
            return
        self.add(f"select {', '.join(known)}", self.frame.select(known), {name: self.columns[name] for name in known})
        self.add("schema", frame, columns)

    def pivoted_aggregates(self):
        """A pivot with an aggregate of its own; what a group lacks is null."""
        on, rows = (self.rng.choice(self.plain("int", "str") or [None]) for _ in range(2))
        values = [name for name in self.plain("int") if name not in (on, rows)]
        if on is None or rows is None or on == rows or not values or self.rng.random() < 0.3:
            return
        value, which = self.rng.choice(values), self.rng.choice(["max", "min", "count", "first"])
        found = self.frame[on].unique(maintain_order=True)
        names = ["null" if v is None else str(v) for v in found]
        if len(found) > 40 or rows in names or len(set(names)) < len(names) or not self.frame.height:
            return
        columns = []
        for one, name in zip(found, names):
            own = pl.col(on).eq_missing(pl.lit(one, dtype=self.frame.schema[on]))
            columns.append(pl.when(own.any()).then(getattr(pl.col(value).filter(own), which)()).alias(name))
        frame = self.frame.group_by(rows, maintain_order=True).agg(columns)
        known = {rows: self.columns[rows]} | {name: Column("int", small=False) for name in names}
        self.add(f"pivot rows={rows} columns={on} agg m = {which}({value})", frame, known)
        self.stages_end()

    def renamed_unpivot(self):
        names = self.some(self.plain("float") or self.plain("str"), 2)
        types = {self.frame.schema[name] for name in names}
        if len(names) < 2 or len(types) > 1 or {"what", "amount"} & set(self.columns):
            return
        kept = [name for name in self.columns if name not in names]
        frame = self.frame.unpivot(on=names, index=kept, variable_name="what", value_name="amount")
        columns = {name: self.columns[name].but(unique=False) for name in kept}
        merged = self.columns[names[0]].but(
            unique=False, nans=any(self.columns[n].nans for n in names), rounded=any(self.columns[n].rounded for n in names))
        columns |= {"what": Column("str"), "amount": merged}
        self.add(f"unpivot {', '.join(names)} name=what value=amount", frame.select(list(columns)), columns)

    def grouped_by_parts(self):
        """Groups by a part of a date beside a column, with aggregates; the first of several keys is computed."""
        dates, keys = self.plain("date"), self.plain("int", "str", "bool")
        if not dates or not keys:
            return
        day, key, fresh = self.rng.choice(dates), self.rng.choice(keys), self.fresh()
        part = self.rng.choice(["year", "month", "weekday"])
        texts, polars, columns = self.aggregates([fresh, key])
        if not texts:
            return
        frame = self.frame.group_by(getattr(pl.col(day).dt, part)().alias(fresh), key, maintain_order=True).agg(polars)
        known = {fresh: Column("int"), key: self.columns[key].but(unique=False)} | columns
        self.add(f"group_by {fresh} = {part}({day}), {key} agg {', '.join(texts)}", frame, known)

    def split_last(self):
        """The last of every user's rows by hand: a place from the end, and a condition on it."""
        order = [name for name, column in self.columns.items() if column.unique and not column.nulls]
        keys = [name for name in self.plain("int", "str") if name not in order]
        if not order or not keys:
            return
        key, by, n, fresh = self.rng.choice(keys), order[0], self.rng.randint(1, 3), self.fresh()
        place = pl.col(by).rank("ordinal", descending=True).over(key)
        frame = self.frame.with_columns(place.alias(fresh)).filter(pl.col(fresh) <= n).drop(fresh)
        columns = self.columns
        self.add(
            f"with {fresh} = row_number() over ({key} order by {by} desc) | filter {fresh} <= {n} | drop {fresh}", frame, columns)

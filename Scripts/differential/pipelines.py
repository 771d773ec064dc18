"""Random pipelines, each as Lectern's text and as calls of polars."""
import re

import polars as pl
from expressions import Expressions, literal
from nested import Nested
from reshaping import Reshaping
from tables import Column
from whole_tables import WholeTables


class Pipeline(Nested, Reshaping, WholeTables):
    """Grows stage by stage; `frame` is what polars makes of the stages so far."""

    def __init__(self, rng, frame, columns, other, other_columns):
        self.rng = rng
        self.frame = frame
        self.columns = dict(columns)
        self.other = other
        self.other_columns = other_columns
        self.stages = []
        # The table before the first stage and after each.
        self.history = [frame]
        # Statements before the pipeline: lists of the session's.
        self.setup = []
        # Whether the last stage has to be an error: an overflow, a loss, a division by zero.
        self.fails = False

    def grow(self, stages):
        verbs = [
            self.filter, self.filter, self.with_, self.with_, self.select, self.drop, self.rename, self.group_by,
            self.group_by, self.agg, self.sort, self.sort, self.head, self.tail, self.slice, self.unique, self.join,
            self.join, self.semi_join, self.cross_join, self.concat, self.explode, self.value_counts, self.drop_nulls,
            self.fill_null, self.row_index, self.window, self.window, self.pivot, self.unpivot, self.lists,
            self.sample, self.describe, self.beside_rows, self.listed, self.computed_keys, self.around_aggregates,
            self.renamed_join, self.structs, self.sets, self.ranks, self.two_columns, self.swapped, self.whole_nulls,
            self.shape, self.schema, self.pivoted_aggregates, self.renamed_unpivot, self.grouped_by_parts, self.split_last,
        ]
        while len(self.stages) < stages:
            before = len(self.stages)
            has_lists = any(column.kind == "list" for column in self.columns.values())
            self.rng.choice([self.explode, self.lists, self.sets] if has_lists and self.rng.random() < 0.5 else verbs)()
            if len(self.stages) == before and self.stages and self.rng.random() < 0.02:
                break
        if self.rng.random() < 0.1:
            self.extreme()

    def add(self, text, frame, columns):
        self.stages.append(text)
        self.history.append(frame)
        self.frame = frame
        self.columns = columns

    @property
    def expressions(self):
        return Expressions(self.rng, self.columns)

    def plain(self, *kinds):
        """Names of the columns of some kinds; where none are given, of all that can be keys (DIFFERENCES: rounding)."""
        if kinds:
            return [name for name, column in self.columns.items() if column.kind in kinds]
        return [name for name, column in self.columns.items() if column.kind not in ("list", "struct") and not column.rounded]

    def some(self, names, most):
        return self.rng.sample(names, self.rng.randint(1, min(most, len(names)))) if names else []

    def fresh(self):
        number = len(self.stages)
        while f"c{number}" in self.columns:
            number += 1
        return f"c{number}"

    # Rows

    def filter(self):
        condition = self.expressions.condition(2)
        if condition is not None:
            columns = self.columns
            self.add(f"filter {condition.text}", self.frame.filter(condition.polars), columns)

    def keys_in_order(self, names, descending):
        """polars' sort keys for Lectern's order: null last, NaN before it (DIFFERENCES: order of NaN)."""
        keys, directions = [], []
        for name, down in zip(names, descending):
            keys.append(pl.col(name).is_null())
            directions.append(False)
            if self.columns[name].kind == "float":
                keys.append(pl.col(name).is_nan())
                directions.append(False)
            keys.append(pl.col(name))
            directions.append(down)
        return keys, directions

    def sort(self):
        names = self.some(self.plain(), 3)
        if not names:
            return
        descending = [self.rng.random() < 0.4 for _ in names]
        keys, directions = self.keys_in_order(names, descending)
        text = ", ".join(name + (" desc" if down else "") for name, down in zip(names, descending))
        frame = self.frame.sort(keys, descending=directions, nulls_last=True, maintain_order=True)
        self.add(f"sort {text}", frame, self.columns)

    def head(self):
        n = self.rng.choice([0, 1, 5, 20, -1, -5])
        self.add(f"head {n}", self.frame.head(n), self.columns)

    def tail(self):
        n = self.rng.choice([1, 5, 20, -1, -5])
        self.add(f"tail {n}", self.frame.tail(n), self.columns)

    def slice(self):
        start, count = self.rng.randint(-8, 8), self.rng.randint(0, 9)
        rows = self.frame.height
        first = max(0, rows + start) if start < 0 else start
        last = (rows + start if start < 0 else start) + count
        self.add(f"slice {start}, {count}", self.frame.slice(first, max(0, last - first)), self.columns)

    def unique(self):
        names = self.some(self.plain(), 2)
        if self.rng.random() < 0.2 and len(self.plain()) == len(self.columns):
            # By all columns.
            frame = self.frame.unique(keep="first", maintain_order=True)
            self.add("unique", frame, self.columns)
            return
        if not names:
            return
        keep = self.rng.choice(["first", "last", "none"])
        frame = self.frame.unique(names, keep=keep, maintain_order=True)
        self.add(f"unique {', '.join(names)} keep={keep}", frame, self.columns)

    def drop_nulls(self):
        names = self.some(list(self.columns), 2)
        self.add(f"drop_nulls {', '.join(names)}", self.frame.drop_nulls(names), self.columns)

    # Columns

    def with_(self):
        made = self.expressions.any()
        name = self.fresh() if self.rng.random() < 0.8 else self.rng.choice(list(self.columns))
        frame = self.frame.with_columns(made.polars.alias(name))
        rounded = any(column.rounded and re.search(rf"\b{other}\b", made.text) for other, column in self.columns.items())
        self.add(f"with {name} = {made.text}", frame, {**self.columns, name: made.column.but(rounded=rounded)})

    def extreme(self):
        """Arithmetic and conversions that may not fit: an error in Lectern (DIFFERENCES: overflow)."""
        rng = self.rng
        names = self.plain("int")
        if not names:
            return
        left, right, fresh = rng.choice(names), rng.choice(names), self.fresh()
        types = self.frame.schema[left], self.frame.schema[right]
        a, b = (pl.col(name).cast(pl.Int128) for name in (left, right))
        bits = 64
        which = rng.choice(["+", "-", "*", "//", "%", "cast", "try_cast", "negate"])
        if which in ("cast", "try_cast"):
            bits = rng.choice([8, 16, 32])
            text, exact = f"{which}({left}, i{bits})", a
        elif which == "negate":
            text, exact = f"-cast({left}, i64)", pl.lit(0, dtype=pl.Int128) - a
        else:
            text = f"cast({left}, i64) {which} cast({right}, i64)"
            if any(dtype.is_unsigned_integer() and dtype == pl.UInt64 for dtype in types):
                return
            safe = pl.when(b == 0).then(None).otherwise(b)
            exact = {"+": a + b, "-": a - b, "*": a * b, "//": a // safe, "%": a % safe}[which]
            zero = (a.is_not_null() & (b == 0)).any()
            if which in ("//", "%") and self.frame.select(zero).item():
                self.fails = True
        fits = exact.is_between(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        if which == "try_cast":
            exact = pl.when(fits).then(exact)
        elif not self.frame.select(fits.all()).item():
            self.fails = True
        if self.fails:
            self.stages.append(f"with {fresh} = {text}")
            return
        frame = self.frame.with_columns(exact.cast(pl.Int64).alias(fresh))
        self.add(f"with {fresh} = {text}", frame, {**self.columns, fresh: Column("int", small=False)})

    def select(self):
        names = self.some(list(self.columns), 6)
        made = self.expressions.any()
        name = self.fresh()
        frame = self.frame.select([pl.col(n) for n in names] + [made.polars.alias(name)])
        columns = {n: self.columns[n] for n in names} | {name: made.column}
        self.add(f"select {', '.join(names)}, {name} = {made.text}", frame, columns)

    def drop(self):
        if len(self.columns) > 4:
            name = self.rng.choice(list(self.columns))
            columns = {n: c for n, c in self.columns.items() if n != name}
            self.add(f"drop {name}", self.frame.drop(name), columns)

    def rename(self):
        old, new = self.rng.choice(list(self.columns)), self.fresh()
        columns = {new if n == old else n: c for n, c in self.columns.items()}
        self.add(f"rename {new} = {old}", self.frame.rename({old: new}), columns)

    def fill_null(self):
        name = self.rng.choice(list(self.columns))
        column = self.columns[name]
        if column.kind in ("int", "float", "str", "bool", "date") and (column.kind != "int" or column.small):
            value = literal(self.rng, column.kind)
            if self.frame.schema[name].is_unsigned_integer() or self.frame.schema[name] == pl.Int8:
                return
            filled = pl.col(name).fill_null(value.polars.cast(self.frame.schema[name]))
            self.add(
                f"fill_null {name} = {value.text}",
                self.frame.with_columns(filled),
                {**self.columns, name: column.but(nulls=False, unique=False)},
            )

    def row_index(self):
        name = self.fresh()
        frame = self.frame.with_row_index(name).with_columns(pl.col(name).cast(pl.Int64))
        self.add(f"row_index name={name}", frame, {name: Column("int", nulls=False, unique=True)} | self.columns)

    # Groups

    def aggregate(self):
        """An aggregate of some column: text, polars' expression, what is known of the result."""
        rng = self.rng
        name = rng.choice(list(self.columns))
        column, p = self.columns[name], pl.col(name)
        which = rng.choice(
            ["len", "count", "n_unique", "first", "last", "sum", "mean", "min", "max", "median", "quantile", "std", "var",
             "list", "unique", "any", "all", "mode", "corr"]
        )
        if which == "len":
            return "len()", pl.len(), Column("int", nulls=False)
        if which == "count":
            return f"count({name})", p.count(), Column("int", nulls=False)
        if column.kind in ("list", "struct") and which != "len":
            return None
        if which == "n_unique":
            return f"n_unique({name})", p.n_unique(), Column("int", nulls=False)
        if which in ("first", "last"):
            return f"{which}({name})", getattr(p, which)(), column.but(unique=False)
        if which in ("min", "max"):
            return f"{which}({name})", getattr(p, which)(), column.but(unique=False)
        if which in ("list", "unique"):
            values = p if which == "list" else p.unique(maintain_order=True)
            return f"{which}({name})", values.implode(), Column("list")
        if which in ("any", "all"):
            return (f"{which}({name})", getattr(p, which)(), Column("bool")) if column.kind == "bool" else None
        if which == "mode":
            if column.kind not in ("int", "str", "date"):
                return None
            return f"mode({name})", p.drop_nulls().mode().min(), column.but(unique=False)
        if column.kind not in ("int", "float"):
            return None
        if column.kind == "int" and not column.small:
            return None
        wide = p.cast(pl.Float64) if which != "sum" else p
        # Means and the like of f32 are f32: nine digits of them cannot be compared.
        written = f"cast({name}, f64)" if self.frame.schema[name] == pl.Float32 and which != "sum" else name
        if which == "sum":
            # DIFFERENCES: sums of narrow types
            total = p.cast(pl.Int64).sum() if column.kind == "int" else p.sum()
            return f"sum({name})", total, Column(
                column.kind, small=False, nans=column.nans, rounded=column.kind == "float")
        if which == "corr":
            # DIFFERENCES: correlation
            other = "y"
            if column.kind != "int" or other not in self.columns or self.columns[other].nans:
                return None
            both = pl.col(other).is_not_null() & p.is_not_null()
            polars = pl.when(both.sum() > 1).then(pl.corr(wide.filter(both), pl.col(other).filter(both)))
            return f"corr({written}, {other})", polars, Column("float", nans=True, rounded=True)
        result = Column("float", nans=True, rounded=True)
        if which == "quantile":
            share = rng.choice([0, 0.1, 0.25, 0.5, 0.9, 1])
            return f"quantile({written}, {share})", wide.quantile(share, "linear"), result
        return f"{which}({written})", getattr(wide, which)(), result

    def aggregates(self, taken):
        texts, polars, columns = [], [], {}
        for _ in range(self.rng.randint(1, 4)):
            made = self.aggregate()
            if made is None:
                continue
            name = f"a{len(self.stages)}_{len(texts)}"
            if name in taken:
                continue
            texts.append(f"{name} = {made[0]}")
            polars.append(made[1].alias(name))
            columns[name] = made[2]
        return texts, polars, columns

    def group_by(self):
        names = self.some(self.plain(), 2)
        texts, polars, columns = self.aggregates(names)
        if not names or not texts:
            return
        keys = {name: self.columns[name] for name in names}
        # A list of a group is the column itself to polars' group_by.
        frame = self.frame.group_by(names, maintain_order=True).agg(polars)
        self.add(f"group_by {', '.join(names)} agg {', '.join(texts)}", frame, keys | columns)

    def agg(self):
        # Right after `group_by k` it would be taken for a mistake.
        if self.rng.random() < 0.7 or (self.stages and re.match(r"group_by (?!.* agg )", self.stages[-1])):
            return
        texts, polars, columns = self.aggregates([])
        if texts:
            self.add(f"agg {', '.join(texts)}", self.frame.select(polars), columns)

    def value_counts(self):
        name = self.rng.choice(self.plain() or ["u"])
        if name not in self.columns or name in ("len", "share", "cumulative") or self.rng.random() < 0.6:
            return
        counts = self.frame.group_by(name, maintain_order=True).len()
        keys, directions = self.keys_in_order([name], [False])
        counts = counts.sort([pl.col("len"), *keys], descending=[True, *directions], nulls_last=True, maintain_order=True)
        total = pl.col("len").sum()
        counts = counts.with_columns(share=pl.col("len") / total, cumulative=pl.col("len").cum_sum() / total)
        columns = {name: self.columns[name], "len": Column("int"), "share": Column("float"), "cumulative": Column("float")}
        self.add(f"value_counts {name}", counts, columns)

    def window(self):
        rng = self.rng
        keys = self.some(self.plain("int", "str", "bool", "date"), 2)
        order = [name for name, column in self.columns.items() if column.unique and not column.nulls and name not in keys]
        if not keys:
            return
        name, result = self.fresh(), None
        which = rng.choice(["aggregate", "aggregate", "row_number", "rank", "dense_rank", "lag", "lead", "cum_sum", "cum_max"])
        key = ", ".join(keys)
        if which == "aggregate":
            made = self.aggregate()
            if made is None or made[2].kind == "list" or "implode" in str(made[1]):
                return
            over = f"over {keys[0]}" if len(keys) == 1 else f"over ({key})"
            text, polars, result = f"{made[0]} {over}", made[1].over(keys), made[2]
        elif which in ("row_number", "rank", "dense_rank"):
            # Ranks by columns without nulls (DIFFERENCES: ranks of nulls).
            ranked = [n for n in self.plain("int") if not self.columns[n].nulls and n not in keys]
            if not ranked:
                return
            by, down = rng.choice(ranked), rng.random() < 0.5
            method = {"row_number": "ordinal", "rank": "min", "dense_rank": "dense"}[which]
            text = f"{which}() over ({key} order by {by}{' desc' if down else ''})"
            polars = pl.col(by).rank(method, descending=down).over(keys)
            result = Column("int", nulls=False)
        else:
            values = self.plain("int") if which.startswith("cum") else self.plain()
            values = [n for n in values if self.columns[n].small or not which.startswith("cum")]
            if not order or not values:
                return
            value, by = rng.choice(values), rng.choice(order)
            down = rng.random() < 0.4
            p = pl.col(value)
            if which in ("lag", "lead"):
                n = rng.randint(1, 3)
                call, polars = f"{which}({value}, {n})", p.shift(n if which == "lag" else -n)
            elif which == "cum_sum":
                call, polars = f"cum_sum({value})", p.cast(pl.Int64).cum_sum()
            else:
                call, polars = f"cum_max({value})", p.cum_max()
            text = f"{call} over ({key} order by {by}{' desc' if down else ''})"
            polars = polars.over(keys, order_by=by, descending=down)
            result = self.columns[value].but(unique=False, nulls=True, small=self.columns[value].small and which != "cum_sum")
        frame = self.frame.with_columns(polars.alias(name))
        self.add(f"with {name} = {text}", frame, {**self.columns, name: result})

    def ranks(self):
        """Places in an order of all rows, without a key: by a column that never repeats."""
        order = [name for name, column in self.columns.items() if column.unique and not column.nulls]
        if not order:
            return
        by, down, fresh = self.rng.choice(order), self.rng.random() < 0.5, self.fresh()
        values = self.rng.choice(self.plain("int", "str", "date") or [by])
        which = self.rng.choice(["row_number", "lag", "first"])
        p = pl.col(values)
        text, polars, column = {
            "row_number": ("row_number()", pl.col(by).rank("ordinal", descending=down), Column("int", nulls=False)),
            "lag": (f"lag({values}, 2)", p.sort_by(by, descending=down).shift(2), self.columns[values].but(unique=False, nulls=True)),
            "first": (f"first({values})", p.sort_by(by, descending=down).first(), self.columns[values].but(unique=False, nulls=True)),
        }[which]
        if which == "lag":
            # Back from the order to the rows.
            place = (pl.col(by).rank("ordinal", descending=down) - 1).cast(pl.Int64)
            polars = polars.gather(place)
        frame = self.frame.with_columns(polars.alias(fresh))
        self.add(f"with {fresh} = {text} over (order by {by}{' desc' if down else ''})", frame, {**self.columns, fresh: column})

    # Several tables

    def shared_keys(self):
        names = [
            name
            for name, column in self.columns.items()
            if name in self.other_columns
            and column.kind in ("int", "str", "bool", "date", "moment", "float")
            and self.frame.schema[name] == self.other.schema[name]
        ]
        return self.some(names, 2)

    def join(self):
        keys = self.shared_keys()
        rest = [name for name in self.other_columns if name not in keys]
        clashes = [name for name in rest if name in self.columns]
        if any(key + "_right" in self.columns or key + "_right" in rest for key in keys):
            return
        if not keys or any(name + "_right" in self.columns or name + "_right" in rest for name in clashes):
            return
        if self.frame.height * self.other.height > 200_000:
            return
        verb, how = self.rng.choice([("join", "inner"), ("left_join", "left"), ("full_join", "full")])
        frame = self.frame.join(
            self.other, on=keys, how=how, coalesce=True, maintain_order="left_right", suffix="_right"
        )
        columns = {name: column.but(unique=False, nulls=True) for name, column in self.columns.items()}
        for name in rest:
            columns[name + "_right" if name in clashes else name] = self.other_columns[name].but(unique=False, nulls=True)
        self.add(f"{verb} other on {', '.join(keys)}", frame.select(list(columns)), columns)

    def semi_join(self):
        keys = self.shared_keys()
        if not keys:
            return
        verb, how = self.rng.choice([("semi_join", "semi"), ("anti_join", "anti")])
        frame = self.frame.join(self.other, on=keys, how=how, maintain_order="left")
        self.add(f"{verb} other on {', '.join(keys)}", frame, self.columns)

    def cross_join(self):
        if self.frame.height > 60 or self.other.height > 60 or self.rng.random() < 0.5:
            return
        if set(self.columns) & {name + "_right" for name in self.other_columns}:
            return
        frame = self.frame.join(self.other, how="cross", maintain_order="left_right")
        columns = {name: column.but(unique=False) for name, column in self.columns.items()}
        for name, column in self.other_columns.items():
            columns[name + "_right" if name in columns else name] = column.but(unique=False)
        self.add("cross_join other", frame, columns)

    def concat(self):
        # The table below itself, its columns in another order.
        if self.frame.height > 4000 or not self.is_only_of_source():
            return
        columns = {name: column.but(unique=False) for name, column in self.columns.items()}
        order = list(self.other_columns)
        self.rng.shuffle(order)
        if set(order) != set(self.columns) or self.frame.schema != pl.Schema(
            {name: self.other.schema[name] for name in self.frame.columns}
        ):
            return
        frame = pl.concat([self.frame, self.other.select(self.frame.columns)])
        self.add(f"concat (other | select {', '.join(order)})", frame, columns)

    def is_only_of_source(self):
        return set(self.columns) == set(self.other_columns)

    # Shapes

    def pivot(self):
        on = self.rng.choice(self.plain("int", "str", "bool") or [None])
        rows = self.rng.choice(self.plain("int", "str", "date") or [None])
        if on is None or rows is None or on == rows or self.rng.random() < 0.5:
            return
        values = self.frame[on].unique(maintain_order=True)
        names = ["null" if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in values]
        if len(values) > 40 or rows in names or len(set(names)) < len(names) or not self.frame.height:
            return
        frame = self.frame.group_by(rows, maintain_order=True).agg(
            [
                pl.when((pl.col(on).eq_missing(pl.lit(value, dtype=self.frame.schema[on]))).any())
                .then(pl.col(on).eq_missing(pl.lit(value, dtype=self.frame.schema[on])).sum())
                .alias(name)
                for value, name in zip(values, names)
            ]
        )
        columns = {rows: self.columns[rows]} | {name: Column("int") for name in names}
        self.add(f"pivot rows={rows} columns={on}", frame, columns)
        # New names are data: what follows would have to quote them.
        self.stages_end()

    def stages_end(self):
        self.columns = {name: column for name, column in self.columns.items() if name not in ("null", "true", "false") and name.isidentifier() and name.isascii()}
        self.add(f"select {', '.join(self.columns)}", self.frame.select(list(self.columns)), self.columns)

    def unpivot(self):
        names = self.some(self.plain("int"), 2)
        if len(names) < 2 or {"variable", "value"} & set(self.columns) or self.rng.random() < 0.5:
            return
        types = {self.frame.schema[name] for name in names}
        if len(types) > 1:
            return
        kept = [name for name in self.columns if name not in names]
        frame = self.frame.unpivot(on=names, index=kept)
        columns = {name: self.columns[name].but(unique=False) for name in kept}
        small = all(self.columns[name].small for name in names)
        columns |= {"variable": Column("str"), "value": Column("int", small=small)}
        self.add(f"unpivot {', '.join(names)}", frame.select(list(columns)), columns)


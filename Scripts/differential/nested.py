"""Random stages on lists and structs; a part of `Pipeline`."""
import polars as pl
from expressions import literal
from tables import Column


def kind_of(dtype):
    if dtype.is_integer():
        return "int"
    if dtype.is_float():
        return "float"
    return {pl.String: "str", pl.Boolean: "bool", pl.Date: "date"}.get(dtype, "moment" if dtype == pl.Datetime else None)


def key_of(value):
    """What tells elements apart: NaN equals itself, and true is not 1."""
    return (type(value).__name__, "nan" if value != value else value)


def distinct(elements):
    first = {}
    for element in elements:
        first.setdefault(key_of(element), element)
    return list(first.values())


SETS = {
    "set_intersect": lambda a, b: distinct([e for e in a if key_of(e) in {key_of(o) for o in b}]),
    "set_union": lambda a, b: distinct(a + b),
    "set_difference": lambda a, b: distinct([e for e in a if key_of(e) not in {key_of(o) for o in b}]),
}


class Nested:
    def of_kind(self, kind):
        return [name for name, column in self.columns.items() if column.kind == kind]

    def explode(self):
        lists = self.of_kind("list")
        if not lists:
            return
        name = self.rng.choice(lists)
        kind = kind_of(self.frame.schema[name].inner)
        if kind is None or self.frame.height > 2000:
            return
        columns = {n: c.but(unique=False) for n, c in self.columns.items()}
        columns[name] = Column(kind, small=False, nans=kind == "float")
        keep = self.rng.random() < 0.5
        # DIFFERENCES: explode
        frame = self.frame.explode(name, empty_as_null=keep, keep_nulls=keep)
        self.add(f"explode {name}{' keep=empty' if keep else ''}", frame, columns)

    def lists(self):
        names = self.of_kind("list")
        if not names:
            return
        name, fresh = self.rng.choice(names), self.fresh()
        inner = self.frame.schema[name].inner
        kind, p = kind_of(inner), pl.col(name).list
        if kind is None:
            return
        element = Column(kind, small=False, nans=True)
        start, count = self.rng.randint(-3, 3), self.rng.randint(0, 3)
        makers = {
            f"list_len({name})": (p.len(), Column("int")),
            f"list_get({name}, {start})": (p.get(start, null_on_oob=True), element),
            f"list_first({name})": (p.first(), element),
            f"list_last({name})": (p.last(), element),
            f"list_slice({name}, {start}, {count})": (p.slice(start, count), Column("list")),
            f"list_reverse({name})": (p.reverse(), Column("list")),
            f"list_unique({name})": (p.unique(maintain_order=True), Column("list")),
        }
        if kind in ("int", "str", "date"):
            makers[f"list_sort({name})"] = (p.sort(nulls_last=True), Column("list"))
            makers[f"list_min({name})"] = (p.min(), element)
            makers[f"list_max({name})"] = (p.max(), element)
        if kind in ("int", "str"):
            wanted = literal(self.rng, kind)
            if inner.is_unsigned_integer() and wanted.text.startswith("("):
                # polars has no such value to look for.
                return
            makers[f"list_contains({name}, {wanted.text})"] = (p.contains(wanted.polars.cast(inner)), Column("bool"))
        if kind == "int":
            makers[f"list_sum({name})"] = (p.sum(), Column("int", small=False))
            makers[f"list_mean({name})"] = (p.mean(), Column("float", rounded=True))
        text = self.rng.choice(list(makers))
        polars, column = makers[text]
        self.add(f"with {fresh} = {text}", self.frame.with_columns(polars.alias(fresh)), {**self.columns, fresh: column})

    def sets(self):
        """Set operations keep the order of first appearance; polars' have none, so Python does them."""
        names = self.of_kind("list")
        pairs = [(a, b) for a in names for b in names if self.frame.schema[a] == self.frame.schema[b]]
        pairs = [pair for pair in pairs if kind_of(self.frame.schema[pair[0]].inner) is not None]
        if not pairs or self.frame.height > 500:
            return
        (a, b), which, fresh = self.rng.choice(pairs), self.rng.choice(list(SETS)), self.fresh()
        found = [
            None if x is None or y is None else SETS[which](x, y)
            for x, y in zip(self.frame[a].to_list(), self.frame[b].to_list())
        ]
        made = pl.Series(fresh, found, dtype=self.frame.schema[a])
        self.add(f"with {fresh} = {which}({a}, {b})", self.frame.with_columns(made), {**self.columns, fresh: Column("list")})

    def structs(self):
        """Fields of structs, and structs taken apart."""
        names = self.of_kind("struct")
        if not names:
            return
        name, rng = self.rng.choice(names), self.rng
        fields = self.frame.schema[name].fields
        if rng.random() < 0.4 and not {field.name for field in fields} & set(self.columns):
            columns = {}
            for own, column in self.columns.items():
                columns |= {f.name: Column(kind_of(f.dtype)) for f in fields} if own == name else {own: column}
            self.add(f"unnest {name}", self.frame.unnest(name), columns)
            return
        field, fresh = rng.choice(fields), self.fresh()
        frame = self.frame.with_columns(pl.col(name).struct.field(field.name).alias(fresh))
        self.add(f"with {fresh} = {name}.{field.name}", frame, {**self.columns, fresh: Column(kind_of(field.dtype))})

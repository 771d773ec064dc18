"""Expressions as a user of polars writes them."""
import calendar_rules
import polars as pl
from meaning_types import TypeRefusal, is_float, parsed, to_polars

COMPARE = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "//": lambda a, b: a // b, "%": lambda a, b: a % b, "**": lambda a, b: a**b, "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
}


class NotThere(Exception):
    """What a peer has no expression for."""


def said(node, meaning):
    """The polars expression of a tree."""
    go = lambda other: said(other, meaning)
    p = node.parts
    match node.kind:
        case "literal": return pl.lit(node.value)
        case "name": return pl.col(node.value)
        case "typed": return go(p[0])
        case "list": return pl.concat_list([go(part) for part in p])
        case "field": return go(p[0]).struct.field(node.value)
        case "null": return go(p[0]).is_not_null() if node.value else go(p[0]).is_null()
        case "if": return pl.when(go(p[0])).then(go(p[1])).otherwise(go(p[2]))
        case "unary": return ~go(p[0]) if node.value == "not" else -go(p[0])
        case "in": return member(node, meaning)
        case "binary":
            left, right = (moment(part, other, meaning) for part, other in ((p[0], p[1]), (p[1], p[0])))
            types = [meaning.type(part)[0] for part in p]
            if node.value in ("+", "-") and types[0] in ("date", "datetime") and types[1] in ("i64", "i32", "i8", "i16", "u8"):
                right = pl.duration(days=right)
            made = COMPARE[node.value](left, right)
            return made.dt.total_days() if types == ["date", "date"] and node.value == "-" else made
        case "call": return call(node, meaning)
    raise NotThere(node.kind)


def moment(node, other, meaning):
    """A text beside a moment, read as one."""
    wanted = meaning.type(other)
    if node.kind == "literal" and isinstance(node.value, str) and wanted[0] in ("date", "time", "datetime"):
        kind, ticks = calendar_rules.read(node.value, wanted)
        dtype = {"date": pl.Date, "time": pl.Time}.get(kind, pl.Datetime("ns"))
        unit = pl.Int32 if kind == "date" else pl.Int64
        return pl.lit(pl.Series([ticks], dtype=unit).cast(dtype).cast(pl.Datetime(wanted[1])) if kind == "datetime" and wanted[0] == "datetime" and ticks % {"ms": 10**6, "us": 1000, "ns": 1}[wanted[1]] == 0 else pl.Series([ticks], dtype=unit).cast(dtype)).first()
    return said(node, meaning)


def member(node, meaning):
    operand, wanted = said(node.parts[0], meaning), node.parts[1]
    if wanted.kind == "session":
        raise NotThere("lists of the session")
    if wanted.kind != "list":
        found = said(wanted, meaning).list.contains(operand)
    elif not wanted.parts:
        found = pl.when(operand.is_not_null()).then(pl.lit(False))
    else:
        # Element by element, as `x == a or x == b`: `is_in` refuses lists of another type.
        known = [moment(part, node.parts[0], meaning) for part in wanted.parts if part.value is not None or part.kind != "literal"]
        found = pl.any_horizontal([operand == element for element in known]) if known else pl.when(operand.is_not_null()).then(pl.lit(False))
    return ~found if node.value else found


def call(node, meaning):
    name = node.value
    if name in ("cast", "try_cast"):
        wanted, operand = parsed(node.parts[1].value), said(node.parts[0], meaning)
        own = meaning.type(node.parts[0])
        if own == ("str",) and wanted[0] == "datetime":
            return operand.str.to_datetime(time_unit=wanted[1], strict=name == "cast")
        if own == ("str",) and wanted == ("date",):
            return operand.str.to_date("%Y-%m-%d", strict=name == "cast")
        if own == ("str",) and wanted == ("time",):
            return operand.str.to_time(strict=name == "cast")
        return operand.cast(to_polars(wanted), strict=name == "cast")
    a = [said(part, meaning) for part in node.parts]
    constants = [part.value for part in node.parts]
    makers = {
        "abs": lambda: a[0].abs(), "sign": lambda: a[0].sign(), "floor": lambda: a[0].floor(), "ceil": lambda: a[0].ceil(),
        "round": lambda: a[0].round(constants[1] if len(a) > 1 else 0), "clip": lambda: a[0].clip(a[1], a[2]),
        "least": lambda: pl.min_horizontal(a), "greatest": lambda: pl.max_horizontal(a), "coalesce": lambda: pl.coalesce(a),
        "is_nan": lambda: a[0].is_nan(), "date": lambda: pl.date(*a) if len(a) == 3 else a[0].dt.date(), "truncate": lambda: a[0].dt.truncate(constants[1]),
        "list_contains": lambda: a[0].list.contains(a[1]), "length": lambda: a[0].str.len_chars(),
        "list_len": lambda: a[0].list.len(), "matches": lambda: a[0].str.contains(constants[1]),
    }
    if name in calendar_rules.PARTS:
        return getattr(a[0].dt, name)()
    if name not in makers:
        raise NotThere(name)
    return makers[name]()

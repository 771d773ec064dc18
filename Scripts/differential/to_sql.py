"""Expressions in DuckDB's SQL.

If the same text has another meaning in SQL (`//` rounds to zero, a list's distinct elements have no order), it is written so
that it means the same as in Lectern; `said_otherwise` counts this, by the names of docs/DIFFERENCES.md.
"""
import collections
import re

from meaning_types import TypeRefusal, is_decimal, is_float, is_integer, parsed, written
from to_polars import NotThere

TYPES = {
    "bool": "BOOLEAN", "i8": "TINYINT", "i16": "SMALLINT", "i32": "INTEGER", "i64": "BIGINT", "u8": "UTINYINT",
    "u16": "USMALLINT", "u32": "UINTEGER", "u64": "UBIGINT", "f32": "FLOAT", "f64": "DOUBLE", "str": "VARCHAR",
    "binary": "BLOB", "date": "DATE", "time": "TIME_NS", "datetime": {"ms": "TIMESTAMP_MS", "us": "TIMESTAMP", "ns": "TIMESTAMP_NS"},
}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks", "mo": "months", "q": "quarters", "y": "years"}
SIMPLE = {
    "abs": "abs({0})", "floor": "floor({0})", "ceil": "ceil({0})", "sqrt": "sqrt({0})", "exp": "exp({0})", "log": "ln({0})",
    "sign": "sign({0})", "is_nan": "isnan({0})", "lower": "lower({0})", "upper": "upper({0})", "length": "length({0})",
    "starts_with": "starts_with({0}, {1})", "ends_with": "ends_with({0}, {1})", "contains": "contains({0}, {1})",
    "replace": "replace({0}, {1}, {2})", "split": "string_split({0}, {1})", "year": "year({0})", "month": "month({0})",
    "day": "day({0})", "weekday": "isodow({0})", "week": "weekofyear({0})", "hour": "hour({0})", "list_len": "len({0})",
    "list_first": "{0}[1]", "list_last": "{0}[-1]", "list_reverse": "list_reverse({0})", "list_mean": "list_avg({0})",
    "list_sort": "list_sort({0}, 'ASC', 'NULLS LAST')", "list_min": "list_min({0})", "list_max": "list_max({0})",
    "list_sum": "CASE WHEN {0} IS NOT NULL THEN coalesce(list_sum({0}), 0) END",
    "clip": "CASE WHEN {0} < {1} THEN {1} WHEN {0} > {2} THEN {2} ELSE {0} END",
}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def text(value):
    return "'" + value.replace("'", "''") + "'"


def sql_type(type):
    if type[0] == "list":
        return sql_type(type[1]) + "[]"
    if type[0] == "decimal":
        return f"DECIMAL({type[1]}, {type[2]})"
    if type[0] == "datetime":
        return TYPES["datetime"][type[1]]
    if type[0] == "duration":
        return "INTERVAL"
    if type[0] not in TYPES:
        raise NotThere(written(type))
    return TYPES[type[0]]


class SQL:
    """Writes expressions over columns whose types `meaning` knows."""

    def __init__(self, meaning, said_otherwise=None, lists=None):
        self.meaning = meaning
        # The session's lists, as queries.
        self.lists = lists or {}
        self.said_otherwise = said_otherwise if said_otherwise is not None else collections.Counter()

    def otherwise(self, name):
        self.said_otherwise[name] += 1

    def say(self, node):
        p = node.parts
        match node.kind:
            case "literal": return self.literal(node.value)
            case "name": return quoted(node.value)
            case "typed": return self.say(p[0])
            # An aggregate or a window that is in SQL already.
            case "said": return node.value
            case "list": return "[" + ", ".join(map(self.say, p)) + "]"
            case "field": return f"struct_extract({self.say(p[0])}, {text(node.value)})"
            case "null": return f"({self.say(p[0])} IS {'NOT ' if node.value else ''}NULL)"
            case "if": return f"CASE WHEN {self.say(p[0])} THEN {self.say(p[1])} ELSE {self.say(p[2])} END"
            case "unary": return f"(NOT {self.say(p[0])})" if node.value == "not" else f"(-({self.say(p[0])}))"
            case "in": return self.member(node)
            case "binary": return self.binary(node)
            case "call": return self.call(node)
        raise NotThere(node.kind)

    def literal(self, value):
        if value is None:
            return "NULL"
        if isinstance(value, str):
            return text(value)
        if isinstance(value, float):
            # Without an exponent it were a decimal.
            return f"CAST('{value!r}' AS DOUBLE)"
        return str(value).upper() if isinstance(value, bool) else f"({value})" if value < 0 else str(value)

    def binary(self, node):
        op, (left, right) = node.value, node.parts
        a, b = self.operand(left, right), self.operand(right, left)
        types = [self.meaning.type(part) for part in node.parts]
        if op in ("and", "or", "<", "<=", ">", ">="):
            return f"({a} {op.upper()} {b})"
        if op in ("==", "!="):
            return f"({a} {'=' if op == '==' else '<>'} {b})"
        if any(t[0] in ("date", "time", "datetime", "duration") for t in types):
            return self.moments(op, a, types[0], b, types[1])
        if op in ("//", "%") and any(map(is_decimal, types)):
            raise NotThere("// and % of decimals")
        if op == "//":
            self.otherwise("`//` and `%` of negative numbers")
            if any(map(is_float, types)):
                return f"floor({a} / {b})"
            return f"(({a} // {b}) - CASE WHEN {a} % {b} <> 0 AND ({a} < 0) <> ({b} < 0) THEN 1 ELSE 0 END)"
        if op == "%":
            self.otherwise("`//` and `%` of negative numbers")
            return f"({a} % {b} + CASE WHEN {a} % {b} <> 0 AND ({a} < 0) <> ({b} < 0) THEN {b} ELSE 0 END)"
        if op == "**":
            made = f"({a} ** {b})"
            return f"CAST({made} AS BIGINT)" if is_integer(self.meaning.type(node)) else made
        return f"({a} {op} {b})"

    def operand(self, node, other):
        wanted = self.meaning.type(other)
        if node.kind == "literal" and isinstance(node.value, str) and wanted[0] in ("date", "time", "datetime"):
            kind = "TIME_NS" if wanted[0] == "time" else "TIMESTAMP_NS" if len(node.value) > 10 else "DATE"
            return f"{kind} {text(node.value)}"
        return self.say(node)

    def moments(self, op, a, left, b, right):
        if is_integer(left) or left[0] == "duration" and right[0] == "datetime":
            a, left, b, right = b, right, a, left
        if is_integer(right):
            if left[0] == "date":
                # DuckDB casts the number beside a null date too, where it may not fit.
                return f"(CASE WHEN {a} IS NOT NULL THEN {a} {op} CAST({b} AS INTEGER) END)"
            return f"({a} {op} {b})" if op == "*" else f"CAST({a} {op} to_days(CAST({b} AS INTEGER)) AS {sql_type(left)})"
        if op == "/":
            return f"(epoch_us({a}) / epoch_us({b}))"
        if op == "-" and {left[0], right[0]} == {"date", "datetime"}:
            return f"(CAST({a} AS TIMESTAMP) - CAST({b} AS TIMESTAMP))"
        return f"({a} {op} {b})"

    def member(self, node):
        operand, wanted = node.parts
        value = self.say(operand)
        if wanted.kind == "session":
            made = f"CASE WHEN {value} IS NOT NULL THEN {value} IN ({self.lists[wanted.value]}) END"
        elif wanted.kind != "list":
            made = f"list_contains({self.say(wanted)}, {value})"
        elif not wanted.parts or all(part.value is None and part.kind == "literal" for part in wanted.parts):
            made = f"CASE WHEN {value} IS NOT NULL THEN FALSE END"
        else:
            known = [part for part in wanted.parts if part.kind != "literal" or part.value is not None]
            if len(known) < len(wanted.parts):
                # `x in (1, null)` is null where x is not 1.
                self.otherwise("nulls in a list")
            made = f"{value} IN ({', '.join(self.operand(part, operand) for part in known)})"
        return f"(NOT ({made}))" if node.value else f"({made})"

    def call(self, node):
        name, p = node.value, node.parts
        if node.over is not None or name in ("len", "count", "sum"):
            raise NotThere(f"{name} beside rows")
        if name in ("cast", "try_cast"):
            return self.cast(node)
        a = [self.say(part) for part in p]
        own = self.meaning.type(p[0])
        if name == "sign" and is_float(own):
            return f"CASE WHEN isnan({a[0]}) THEN {a[0]} ELSE CAST(sign({a[0]}) AS DOUBLE) END"
        if name in SIMPLE:
            return SIMPLE[name].format(*a)
        match name:
            case "coalesce" | "least" | "greatest": return f"{name}({', '.join(a)})"
            case "round": return f"round_even({a[0]}, {a[1] if len(a) > 1 else 0})"
            case "log1p": return f"ln(1 + {a[0]})"
            case "concat": return "(" + " || ".join(f"CAST({one} AS VARCHAR)" for one in a) + ")"
            case "slice":
                start, end = self.range(p, f"length({a[0]})")
                return f"substring({a[0]}, {start} + 1, greatest({end} - {start}, 0))"
            case "list_slice":
                start, end = self.range(p, f"len({a[0]})")
                return f"{a[0]}[{start} + 1:{end}]"
            case "trim":
                self.otherwise("`trim`")
                return f"trim({a[0]}, ' \u00a0\t\n')"
            case "matches" | "extract": return self.pattern(name, p, a)
            case "date": return f"make_date({', '.join(a)})" if len(a) == 3 else f"CAST({a[0]} AS DATE)"
            case "truncate": return self.truncate(a[0], own, p[1].value)
            case "list_get": return f"{a[0]}[{p[1].value + (p[1].value >= 0)}]"
            case "list_contains": return f"list_contains({a[0]}, {a[1]})"
            case "list_unique": return self.distinct(a[0])
            case "set_union": return self.distinct(f"CASE WHEN {a[0]} IS NOT NULL AND {a[1]} IS NOT NULL THEN {a[0]} || {a[1]} END")
            case "set_intersect" | "set_difference":
                sign = "> 0" if name == "set_intersect" else "= 0"
                kept = f"list_filter({a[0]}, lambda e: coalesce(list_position({a[1]}, e), 0) {sign})"
                return f"CASE WHEN {a[1]} IS NOT NULL THEN {self.distinct(kept)} END"
        raise NotThere(name)

    def distinct(self, elements):
        self.otherwise("set operations")
        return f"list_filter({elements}, lambda e, i: list_position({elements}, e) = i)"

    def range(self, parts, length):
        """Where a slice begins and ends, which may count from the end."""
        start, count = parts[1].value, parts[2].value
        first = f"({length} + ({start}))" if start < 0 else str(start)
        return f"greatest({first}, 0)", f"greatest(least({length}, {first} + {count}), 0)"

    def pattern(self, name, p, a):
        pattern = p[1].value
        if re.search(r"\\[bBwWsS]", pattern):
            raise NotThere("classes of letters in patterns beyond ASCII")
        if name == "matches":
            return f"regexp_matches({a[0]}, {a[1]})"
        # Without a match it gives an empty text.
        return f"CASE WHEN regexp_matches({a[0]}, {a[1]}) THEN regexp_extract({a[0]}, {a[1]}, {a[2]}) END"

    def truncate(self, value, type, every):
        count, unit = re.fullmatch(r"(\d+)(\w+)", every).groups()
        self.otherwise("pieces of time")
        origin = "DATE '1970-01-05'" if unit == "w" else "DATE '1970-01-01'"
        return f"CAST(time_bucket(INTERVAL '{count} {UNITS[unit]}', {value}, {origin}) AS {sql_type(type)})"

    def cast(self, node):
        operand, wanted = node.parts[0], parsed(node.parts[1].value)
        own, value = self.meaning.type(operand), self.say(operand)
        times = ("date", "time", "datetime", "duration")
        while own[0] == wanted[0] == "list":
            own, wanted = own[1], wanted[1]
        if own[0] in times and is_integer(wanted) or is_integer(own) and wanted[0] in times or own == ("binary",) or wanted == ("binary",):
            raise NotThere(f"{own[0]} as {wanted[0]}")
        if own[0] == wanted[0] == "duration":
            raise NotThere("units of durations")
        return f"{'CAST' if node.value == 'cast' else 'TRY_CAST'}({value} AS {sql_type(self.meaning.type(node))})"

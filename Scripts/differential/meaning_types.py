"""Lectern's types as tuples, and the types that expressions have: by the rules of LANGUAGE and DIFFERENCES, not by the engine.

A type is `("i64",)`, `("decimal", 10, 2)`, `("datetime", "us")`, `("list", element)` and so on.
"""
import re
from fractions import Fraction

import numpy
import polars as pl

WIDTHS = {"i8": 8, "i16": 16, "i32": 32, "i64": 64, "u8": 8, "u16": 16, "u32": 32, "u64": 64}
TICKS = {"ms": 1_000_000, "us": 1000, "ns": 1}
POLARS = {
    "bool": pl.Boolean, "i8": pl.Int8, "i16": pl.Int16, "i32": pl.Int32, "i64": pl.Int64, "u8": pl.UInt8, "u16": pl.UInt16,
    "u32": pl.UInt32, "u64": pl.UInt64, "f32": pl.Float32, "f64": pl.Float64, "str": pl.String, "binary": pl.Binary,
    "date": pl.Date, "time": pl.Time, "null": pl.Null,
}


class TypeRefusal(Exception):
    """Two types that do not meet, a function that does not take one: said before any row is looked at."""


def parsed(text):
    text = text.strip()
    if match := re.fullmatch(r"(datetime|duration)\[(\w+)\]", text):
        return match[1], match[2]
    if match := re.fullmatch(r"decimal\[(\d+), ?(\d+)\]", text):
        return "decimal", int(match[1]), int(match[2])
    if match := re.fullmatch(r"list\[(.*)\]", text):
        return "list", parsed(match[1])
    return (text,)


def written(type):
    if type[0] in ("datetime", "duration"):
        return f"{type[0]}[{type[1]}]"
    if type[0] == "decimal":
        return f"decimal[{type[1]},{type[2]}]"
    return f"list[{written(type[1])}]" if type[0] == "list" else type[0]


def to_polars(type):
    match type:
        case ("decimal", precision, scale): return pl.Decimal(precision, scale)
        case ("datetime", unit): return pl.Datetime(unit)
        case ("duration", unit): return pl.Duration(unit)
        case ("list", element): return pl.List(to_polars(element))
        case ("struct", fields): return pl.Struct({name: to_polars(inner) for name, inner in fields})
        case (name,): return POLARS[name]


def of_polars(dtype):
    if isinstance(dtype, pl.Decimal):
        return "decimal", dtype.precision, dtype.scale
    if isinstance(dtype, pl.Datetime):
        return "datetime", dtype.time_unit
    if isinstance(dtype, pl.Duration):
        return "duration", dtype.time_unit
    if isinstance(dtype, pl.List):
        return "list", of_polars(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return "struct", tuple((f.name, of_polars(f.dtype)) for f in dtype.fields)
    return (next(name for name, own in POLARS.items() if own == dtype),)


def is_integer(type):
    return type[0] in WIDTHS


def is_float(type):
    return type[0] in ("f32", "f64")


def is_decimal(type):
    return type[0] == "decimal"


def is_number(type):
    return is_integer(type) or is_float(type) or is_decimal(type)


def is_signed(type):
    return type[0][0] == "i"


def limits(type):
    """The least and the greatest whole number of a type."""
    bits = WIDTHS[type[0]]
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed(type) else (0, 2**bits - 1)


def holds(type, number):
    """Whether a type of whole or decimal numbers has a number."""
    if is_integer(type):
        least, greatest = limits(type)
        return number == int(number) and least <= number <= greatest
    scaled = Fraction(number) * 10 ** type[2]
    return scaled.denominator == 1 and abs(scaled) < 10 ** type[1]


def finer(a, b):
    return a if TICKS[a] <= TICKS[b] else b


def common(a, b):
    """The type in which values of two types stand side by side; None where there is none."""
    if a == b or b == ("null",):
        return a
    if a == ("null",):
        return b
    if is_number(a) and is_number(b):
        return common_number(a, b)
    if a[0] == b[0] and a[0] in ("datetime", "duration"):
        return a[0], finer(a[1], b[1])
    if {a[0], b[0]} == {"date", "datetime"}:
        return a if a[0] == "datetime" else b
    if a[0] == b[0] == "list":
        inner = common(a[1], b[1])
        return ("list", inner) if inner else None
    return None


def common_number(a, b):
    if is_decimal(a) and is_decimal(b):
        scale = max(a[2], b[2])
        return "decimal", min(38, max(a[1] - a[2], b[1] - b[2]) + scale), scale
    if is_decimal(a) or is_decimal(b):
        own, other = (a, b) if is_decimal(a) else (b, a)
        return ("f64",) if is_float(other) else ("decimal", 38, own[2])
    if is_float(a) and is_float(b):
        return ("f64",)
    if is_float(a) or is_float(b):
        own, other = (a, b) if is_float(a) else (b, a)
        return ("f32",) if own == ("f32",) and WIDTHS[other[0]] <= 16 else ("f64",)
    if is_signed(a) == is_signed(b):
        return a if WIDTHS[a[0]] >= WIDTHS[b[0]] else b
    signed, unsigned = (a, b) if is_signed(a) else (b, a)
    bits = max(WIDTHS[signed[0]], WIDTHS[unsigned[0]] * 2)
    return (f"i{bits}",) if bits <= 64 else ("decimal", 38, 0)


def literal_type(value):
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("bool",)
    if isinstance(value, int):
        return ("i64",) if -(2**63) <= value < 2**63 else ("u64",) if 0 <= value < 2**64 else ("decimal", 38, 0)
    return ("f64",) if isinstance(value, float) else ("str",)


def exact(value, type):
    """The number that a value is meant as; a text for NaN and the infinities.

    DIFFERENCES: a float below 2⁵³ (f32 below 2²⁴) stands for the fewest digits that read back.
    """
    if not isinstance(value, float):
        return Fraction(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if type == ("f32",) and abs(value) < 2**24:
        return Fraction(str(numpy.float32(value)))
    return Fraction(repr(value)) if abs(value) < 2**53 else Fraction(value)

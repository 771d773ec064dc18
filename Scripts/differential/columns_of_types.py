"""Random columns of every type, with extremes, ordinary values, repeats and nulls."""
from datetime import timedelta
from decimal import Decimal

import polars as pl
from casts import decimal_of
from fractions import Fraction
from meaning_types import limits, to_polars, TICKS
from tables import WORDS, holes

PRECISIONS = [(1, 0), (1, 1), (4, 2), (9, 2), (10, 2), (18, 4), (19, 0), (28, 10), (38, 0), (38, 10), (38, 37), (38, 38)]
MOMENTS = [
    -62_135_596_800_000, -2_208_988_800_000, -86_400_000, -1000, -1, 0, 1, 86_399_999, 951_782_400_000, 1_709_164_800_000,
    1_709_210_096_789, 1_719_792_000_000, 1_735_689_599_999, 4_102_444_800_000,
]
NARROW = {"i8", "u8", "i16", "u16"}


def some(rng, rows, make):
    """Values with repeats and nulls."""
    drawn = [make() for _ in range(max(1, rows if rng.random() < 0.6 else rows // 3))]
    return holes(rng, [rng.choice(drawn) for _ in range(rows)])


def value(rng, type, is_mild=False):
    """A value as polars takes it, times as their ticks. Mild ones leave room for arithmetic."""
    match type:
        case ("decimal", precision, scale):
            top = 10**precision - 1
            digits = rng.randint(0, min(precision, 6 if is_mild else precision))
            unscaled = rng.choice([0, 1, 29, 5, 25, 50, 10**scale, rng.randint(0, 10**digits - 1 if digits else 0)])
            if not is_mild and rng.random() < 0.15:
                unscaled = rng.choice([top, top - 1, top // 2])
            return decimal_of(Fraction(min(unscaled, top) * rng.choice([1, 1, -1]), 10**scale), scale)
        case ("f32",) | ("f64",):
            if rng.random() < 0.2 and not is_mild:
                return rng.choice([float("nan"), float("inf"), -float("inf"), -0.0, 1e300 if type == ("f64",) else 1e30, 2.0**53, 2.0**63, 9007199254740992.0])
            if type == ("f64",) and rng.random() < 0.4:
                return rng.choice([0.29, 0.1, 1.1, 2.675, 12.34, -0.07, 0.30000000000000004, 100.05])
            return rng.randint(-40, 40) / 4
        case ("str",): return rng.choice(WORDS)
        case ("bool",): return rng.random() < 0.5
        case ("binary",): return rng.choice([b"", b"a", b"ab", b"\x00", b"\x00\xff", b"\xff", "ч".encode(), b"b", b"0" * 20])
        case ("date",): return rng.choice([-25567, -1, 0, 19782, 19905, rng.randint(19700, 19800), rng.randint(-700_000, 2_900_000)])
        case ("time",): return rng.choice([0, 86_399_999_999_999, 43_200_000_000_000, 1, 1000, 10**9 * rng.randint(0, 86_399)])
        case ("datetime", unit):
            scale = 10**6 // TICKS[unit]
            # What nanoseconds can tell: 1677 to 2262.
            known = [ms for ms in MOMENTS if abs(ms * scale) < 2**62] if unit == "ns" else MOMENTS
            return rng.choice(known) * scale + (rng.choice([0, 0, 1, 999]) if unit != "ms" else 0)
        case ("duration", unit):
            scale = 10**6 // TICKS[unit]
            return rng.choice([0, 1, -1, 1000, -1500, 86_400_000, -3 * 86_400_000, 3_600_000, rng.randint(-10**9, 10**9)]) * scale + (
                rng.choice([0, 0, 1, 999]) if unit != "ms" else 0)
        case ("list", element): return holes(rng, [value(rng, element, is_mild) for _ in range(rng.choice([0, 1, 2, 3, 5]))])
        case ("struct", fields): return {name: None if rng.random() < 0.15 else value(rng, own, is_mild) for name, own in fields}
    least, greatest = limits(type)
    if rng.random() < 0.25 and not is_mild:
        return rng.choice([least, greatest, greatest - 1, *[n for n in (2**53 + 1, 2**53, -(2**53) - 1, 300, 2**31) if least <= n <= greatest]])
    return rng.randint(max(least, -9), 9)


def series(rng, type, rows, is_mild=False, repeats=True):
    drawn = some(rng, rows, lambda: value(rng, type, is_mild)) if repeats else holes(
        rng, [value(rng, type, is_mild) for _ in range(rows)])
    return of_values(drawn, type)


def of_values(drawn, type):
    """A series of values whose times are ticks, at any depth."""
    wanted = to_polars(type)
    return pl.Series(drawn, dtype=physical(type)).cast(wanted) if physical(type) != wanted else pl.Series(drawn, dtype=wanted)


def physical(type):
    match type:
        case ("date",): return pl.Int32
        case ("time",) | ("datetime", _) | ("duration", _): return pl.Int64
        case ("list", element): return pl.List(physical(element))
        case ("struct", fields): return pl.Struct({name: physical(own) for name, own in fields})
    return to_polars(type)


def table(rng, types, rows=None, is_mild=False):
    """A table of named types, and `u`, which tells its rows apart."""
    rows = rng.choice([1, 3, 8, 12, 12, 20]) if rows is None else rows
    columns = {"u": pl.Series(range(rows), dtype=pl.Int64)}
    for name, type in types.items():
        columns[name] = series(rng, type, rows, is_mild)
    return pl.DataFrame(columns)

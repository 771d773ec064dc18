"""The result of a cast to another type, by the rules of LANGUAGE and DIFFERENCES: the same value, or a loss."""
import re
from decimal import Decimal
from fractions import Fraction

import calendar_rules
import numpy
from meaning_types import TICKS, exact, holds, is_decimal, is_float, is_integer, is_number


class Lost:
    def __repr__(self):
        return "lost"


# In place of a value that the type does not hold.
LOST = Lost()


def decimal_of(number, scale):
    """A decimal of so many digits after its point, exactly."""
    scaled = Fraction(number) * 10**scale
    return Decimal((int(scaled < 0), tuple(int(d) for d in str(abs(int(scaled)))), -scale))


def cast(value, own, wanted, is_exact=False, notes=None):
    """The value in another type; `LOST` where that has no room for it.

    `is_exact` forbids what casts may do: round to the nearest float, cut a moment to its day. `notes` takes the names of
    DIFFERENCES that the conversion has to do with.
    """
    notes = notes if notes is not None else set()
    if value is None or own == wanted:
        return value
    if own[0] == wanted[0] == "list":
        return [cast(element, own[1], wanted[1], is_exact, notes) for element in value]
    if wanted == ("str",):
        if is_decimal(own) and own[1] == own[2]:
            notes.add("texts of decimals")
        return text_of(value, own)
    if own == ("str",):
        return value.encode() if wanted == ("binary",) else read(value, wanted, notes)
    if own == ("bool",):
        return cast(int(value), ("i64",), wanted)
    if wanted == ("bool",):
        return {0: False, 1: True}.get(value, LOST)
    if is_number(own) and is_number(wanted):
        return number(value, own, wanted, is_exact, notes)
    return calendar_rules.cast(value, own, wanted, is_exact, LOST)


def number(value, own, wanted, is_exact, notes):
    meant = exact(value, own)
    if not isinstance(meant, Fraction):
        return value if is_float(wanted) else LOST
    if is_float(own) and is_decimal(wanted):
        notes.add("decimals beside floats")
    if not is_float(wanted):
        if not holds(wanted, meant):
            return LOST
        return decimal_of(meant, wanted[2]) if is_decimal(wanted) else int(meant)
    try:
        found = float(value) if isinstance(value, (float, int)) else float(meant)
    except OverflowError:
        return LOST
    if wanted == ("f32",):
        with numpy.errstate(over="ignore"):
            found = float(numpy.float32(found))
        if found in (float("inf"), float("-inf")):
            return LOST
    if is_exact:
        same = exact(found, wanted) == meant if is_decimal(own) or is_integer(own) else found == value
        return found if same else LOST
    return found


def read(text, wanted, notes):
    """A text in full, or not at all."""
    if wanted == ("bool",):
        return {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}.get(text, LOST)
    if is_integer(wanted):
        if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
            notes.add("texts of numbers")
            return LOST
        if text[0] == "+":
            notes.add("texts of numbers")
        return int(text) if holds(wanted, int(text)) else LOST
    if is_decimal(wanted) or is_float(wanted):
        if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
            notes.add("texts of numbers")
            return LOST
        if not re.fullmatch(r"-?\d+(\.\d+)?", text):
            notes.add("texts of numbers")
        meant = Fraction(text)
        if is_float(wanted):
            return number(float(text), ("f64",), wanted, False, notes)
        return decimal_of(meant, wanted[2]) if holds(wanted, meant) else LOST
    days = calendar_rules.days_of(text)
    # A moment beside a date is compared as one, but is no date.
    found = (days if days is None else ("date", days)) if wanted == ("date",) else calendar_rules.read(text, wanted)
    if found is None or not re.fullmatch(r"[\d:. -]+", text):
        notes.add("texts of moments")
    return LOST if found is None else found


def text_of(value, own):
    if own == ("binary",):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return LOST
    if own == ("bool",):
        return str(value).lower()
    if is_decimal(own):
        return f"{value:.{own[2]}f}"
    if own[0] in ("date", "time", "datetime", "duration"):
        return calendar_rules.text(value, own)
    return str(value)

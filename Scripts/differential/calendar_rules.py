"""Dates, times, datetimes and durations in whole nanoseconds: the calendar, arithmetic and casts of `meaning`."""
import re
from datetime import date, timedelta
from fractions import Fraction

from meaning_types import TICKS, is_integer

DAY = 86_400 * 10**9
EPOCH = date(1970, 1, 1)
PARTS = {"year", "month", "day", "weekday", "week", "hour", "minute", "second"}
LENGTHS = {"ns": 1, "us": 1000, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": DAY, "w": 7 * DAY}


def nanoseconds(value):
    kind, ticks = value
    return ticks * DAY if kind == "date" else ticks


def day_of(value):
    return value[1] if value[0] == "date" else value[1] // DAY


def part(name, value):
    ticks = nanoseconds(value)
    if name in ("hour", "minute", "second"):
        return {"hour": ticks // (3600 * 10**9) % 24, "minute": ticks // (60 * 10**9) % 60, "second": ticks // 10**9 % 60}[name]
    day = EPOCH + timedelta(days=day_of(value))
    return {"weekday": day.isoweekday(), "week": day.isocalendar().week}.get(name) or getattr(day, name)


def call(name, value, arguments, type, refusal):
    if name == "date":
        return "date", day_of(value)
    count, unit = re.fullmatch(r"(\d+)(\w+)", arguments[0]).groups()
    count, kind = int(count), value[0]
    day = EPOCH + timedelta(days=day_of(value))
    if unit in ("mo", "q", "y"):
        months = count * {"mo": 1, "q": 3, "y": 12}[unit]
        place = (day.year - 1970) * 12 + day.month - 1
        place = place // months * months
        start = (date(1970 + place // 12, place % 12 + 1, 1) - EPOCH).days * DAY
    elif unit == "w":
        # Weeks start on Monday; 1970-01-05 was the first.
        start = ((day_of(value) - 4) // (7 * count) * 7 * count + 4) * DAY
    else:
        length = count * LENGTHS[unit]
        start = nanoseconds(value) // length * length
    return (kind, start // DAY) if kind == "date" else (kind, start)


def arithmetic(op, a, left, b, right, type, fitting, refusal):
    if not isinstance(a, tuple):
        a, left, b, right = b, right, a, left
    if isinstance(b, tuple):
        if op == "/":
            x, y = nanoseconds(a), nanoseconds(b)
            return x / y if y else float("nan") if not x else float("inf") if x > 0 else float("-inf")
        if left[0] == right[0] == "date":
            return a[1] - b[1]
        found = nanoseconds(a) + (nanoseconds(b) if op == "+" else -nanoseconds(b))
        for value in (a, b):
            # Both are brought into the finer unit first.
            fitting((type[0], nanoseconds(value)), type)
        return fitting((type[0], found), type)
    if op == "*":
        return fitting((a[0], a[1] * b), type)
    days = b if op == "+" else -b
    return fitting((a[0], a[1] + days * (1 if a[0] == "date" else DAY)), type)


def cast(value, own, wanted, is_exact, lost):
    if is_integer(own):
        if not -(2**63) <= value < 2**63:
            return lost
        match wanted[0]:
            case "date": return ("date", value) if -(2**31) <= value < 2**31 else lost
            case "time": return ("time", value) if 0 <= value < DAY else lost
            case kind: return kind, value * TICKS[wanted[1]]
    kind, ticks = value
    if is_integer(wanted):
        from meaning_types import holds

        found = ticks // TICKS[own[1]] if kind in ("datetime", "duration") else ticks
        return found if holds(wanted, found) else lost
    if wanted[0] in ("datetime", "duration"):
        scaled = Fraction(nanoseconds(value), TICKS[wanted[1]])
        return (wanted[0], nanoseconds(value)) if scaled.denominator == 1 and -(2**63) <= scaled < 2**63 else lost
    if wanted == ("date",):
        return lost if is_exact and ticks % DAY else ("date", ticks // DAY)
    return "time", ticks % DAY


def read(text, type):
    """A text as a date, a time or a moment; None where it is none."""
    if type == ("date",):
        return ("date", days_of(text)) if days_of(text) is not None else with_clock(text)
    if type == ("time",):
        found = clock(text)
        return None if found is None else ("time", found)
    if type[0] == "datetime":
        days = days_of(text)
        return with_clock(text) if days is None else ("datetime", days * DAY)
    return None


def with_clock(text):
    days, found = days_of(text[:10]), clock(text[11:])
    if days is None or found is None or text[10:11] not in ("T", " "):
        return None
    return "datetime", days * DAY + found


def days_of(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return (date.fromisoformat(text) - EPOCH).days
    except ValueError:
        return None


def clock(text):
    match = re.fullmatch(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?", text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return (hour * 3600 + minute * 60 + second) * 10**9 + int((match[4] or "").ljust(9, "0"))


def text(value, type):
    kind, ticks = value
    if kind == "date":
        return (EPOCH + timedelta(days=ticks)).isoformat()
    raise KeyError(f"texts of {kind}")

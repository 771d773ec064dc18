"""Time zones in Lectern and in polars: random moments in many zones, through every function that looks at clocks.

usage: python Scripts/differential/time-zones.py LECTERN [--rows N] [--seed N] [--zones Europe/Moscow,Asia/Kolkata]

For each zone a table of random moments (half of them near a change of its clocks) and clock times goes through `to_zone`,
`with_zone` with every argument, the parts of dates, `truncate`, `add_months`, `format` with `%z`, `cast` to and from text,
arithmetic and Parquet, and the results have to be those of polars, value by value. Moments beyond 2099, where polars' zones
keep one offset for ever, and the names of zones with rules of their own are compared with Python's `zoneinfo`, which reads the
files that Lectern reads. `truncate` is computed as docs/DIFFERENCES.md says it: a day whose midnight occurs twice is one day,
and one whose midnight never occurs begins with its first moment. Prints a line per difference; the exit status is 1 if
there is one.

Written with polars 2.1.0 and the tz database 2025b.
"""
import argparse
import random
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

ZONES = [
    "Europe/Moscow", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca",
    "UTC", "Europe/Kaliningrad", "Asia/Yekaterinburg", "Asia/Kathmandu", "America/Sao_Paulo", "America/Havana",
    "Asia/Beirut", "Africa/Cairo", "Pacific/Apia", "Pacific/Chatham", "Europe/Dublin", "America/Caracas", "Asia/Pyongyang",
    "Asia/Tehran", "America/St_Johns", "Antarctica/Troll", "Asia/Gaza", "Europe/Istanbul", "Etc/GMT+3", "America/Nuuk",
]
EPOCH = datetime(1970, 1, 1)
# The tables of polars end here, and the rows of years before it are where the databases of zones agree.
FIRST, LAST = datetime(1970, 1, 2), datetime(2037, 12, 30)
PARTS = ["year", "quarter", "month", "day", "weekday", "week", "hour", "minute", "second"]
INTERVALS = ["15m", "1h", "6h", "1d", "1w", "1mo", "1q"]


def changes(zone):
    """Moments of FIRST to LAST at which the offset changes, by bisection."""
    info, step, found = ZoneInfo(zone), timedelta(days=10), []
    offset = lambda moment: moment.replace(tzinfo=timezone.utc).astimezone(info).utcoffset()
    low = FIRST
    while low < LAST:
        high = low + step
        a, b = low, high
        if offset(a) != offset(b):
            while b - a > timedelta(seconds=1):
                middle = a + (b - a) / 2
                a, b = (middle, b) if offset(middle) == offset(a) else (a, middle)
            found.append(b.replace(microsecond=0))
        low = high
    return found


def moments(rng, zone, count):
    known = changes(zone) or [FIRST]
    made = []
    for _ in range(count):
        if rng.random() < 0.5:
            made.append(rng.choice(known) + timedelta(seconds=rng.randint(-90_000, 90_000)))
        else:
            made.append(FIRST + timedelta(seconds=rng.randint(0, int((LAST - FIRST).total_seconds()))))
        made[-1] += timedelta(microseconds=rng.choice([0, 0, 1, 999_999]))
        if rng.random() < 0.05:
            made[-1] = None
    return made


def ticks(value):
    return None if value is None else (value - EPOCH) // timedelta(microseconds=1)


def of_polars(frame, zone, first):
    """The columns that Lectern is asked for, by polars."""
    t, n = pl.col("t").dt.replace_time_zone("UTC").dt.convert_time_zone(zone), pl.col("t")
    columns = {"there": t, "shown": t.dt.replace_time_zone(None), "other": t.dt.convert_time_zone("Asia/Tokyo")}
    columns |= {part: getattr(t.dt, part)() for part in PARTS}
    columns |= {"date": t.dt.date(), "clock": t.dt.time(), "written": t.dt.to_string("%Y-%m-%d %H:%M:%S %z")}
    for twice in ("earliest", "latest", "null"):
        columns[f"by_{twice}"] = n.dt.replace_time_zone(zone, ambiguous=twice, non_existent="null")
    columns |= {"later": t + pl.duration(hours=30), "gap": n - pl.lit(first)}
    return frame.select("row", **columns)


def in_lectern(zone, first):
    t = f'to_zone(with_zone(t, "UTC"), "{zone}")'
    columns = {"there": t, "shown": f"with_zone({t}, null)", "other": f'to_zone({t}, "Asia/Tokyo")'}
    columns |= {part: f"{part}({t})" for part in PARTS}
    columns |= {"date": f"date({t})", "clock": f"cast({t}, time)", "written": f'format({t}, "%F %T %z")'}
    for twice in ("earliest", "latest", "null"):
        columns[f"by_{twice}"] = f'with_zone(t, "{zone}", "{twice}", "null")'
    columns |= {"later": f'{t} + "30h"', "gap": f'{t} - with_zone(cast("{first}", datetime[us]), "UTC")'}
    columns["again"] = f'cast(cast({t}, str), datetime[us, "{zone}"])'
    columns |= {f"to_{every}": f'truncate({t}, "{every}")' for every in INTERVALS}
    return "select row, " + ", ".join(f"{name} = {text}" for name, text in columns.items())


def starts(value, every, info):
    """The start of a period by the clocks, as docs/DIFFERENCES.md has it."""
    if value is None:
        return None
    local = value.replace(tzinfo=timezone.utc).astimezone(info)
    wall, fold = local.replace(tzinfo=None, fold=0), local.fold
    day = datetime(wall.year, wall.month, wall.day)
    if every in ("15m", "1h", "6h"):
        length = {"15m": 900, "1h": 3600, "6h": 21_600}[every]
        start = EPOCH + timedelta(seconds=(wall - EPOCH) // timedelta(seconds=1) // length * length)
    else:
        fold = 0
        start = {"1d": day, "1w": day - timedelta(days=day.weekday()), "1mo": day.replace(day=1),
                 "1q": day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)}[every]
    return resolved(start, fold, info)


def resolved(wall, fold, info):
    """The moment of a clock time; of one that never occurs, the moment of the change."""
    back = lambda fold: wall.replace(tzinfo=info, fold=fold).astimezone(timezone.utc).replace(tzinfo=None)
    first, last = back(0), back(1)
    shown = [moment.replace(tzinfo=timezone.utc).astimezone(info).replace(tzinfo=None, fold=0) == wall for moment in (first, last)]
    if not any(shown):
        # The offset changes between the two readings.
        low, high = min(first, last), max(first, last)
        offset = lambda moment: moment.replace(tzinfo=timezone.utc).astimezone(info).utcoffset()
        while high - low > timedelta(seconds=1):
            middle = (low + (high - low) / 2).replace(microsecond=0)
            if middle in (low, high):
                break
            low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
        return high
    return last if fold else first


def run(program, code):
    done = subprocess.run([program, "eval", code, "--no-color"], capture_output=True, text=True)
    return done.returncode, re.sub(r"\s+", " ", done.stdout + done.stderr)


class Zone:
    def __init__(self, program, folder, name, seed, rows):
        self.program, self.folder, self.name = program, folder, name
        self.rng, self.rows = random.Random(f"{seed} {name}"), rows
        self.problems, self.compared = [], 0

    def report(self, what, problem):
        self.problems.append(f"{self.name}, {what}: {problem}")

    def compare(self, expected, found, frame):
        for name in expected.columns:
            if name not in found.columns:
                self.report(name, "is missing")
                continue
            a, b = expected[name], found[name]
            if a.dtype.is_temporal() and a.dtype != b.dtype:
                self.report(name, f"is {b.dtype}, not {a.dtype}")
                continue
            for row, (x, y) in enumerate(zip(a.to_physical().to_list(), b.to_physical().to_list())):
                self.compared += 1
                if x != y:
                    self.report(name, f"{frame['t'][row]} gives {b[row]}, not {a[row]}")
                    break

    def functions(self):
        values = moments(self.rng, self.name, self.rows)
        frame = pl.DataFrame({"row": range(len(values)), "t": pl.Series(values, dtype=pl.Datetime("us"))})
        source, target = self.folder / "zones.parquet", self.folder / "zones-again.parquet"
        frame.write_parquet(source)
        status, said = run(self.program, f'load "{source}" | {in_lectern(self.name, FIRST)} | save "{target}" overwrite=true')
        if status:
            return self.report("all", said[:300])
        found, info = pl.read_parquet(target), ZoneInfo(self.name)
        self.compare(of_polars(frame, self.name, FIRST), found, frame)
        there = pl.Datetime("us", self.name)
        self.compare(pl.DataFrame({"again": found["there"]}), found, frame)
        for every in INTERVALS:
            expected = pl.Series([ticks(starts(value, every, info)) for value in values], dtype=pl.Int64).cast(there)
            self.compare(pl.DataFrame({f"to_{every}": expected}), found, frame)

    def months(self):
        """`add_months` keeps the clock; a time that never occurs is refused with its row, as in polars."""
        values = [value for value in moments(self.rng, self.name, 40) if value is not None]
        info, count = ZoneInfo(self.name), self.rng.choice([1, -1, 5, 12])
        for value in values:
            frame = pl.DataFrame({"t": pl.Series([value], dtype=pl.Datetime("us"))})
            there = pl.col("t").dt.replace_time_zone("UTC").dt.convert_time_zone(self.name)
            try:
                expected = frame.select(x=there.dt.offset_by(f"{count}mo"))["x"][0]
            except pl.exceptions.ComputeError:
                expected = None
            code = f'table t = ["{value.isoformat(" ")}"] | select x = to_text(add_months(to_zone(with_zone(cast(t, datetime[us]), "UTC"), "{self.name}"), {count})) | value'
            status, said = run(self.program, code)
            self.compared += 1
            shown = expected and text(expected)
            if (expected is None) != (status != 0) or expected is not None and shown not in said:
                self.report(f"add_months {count}", f"{value} gives {said[:120]}, not {shown}")

    def errors(self):
        """Clock times that occur twice or never are errors that name the row and the value."""
        info = ZoneInfo(self.name)
        for change in self.rng.sample(changes(self.name), min(4, len(changes(self.name)))):
            before = (change - timedelta(seconds=1)).replace(tzinfo=timezone.utc).astimezone(info).replace(tzinfo=None)
            after = change.replace(tzinfo=timezone.utc).astimezone(info).replace(tzinfo=None)
            if before + timedelta(seconds=1) == after:
                continue
            wall = min(before, after) + (max(before, after) - min(before, after)) / 2
            wall = wall.replace(microsecond=0)
            words = "occurs twice" if after < before else "does not occur"
            status, said = run(self.program, f'table t = ["1999-01-01 12:00:00", "{wall}"] | with x = with_zone(cast(t, datetime[us]), "{self.name}")')
            self.compared += 1
            if not status or words not in said or f"`{wall}` in row 1" not in said:
                self.report("with_zone", f"{wall} should say that it {words}: {said[:200]}")

    def far(self):
        """Before and beyond polars' tables, by the files themselves."""
        info, values = ZoneInfo(self.name), []
        for _ in range(40):
            low, high = self.rng.choice([(datetime(1850, 1, 1), FIRST), (LAST, datetime(2900, 1, 1)), (datetime(9000, 1, 1), datetime(9990, 1, 1))])
            values.append(low + timedelta(seconds=self.rng.randint(0, int((high - low).total_seconds()))))
        frame = pl.DataFrame({"t": pl.Series(values, dtype=pl.Datetime("us"))})
        source, target = self.folder / "far.parquet", self.folder / "far-again.parquet"
        frame.write_parquet(source)
        status, said = run(self.program, f'load "{source}" | select x = with_zone(to_zone(with_zone(t, "UTC"), "{self.name}"), null) | save "{target}" overwrite=true')
        if status:
            return self.report("far", said[:300])
        expected = [value.replace(tzinfo=timezone.utc).astimezone(info).replace(tzinfo=None, fold=0) for value in values]
        self.compare(pl.DataFrame({"x": pl.Series(expected, dtype=pl.Datetime("us"))}), pl.read_parquet(target), frame)


def text(value):
    """A moment as Lectern writes it."""
    fraction = "" if not value.microsecond else f".{value.microsecond // 1000:03}" if value.microsecond % 1000 == 0 else f".{value.microsecond:06}"
    return value.strftime("%Y-%m-%d %H:%M:%S") + fraction + value.isoformat()[-6:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectern")
    parser.add_argument("--rows", type=int, default=2000, help="moments for each zone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--zones", default=",".join(ZONES))
    options = parser.parse_args()
    problems, compared, names = [], 0, options.zones.split(",")
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            zone = Zone(str(Path(options.lectern).resolve()), Path(folder), name, options.seed, options.rows)
            for check in (zone.functions, zone.months, zone.errors, zone.far):
                check()
            for problem in zone.problems:
                print("differs:", problem, flush=True)
            problems, compared = problems + zone.problems, compared + zone.compared
    print(f"{compared} values in {len(names)} zones from seed {options.seed} against polars {pl.__version__}, {len(problems)} differ")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

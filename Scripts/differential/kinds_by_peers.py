"""Cases compared only with polars and DuckDB, not with `meaning`: frames, conditions of aggregates, joins by order, functions,
verbs that give other columns."""
from datetime import date, datetime, timedelta

import numpy
import polars as pl
from cases import Verdict
from columns_of_types import holes
from kinds_of_tables import TableCase
from peers import same, values

WORDS = ["", "чай", "Чай", "a", "ab", " ab ", "x_1", "10", "-7", "щука-щука", "aab", "ba"]


class PeerCase(TableCase):
    """A pipeline that gives `u` and `r`; each peer that can say it gives `r` by `u`. None stands for a peer that cannot."""

    def __init__(self, kind, tables, pipeline, polars=None, sql=None):
        super().__init__(kind, tables, pipeline)
        self.polars, self.sql = polars, sql

    def verdict(self, runs, database, say_message, said_otherwise):
        verdict, result = Verdict(), runs["all"].result
        if result is None:
            verdict.problems.append("Lectern failed: " + say_message("all"))
            return verdict
        found = keyed(result)
        for name, ask in (("polars", self.polars), ("DuckDB", self.sql and (lambda: self.asked(database)))):
            if ask is None:
                continue
            try:
                others = keyed(ask())
            except Exception as error:
                verdict.problems.append(f"{name} fails: {type(error).__name__} {str(error)[:300]}")
                continue
            verdict.compared[name] += len(others)
            for key in found | others:
                if not same(found.get(key), others.get(key)):
                    verdict.problems.append(f"{name} gives {others.get(key)!r} for {key}, Lectern {found.get(key)!r}")
        return verdict

    def asked(self, database):
        self.put(database)
        return database.frame(self.sql)


def keyed(frame):
    """The values by row, or by pair of rows."""
    keys = values(frame["u"]) if "v" not in frame.columns else list(zip(values(frame["u"]), values(frame["v"])))
    return dict(zip(keys, values(frame["r"]) if "r" in frame.columns else [True] * len(keys)))


def base(rng, rows=None):
    rows = rows or rng.choice([1, 5, 12, 30, 60])
    start = date(2024, 2, 20)
    moments = [datetime(2024, 1, 1) + timedelta(minutes=rng.randint(0, 600)) for _ in range(rows)]
    return pl.DataFrame({
        "u": range(rows), "k": [rng.randint(0, 2) for _ in range(rows)], "i": pl.Series(holes(rng, [rng.randint(-9, 9) for _ in range(rows)]), dtype=pl.Int64),
        "f": pl.Series(holes(rng, [rng.randint(-40, 40) / 4 for _ in range(rows)]), dtype=pl.Float64),
        "s": pl.Series(holes(rng, [rng.choice(WORDS) for _ in range(rows)]), dtype=pl.String),
        "b": pl.Series(holes(rng, [rng.random() < 0.5 for _ in range(rows)]), dtype=pl.Boolean),
        "o": pl.Series([rng.randint(0, 20) for _ in range(rows)], dtype=pl.Int64),
        "d": pl.Series([start + timedelta(days=rng.randint(0, 40)) for _ in range(rows)], dtype=pl.Date),
        "t": pl.Series(moments, dtype=pl.Datetime("us")),
    })


AGGREGATES = {
    # name: (SQL, columns)
    "sum": ("coalesce(sum({x}){w}, 0)", "if"), "count": ("count({x}){w}", "ifsb"), "mean": ("avg({x}){w}", "if"), "min": ("min({x}){w}", "ifs"),
    "max": ("max({x}){w}", "ifs"), "median": ("median(CAST({x} AS DOUBLE)){w}", "if"), "std": ("stddev_samp({x}){w}", "if"),
    "var": ("var_samp({x}){w}", "if"), "any": ("coalesce(bool_or({x}){w}, FALSE)", "b"), "all": ("coalesce(bool_and({x}){w}, TRUE)", "b"),
    "first": ("first({x}){w}", "ifs"), "last": ("last({x}){w}", "ifs"), "len": ("count(*){w}", "-"),
    "n_unique": ("count(DISTINCT {x}){w} + CASE WHEN count(*){w} > count({x}){w} THEN 1 ELSE 0 END", "ifsb"),
    "quantile": ("quantile_cont(CAST({x} AS DOUBLE), 0.9){w}", "if"), "arg_max": ("arg_max_null({x}, u){w}", "ifs"),
    "arg_min": ("arg_min_null({x}, u){w}", "ifs"),
}
# What stands in the brackets after the column.
OTHER_ARGUMENTS = {"quantile": ", 0.9", "arg_max": ", u", "arg_min": ", u"}
CONDITIONS = [("i > 0", "i > 0"), ("f < 1 and i is not null", "f < 1 AND i IS NOT NULL"), ("b", "b"), ('s == "ab" or k == 1', "s = 'ab' OR k = 1")]


def frames(rng):
    """Aggregates of the rows near each, with a condition or without."""
    frame = base(rng)
    name = rng.choice(list(AGGREGATES))
    sql, columns = AGGREGATES[name]
    x = rng.choice(columns)
    condition = rng.choice([None, None, *CONDITIONS])
    call = f"{name}({'' if x == '-' else x}{OTHER_ARGUMENTS.get(name, '')})" + (f" where {condition[0]}" if condition else "")
    filtered = f" FILTER (WHERE {condition[1]})" if condition else ""
    keys = rng.choice(["", "k", "k"])
    down = rng.random() < 0.4
    direction = (" desc" if down else "", " DESC" if down else "")
    shape = rng.choice(["rows", "rows", "running", "range", "group", "whole"])
    partition = f"PARTITION BY {keys} " if keys else ""
    if shape in ("group", "whole"):
        if shape == "whole":
            return PeerCase("frames", {"case": frame}, f"case | agg u = 0, r = {call}",
                            sql=f'SELECT 0 AS u, {sql.format(x=x, w=filtered)} AS r FROM "case"' if name not in ("first", "last") else None)
        if name in ("first", "last"):
            return frames(rng)
        return PeerCase("frames", {"case": frame}, f"case | group_by u = k agg r = {call}",
                        sql=f'SELECT k AS u, {sql.format(x=x, w=filtered)} AS r FROM "case" GROUP BY k')
    if shape == "range":
        by = rng.choice(["o", "d", "t"])
        near, far = rng.choice([("3", 3), ("0", 0), ("10", 10)]) if by == "o" else rng.choice(
            [('"3d"', "INTERVAL 3 DAY"), ('"10d"', "INTERVAL 10 DAY")] if by == "d" else [('"30m"', "INTERVAL 30 MINUTE"), ('"1h 30m"', "INTERVAL 90 MINUTE")])
        if name in ("first", "last"):
            return frames(rng)
        looks_after = rng.random() < 0.3
        text = f"range {near}" + (f" before {near} after" if looks_after else "")
        end = f"{far} FOLLOWING" if looks_after else "CURRENT ROW"
        over = f"OVER ({partition}ORDER BY {by}{direction[1]} RANGE BETWEEN {far} PRECEDING AND {end})"
        order = f"order by {by}{direction[0]} {text}"
    else:
        by = rng.choice(["o", "d", "t"])
        before, after = rng.randint(0, 6), rng.choice([0, 0, 0, 1, 3])
        if shape == "running":
            text, bounds = "running", "UNBOUNDED PRECEDING AND CURRENT ROW"
        else:
            shape_of_rows = rng.choice(["last", "last", "before", "after", "both"])
            if shape_of_rows in ("last", "before"):
                after = 0
            if shape_of_rows == "after":
                before = 0
            text = {"last": f"rows {before + 1}", "before": f"rows {before} before", "after": f"rows {after} after",
                    "both": f"rows {before} before {after} after"}[shape_of_rows]
            bounds = f"{before} PRECEDING AND {after} FOLLOWING"
        over = f"OVER ({partition}ORDER BY {by}{direction[1]}, u ROWS BETWEEN {bounds})"
        order = f"order by {by}{direction[0]}, u {text}"
    pipeline = f"case | select u, r = {call} over ({keys}{' ' if keys else ''}{order})"
    polars = None
    rolling = {"sum", "mean", "min", "max", "median", "std", "var"}
    if shape == "rows" and name in rolling and x in "if" and not condition and " after" not in text and not down:
        made = getattr(pl.col(x), f"rolling_{name}")(window_size=before + 1, min_samples=1)
        made = made.fill_null(0) if name == "sum" else made
        inner = frame.sort([by, "u"]).select("u", "k", r=made.over("k") if keys else made)
        polars = lambda: inner
    if name in ("first", "last") and condition:
        # SQL has no condition of the first and last row of a frame.
        return frames(rng)
    return PeerCase("frames", {"case": frame}, pipeline, polars, f'SELECT u, {sql.format(x=x, w=filtered + " " + over)} AS r FROM "case"')


def near_joins(rng):
    """As-of joins, and joins whose keys compare."""
    left, right = base(rng), base(rng)
    if rng.random() < 0.5:
        by = rng.choice(["o", "d", "t"])
        keys = rng.choice(["", "k"])
        forward = rng.random() < 0.4
        if rng.random() < 0.25:
            return nearest_rows(left, right, by, keys, rng)
        other = right.select("k", near=by, v="u").unique(["k", "near"] if keys else ["near"], keep="last", maintain_order=True)
        # Among rows without their equal keys the last counts; of one time there is one here.
        on = f" on {keys}" if keys else ""
        within = rng.choice([None, None, {"o": ("3", 3), "d": ('"5d"', timedelta(days=5)), "t": ('"1h 30m"', timedelta(minutes=90))}[by]])
        option = (" direction=forward" if forward else "") + (f" within={within[0]}" if within else "")
        text = f"case | asof_join (other | select k{'' if keys else '2 = k'}, near, v){on} by {by} == near{option} | select u, r = v"
        sign = "<=" if forward else ">="
        condition = f"l.k = r.k AND l.{by} {sign} r.near" if keys else f"l.{by} {sign} r.near"
        sql = f'SELECT l.u AS u, r.v AS r FROM "case" l ASOF LEFT JOIN other r ON {condition}' if not within else None
        made = left.sort(by).join_asof(
            other.sort("near"), left_on=by, right_on="near", by="k" if keys else None, strategy="forward" if forward else "backward",
            tolerance=within[1] if within else None)
        return PeerCase("near joins", {"case": left, "other": other}, text, lambda: made.select("u", r="v"), sql)
    a, b = rng.choice(["i", "o", "f"]), rng.choice(["i", "o", "f"])
    sign, second = rng.choice(["<", "<=", ">", ">="]), rng.choice(["<", "<=", ">", ">="])
    other = right.select(v="u", k="k", p=a, q=b)
    conditions = [f"{a} {sign} p"] if rng.random() < 0.4 else [f"{a} {sign} p", rng.choice([f"{a} {second} q", f"p {second} {b}", f"o {second} q"])]
    equal = rng.random() < 0.5
    own = ", ".join((["k"] if equal else []) + conditions)
    drop = "" if equal else " | rename k2 = k"
    verb = rng.choice(["join", "join", "left_join", "full_join", "semi_join", "anti_join"])
    said = " AND ".join((["l.k = r.k"] if equal else []) + conditions)
    if verb == "join":
        pairs = left.join(other, how="cross", suffix="_r").filter(
            *([pl.col("k") == pl.col("k_r")] if equal else []), *[pl.sql_expr(text) for text in conditions])
        return PeerCase("near joins", {"case": left, "other": other}, f"case | join (other{drop}) on {own} | select u, v",
                        lambda: pairs.select("u", "v"), f'SELECT u, v FROM "case" l JOIN other r ON {said}')
    if verb in ("left_join", "full_join"):
        # The key of a full join is the other table's in its lone rows.
        return PeerCase("near joins", {"case": left, "other": other}, f"case | {verb} (other{drop}) on {own} | select u, v",
                        sql=f'SELECT u, v FROM "case" l {verb[:4].upper()} JOIN other r ON {said}')
    negated = "NOT " if verb == "anti_join" else ""
    return PeerCase("near joins", {"case": left, "other": other}, f"case | {verb} (other{drop}) on {own} | select u, r = u",
                    sql=f'SELECT u, u AS r FROM "case" l WHERE {negated}EXISTS (SELECT 1 FROM other r WHERE {said})')


def nearest_rows(left, right, by, keys, rng):
    """The nearest row in either direction. Left keys are odd and right ones multiples of four: no two are at one distance, where
    polars and Lectern take different rows (DIFFERENCES: nearest rows)."""
    number = {"o": pl.col(by), "d": (pl.col(by) - date(2024, 1, 1)).dt.total_days(), "t": pl.col(by).dt.minute() + pl.col(by).dt.hour() * 60}[by]
    left = left.with_columns(a=number * 2 + 1)
    other = right.select("k", near=number * 4, v="u").unique(["k", "near"] if keys else ["near"], keep="last", maintain_order=True)
    within = rng.choice([None, 3, 40])
    made = left.sort("a").join_asof(
        other.sort("near"), left_on="a", right_on="near", by="k" if keys else None, strategy="nearest", tolerance=within)
    text = (f"case | asof_join (other | select k{'' if keys else '2 = k'}, near, v){' on k' if keys else ''} by a == near direction=nearest"
            + (f" within={within}" if within else "") + " | select u, r = v")
    return PeerCase("near joins", {"case": left, "other": other}, text, lambda: made.select("u", r="v"))


def functions(rng):
    """Functions that a peer has too."""
    frame = base(rng).with_columns(
        texts=pl.col("d").dt.strftime("%d.%m.%Y"), moments=pl.col("t").dt.strftime("%Y/%m/%d %H-%M-%S"))
    rows = frame.height
    lists = pl.Series([[rng.randint(-5, 5) for _ in range(rng.randint(0, 4))] for _ in range(rows)], dtype=pl.List(pl.Int64))
    words = pl.Series([[rng.choice(WORDS) for _ in range(rng.randint(0, 3))] for _ in range(rows)], dtype=pl.List(pl.String))
    frame = frame.with_columns(l=lists, m=words)
    c = pl.col
    n = rng.randint(-14, 14)
    options = [
        ("quarter(d)", c("d").dt.quarter(), "quarter(d)"), ("minute(t)", c("t").dt.minute(), "minute(t)"), ("second(t)", c("t").dt.second(), "second(t)"),
        (f"add_months(d, {n})", c("d").dt.offset_by(f"{n}mo"), f"CAST(d + INTERVAL ({n}) MONTH AS DATE)"),
        ('format(d, "%d.%m.%Y")', c("d").dt.strftime("%d.%m.%Y"), "strftime(d, '%d.%m.%Y')"),
        ('format(t, "%H:%M:%S %j")', c("t").dt.strftime("%H:%M:%S %j"), "strftime(t, '%H:%M:%S %j')"),
        ('parse_date(texts, "%d.%m.%Y")', c("texts").str.to_date("%d.%m.%Y"), "CAST(strptime(texts, '%d.%m.%Y') AS DATE)"),
        ('parse_datetime(moments, "%Y/%m/%d %H-%M-%S")', c("moments").str.to_datetime("%Y/%m/%d %H-%M-%S", time_unit="us"),
         "strptime(moments, '%Y/%m/%d %H-%M-%S')"),
        ('try_parse_datetime(moments, "%Y/%m/%d %H-%M-%S")',
         c("moments").str.to_datetime("%Y/%m/%d %H-%M-%S", time_unit="us", strict=False), "try_strptime(moments, '%Y/%m/%d %H-%M-%S')"),
        ('try_parse_date(s, "%d.%m.%Y")', c("s").str.to_date("%d.%m.%Y", strict=False), "CAST(try_strptime(s, '%d.%m.%Y') AS DATE)"),
        ('parse_date(texts, ["%Y-%m-%d", "%d.%m.%Y"])', c("texts").str.to_date("%d.%m.%Y"), "CAST(strptime(texts, ['%Y-%m-%d', '%d.%m.%Y']) AS DATE)"),
        ('hour(to_zone(with_zone(t, "UTC"), "Europe/Moscow"))', c("t").dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Moscow").dt.hour(), None),
        ('cast(with_zone(t, "Europe/Moscow"), i64)', c("t").dt.replace_time_zone("Europe/Moscow").cast(pl.Int64), None),
        # What is hashed has no value of its own: as many as there are different texts.
        ("n_unique(hash(s)) over k", c("s").n_unique().over("k"), None), ("n_unique(hash(f)) over k", c("f").n_unique().over("k"), None),
        ("slice(s, 1, 2)", c("s").str.slice(1, 2), "substr(s, 2, 2)"), ("log1p(abs(f))", c("f").abs().log1p(), "ln(1 + abs(f))"),
        ('extract_all(s, "([a-z])([a-z])", 2)', None, "regexp_extract_all(s, '([a-z])([a-z])', 2)"),
        ('replace_regex(s, "([a-z])", "<$1>")', c("s").str.replace_all("([a-z])", "<${1}>"), r"regexp_replace(s, '([a-z])', '<\1>', 'g')"),
        ('extract_all(s, "[a-zа-я]+")', c("s").str.extract_all("[a-zа-я]+"), "regexp_extract_all(s, '[a-zа-я]+')"),
        ('strip(s, "ab ")', c("s").str.strip_chars("ab "), "trim(s, 'ab ')"), ("strip(s)", c("s").str.strip_chars(), None),
        ('pad_left(s, 4, "0")', c("s").str.pad_start(4, "0"), "CASE WHEN length(s) < 4 THEN lpad(s, 4, '0') ELSE s END"),
        ('pad_right(s, 4, ".")', c("s").str.pad_end(4, "."), "CASE WHEN length(s) < 4 THEN rpad(s, 4, '.') ELSE s END"),
        ('join_text(m, "-")', c("m").list.join("-"), "coalesce(array_to_string(m, '-'), '')"), ("to_text(i)", c("i").cast(pl.String), "CAST(i AS VARCHAR)"),
        ("list_map(l, it * 2 + 1)", c("l").list.eval(pl.element() * 2 + 1), "list_transform(l, lambda x: x * 2 + 1)"),
        ("list_filter(l, it > 0)", c("l").list.eval(pl.element().filter(pl.element() > 0)), "list_filter(l, lambda x: x > 0)"),
        ("list_map(l, it + o)", None, "list_transform(l, lambda x: x + o)"), ("list_filter(l, it < o and it != i)", None, "list_filter(l, lambda x: coalesce(x < o AND x != i, FALSE))"),
        ("list_map(list_zip(l, l), it.first + it.second)", c("l").list.eval(pl.element() * 2), "list_transform(l, lambda x: x * 2)"),
        ("cut(f, [-5, 0, 5])", c("f").cut([-5, 0, 5]).cast(pl.String), None),
        ("percent_rank() over (k order by o)", None, "percent_rank() OVER (PARTITION BY k ORDER BY o)"),
        ("ntile(3) over (k order by o, u)", None, "ntile(3) OVER (PARTITION BY k ORDER BY o, u)"),
        ("forward_fill(i) over (k order by o, u)", None,
         "last_value(i IGNORE NULLS) OVER (PARTITION BY k ORDER BY o, u ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"),
        ("backward_fill(s) over (k order by o, u)", None,
         "first_value(s IGNORE NULLS) OVER (PARTITION BY k ORDER BY o, u ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"),
        ("forward_fill(f) over k", c("f").forward_fill().over("k"), None), ("skew(f) over k", c("f").skew().over("k"), None),
        ("kurtosis(f) over k", c("f").kurtosis().over("k"), None),
        ("arg_max(s, u) over k", None, "arg_max_null(s, u) OVER (PARTITION BY k)"), ("arg_min(f, u) over k", None, "arg_min_null(f, u) OVER (PARTITION BY k)"),
        ('t + "1h 30m"', c("t") + timedelta(minutes=90), "t + INTERVAL 90 MINUTE"), ('d - "2d"', c("d") - timedelta(days=2), "CAST(d - INTERVAL 2 DAY AS DATE)"),
        ('(t - lag(t) over (order by t, u)) > "30m"', None, "(t - lag(t) OVER (ORDER BY t, u)) > INTERVAL 30 MINUTE"),
    ]
    text, polars, sql = rng.choice(options)
    if text.startswith(("skew", "kurtosis")):
        # Of values that do not vary, or none: DIFFERENCES says what is given.
        frame = frame.with_columns(f=pl.Series([rng.randint(-400, 400) / 8 + own for own in range(rows)], dtype=pl.Float64))
        frame = frame.with_columns(k=pl.lit(0))
        if rows < 3:
            return functions(rng)
    return PeerCase("functions", {"case": frame}, f"case | select u, r = {text}",
                    None if polars is None else lambda: frame.select("u", r=polars), None if sql is None else f'SELECT u, {sql} AS r FROM "case"')


def shapes(rng):
    """Verbs that give other columns: rows as columns, unions of columns, columns by type and by pattern."""
    frame, other = base(rng), base(rng)
    what = rng.choice(["transpose", "transpose names", "union", "fill", "pattern", "pivot", "names of pivot", "unnest", "table", "sample"])
    if what == "transpose" and frame.height:
        rows = min(frame.height, rng.randint(1, 6))
        pair, row = rng.choice([["i", "o"], ["f", "i"], ["s", "s2"]]), rng.randrange(rows)
        chosen = frame.with_columns(s2=pl.col("s")).head(rows).select(pair)
        if "f" in pair:
            # `i64` beside `f64` meet in `f64`, which holds these numbers.
            chosen = chosen.cast(pl.Float64)
        made = chosen.transpose(include_header=True, header_name="u", column_names=[f"row_{n}" for n in range(rows)])
        return PeerCase("shapes", {"case": frame}, f"case | with s2 = s | head {rows} | select {', '.join(pair)} | transpose | select u = column, r = row_{row}",
                        lambda: made.select("u", r=f"row_{row}"))
    if what == "transpose names":
        rows = min(frame.height, rng.randint(1, 6))
        chosen, row = frame.head(rows).select(n=pl.format("n{}", "u"), i="i", o="o"), rng.randrange(rows)
        made = chosen.transpose(include_header=True, header_name="u", column_names="n")
        return PeerCase("shapes", {"case": frame}, f'case | head {rows} | select n = concat("n", u), i, o | transpose names=n | select u = column, r = n{row}',
                        lambda: made.select("u", r=f"n{row}"))
    if what == "names of pivot":
        # The names of new columns, and that they come in the order of their values.
        pairs = frame.select("k", "o").unique().sort("k", "o")
        if pairs.height > 60:
            return shapes(rng)
        names = ["d"] + [f"{k}_{o}" for k, o in pairs.rows()]
        expected = pl.DataFrame({"u": range(len(names)), "r": names})
        return PeerCase("shapes", {"case": frame}, "case | pivot rows=d columns=[k, o] agg n = len() | schema | row_index name=u | select u, r = column",
                        lambda: expected)
    if what == "unnest":
        made = frame.group_by("k", maintain_order=True).agg("u", "s").explode("u", "s").select("u", r="s")
        return PeerCase("shapes", {"case": frame}, "case | group_by k agg a = list(u), b = list(s) | select z = list_zip(a, b) | explode z | unnest z | select u = first, r = second",
                        lambda: made, 'SELECT u, s AS r FROM "case"')
    if what == "table":
        words = ["чай", "a", None]
        small = pl.DataFrame({"k": [0, 1, 5], "w": words})
        return PeerCase("shapes", {"case": frame}, 'case | left_join (table k = [0, 1, 5], w = ["чай", "a", null]) on k | select u, r = w',
                        lambda: frame.join(small, on="k", how="left").select("u", r="w"),
                        """SELECT u, w AS r FROM "case" LEFT JOIN (VALUES (0, 'чай'), (1, 'a'), (5, NULL)) AS t(k, w) USING (k)""")
    if what == "sample":
        # Whole groups, drawn by numpy (DIFFERENCES: samples).
        groups, seed = frame["k"].unique(maintain_order=True), rng.randint(0, 99)
        count = rng.randint(0, 3)
        drawn = groups[numpy.random.RandomState(seed).permutation(len(groups))[:count].tolist()]
        return PeerCase("shapes", {"case": frame}, f"case | sample {count} by=k seed={seed} | select u, r = k",
                        lambda: frame.filter(pl.col("k").is_in(drawn.implode())).select("u", r="k"))
    if what == "union":
        both = pl.concat([frame.select("u", "i"), other.select(u=pl.col("u") + 1000, s="s")], how="diagonal")
        column = rng.choice("is")
        return PeerCase("shapes", {"case": frame, "other": other}, f"case | select u, i | concat (other | select u = u + 1000, s) schema=union | select u, r = {column}",
                        lambda: both.select("u", r=column),
                        f'SELECT u, {column} AS r FROM (SELECT u, i FROM "case" UNION ALL BY NAME SELECT u + 1000 AS u, s FROM other)')
    if what == "fill":
        column, value = rng.choice(["i", "f", "s"]), rng.randint(-3, 3)
        filled = {"i": f"coalesce(i, {value})", "f": "f", "s": "s"}[column]
        return PeerCase("shapes", {"case": frame}, f"case | fill_null columns(i64) = {value} | select u, r = {column}",
                        lambda: frame.with_columns(pl.col(pl.Int64).fill_null(value)).select("u", r=column), f'SELECT u, {filled} AS r FROM "case"')
    if what == "pattern":
        name, ask, sql = rng.choice([("sum", pl.sum, "sum"), ("max", pl.max, "max"), ("min", pl.min, "min")])
        column = rng.choice("io")
        return PeerCase("shapes", {"case": frame}, f'case | select {name}(columns("[io]")) | select u = 0, r = {column}',
                        lambda: frame.select(u=pl.lit(0), r=ask(column)),
                        f'SELECT 0 AS u, {"coalesce(" if name == "sum" else ""}{sql}({column}){", 0)" if name == "sum" else ""} AS r FROM "case"')
    kept = frame.filter(pl.col("k") == 0, pl.col("o") % 2 == 0)
    counted = frame.select("d").unique().join(kept.group_by("d").agg(n=pl.len()), on="d", how="left").select(u="d", r="n")
    if not kept.height:
        return shapes(rng)
    return PeerCase("shapes", {"case": frame}, "case | with e = o % 2 | pivot rows=d columns=[k, e] agg n = len() | select u = d, r = `0_0`", lambda: counted)


KINDS = {"frames": frames, "near joins": near_joins, "functions": functions, "shapes": shapes}

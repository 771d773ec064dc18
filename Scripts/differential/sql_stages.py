"""The stages of random pipelines in DuckDB's SQL, run one after another on temporary tables.

Every table has a column with the positions of its rows (`_place`), so that orders are compared too. A stage that SQL cannot
express (`NotThere`) is run by polars only, and the next stage continues with polars' table.
"""
import re

import polars as pl
import syntax
from meaning import Meaning
from meaning_types import is_float, of_polars
from to_polars import NotThere
from to_sql import SQL, quoted, text

PLACE = '"_place"'
WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


class Stages:
    def __init__(self, database, said_otherwise):
        self.database = database
        self.said_otherwise = said_otherwise
        self.count = 0
        self.tables = {}

    def run(self, pipeline, history):
        """What DuckDB makes of a pipeline; `history` is polars' table before the first stage and after each."""
        self.not_there = []
        self.other_names = pipeline.other.columns
        # `list0 = other | drop_nulls k | values k`
        self.lists = {}
        for line in pipeline.setup:
            name, column = re.fullmatch(r"(\w+) = other \| drop_nulls (\w+) \| values \2", line).groups()
            self.lists[name] = f"SELECT {quoted(column)} FROM other WHERE {quoted(column)} IS NOT NULL"
        self.put("case", history[0])
        self.put("other", pipeline.other)
        current = "case"
        for number, written in enumerate(pipeline.stages):
            frame, source = history[number], current
            try:
                if source is None:
                    raise NotThere("stages of a table that DuckDB cannot have")
                for part in syntax.parts(written):
                    self.frame = frame
                    source = self.stage(syntax.stage(part), source)
                    frame = self.database.frame(f"SELECT * EXCLUDE {PLACE} FROM {source} LIMIT 0")
                current = source
            except NotThere as missing:
                self.not_there.append(str(missing))
                after = history[number + 1]
                # Names are the same to DuckDB where only their case differs.
                has_twins = len({name.lower() for name in after.columns}) < after.width
                current = None if has_twins else self.put(f"after{number}", after)
        if current is None:
            return None
        return self.database.frame(f"SELECT * EXCLUDE {PLACE} FROM {quoted(current)} ORDER BY {PLACE}")

    def put(self, name, frame):
        self.database.put(name, frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("_place")))
        return name

    def stage(self, stage, source):
        of_schema = {name: of_polars(dtype) for name, dtype in self.frame.schema.items()}
        self.writer = SQL(Meaning(of_schema), self.said_otherwise, self.lists)
        self.names = list(of_schema)
        self.types = of_schema
        made = getattr(self, "do_" + stage.verb, None)
        if made is None:
            raise NotThere(stage.verb)
        self.count += 1
        name = f"t{self.count}"
        query = made(stage, quoted(source))
        self.database.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
        return name

    # Expressions beside rows

    def say(self, node):
        """An expression; aggregates and windows in it look at the whole table or at a group's rows."""
        whole = self.aggregate(node)
        if whole is not None:
            return whole
        if node.kind in ("binary", "unary", "if", "in", "null") or node.kind == "call" and any(
                self.looks_beyond(part) for part in node.parts):
            parts = [self.inner(part) for part in node.parts]
            return self.writer.say(type(node)(node.kind, node.value, tuple(parts), node.over))
        return self.writer.say(node)

    def looks_beyond(self, node):
        return any(one.kind == "call" and (one.over is not None or one.value in AGGREGATES) for one in node.all())

    def inner(self, node):
        if not self.looks_beyond(node):
            return node
        made = syntax.Node("said", self.say(node))
        self.writer.meaning.types[made] = self.writer.meaning.type(node)
        return made

    def aggregate(self, node):
        if node.kind != "call" or node.over is None and node.value not in AGGREGATES and node.value not in PLACES:
            return None
        keys, order = node.over or ([], [])
        by = f"PARTITION BY {', '.join(map(self.writer.say, keys))} " if keys else ""
        names = []
        for key, down in order:
            names += self.order(key, down)
        a = [self.writer.say(part) for part in node.parts]
        if node.value in PLACES:
            ordered = f"ORDER BY {', '.join([*names, PLACE] if node.value not in ('rank', 'dense_rank') else names)}"
            if node.value.startswith("cum_"):
                running = f"{PLACES[node.value].format(*a)} OVER ({by}{ordered} ROWS UNBOUNDED PRECEDING)"
                return f"CASE WHEN {a[0]} IS NOT NULL THEN {running} END"
            return PLACES[node.value].format(*a) + f" OVER ({by}{ordered})"
        ordered = f"ORDER BY {', '.join([*names, PLACE])} {WHOLE}"
        return self.grouped(node, a, f" OVER ({by}{ordered})")

    def grouped(self, node, a, over=""):
        """An aggregate; of a group where `over` is empty."""
        name, wanted = node.value, self.writer.meaning
        own = wanted.type(node.parts[0]) if node.parts else ("null",)
        nan = is_float(own)
        sort = "" if over else f" ORDER BY {PLACE}"
        match name:
            case "len": return f"count(*){over}"
            case "count": return f"count({a[0]}){over}"
            case "n_unique" if not over: return f"count(DISTINCT {a[0]}) + CAST(coalesce(bool_or({a[0]} IS NULL), FALSE) AS INTEGER)"
            case "n_unique":
                return f"len(list_distinct(list({a[0]}){over})) + CAST(coalesce(bool_or({a[0]} IS NULL){over}, FALSE) AS INTEGER)"
            case "first" | "last":
                if over:
                    return f"{name}_value({a[0]}){over}"
                return f"{name}({a[0]}{sort})"
            case "min" | "max":
                if not nan:
                    return f"{name}({a[0]}){over}"
                self.writer.otherwise("NaN in min and max")
                return f"coalesce({name}({a[0]}) FILTER (NOT isnan({a[0]})){over}, {name}({a[0]}){over})"
            case "sum": return f"coalesce(sum({a[0]}){over}, 0)"
            case "mean": return f"avg({a[0]}){over}"
            case "any" | "all": return f"coalesce(bool_{'or' if name == 'any' else 'and'}({a[0]}){over}, {'FALSE' if name == 'any' else 'TRUE'})"
            case "list" if not over: return f"coalesce(list({a[0]}{sort}), [])"
            case "unique" if not over:
                self.writer.otherwise("set operations")
                whole = f"coalesce(list({a[0]}{sort}), [])"
                return f"list_filter({whole}, lambda e, i: list_position({whole}, e) = i)"
            case "mode" if not over:
                self.writer.otherwise("mode")
                tally = f"histogram({a[0]})"
                return f"map_keys({tally})[list_position(map_values({tally}), list_max(map_values({tally})))]"
            case "median" | "quantile" if not nan:
                share = "0.5" if name == "median" else a[1]
                return f"quantile_cont(CAST({a[0]} AS DOUBLE), {share}){over}"
            case "std" | "var" if not nan: return f"{'stddev' if name == 'std' else 'var'}_samp(CAST({a[0]} AS DOUBLE)){over}"
            case "corr" if not over and not nan:
                self.writer.otherwise("correlation")
                return f"CASE WHEN regr_count({a[0]}, {a[1]}) > 1 THEN corr({a[0]}, {a[1]}) END"
        raise NotThere(f"{name} {'of floats' if nan else 'beside rows'}")

    def order(self, node, down):
        """DIFFERENCES: null last, NaN before it, in both directions."""
        made, found = self.writer.say(node), []
        found.append(f"({made} IS NULL)")
        if is_float(self.writer.meaning.type(node)):
            self.writer.otherwise("order of NaN")
            found.append(f"isnan({made})")
        return found + [f"{made} {'DESC' if down else 'ASC'} NULLS LAST"]

    # Rows

    def listed(self, names=None):
        return ", ".join(map(quoted, self.names if names is None else names))

    def do_filter(self, stage, source):
        made = self.say(stage.arguments[0][1])
        return f"SELECT * EXCLUDE _keep FROM (SELECT *, {made} AS _keep FROM {source}) WHERE _keep"

    def do_with(self, stage, source):
        for number, (name, node) in enumerate(stage.arguments):
            made = self.say(node)
            if name in self.names:
                source = f"(SELECT * REPLACE ({made} AS {quoted(name)}) FROM {source})"
            else:
                # Before the places, which come last.
                source = f"(SELECT {self.listed()}, {made} AS {quoted(name)}, {PLACE} FROM {source})"
                self.names.append(name)
            self.writer.meaning.schema = {**self.writer.meaning.schema, name: self.writer.meaning.type(node)}
            self.writer.meaning.types = {}
        return f"SELECT * FROM {source}"

    def do_select(self, stage, source):
        if stage.arguments and all(self.looks_beyond(node) and not node.over for _, node in stage.arguments):
            raise NotThere("select of aggregates alone")
        made = ", ".join(f"{self.say(node)} AS {quoted(name or node.value)}" for name, node in stage.arguments)
        return f"SELECT {made}, {PLACE} FROM {source}"

    def do_drop(self, stage, source):
        gone = [node.value for _, node in stage.arguments]
        return f"SELECT {self.listed([n for n in self.names if n not in gone])}, {PLACE} FROM {source}"

    def do_rename(self, stage, source):
        new = {node.value: name for name, node in stage.arguments}
        made = ", ".join(f"{quoted(n)} AS {quoted(new.get(n, n))}" for n in self.names)
        return f"SELECT {made}, {PLACE} FROM {source}"

    def do_sort(self, stage, source):
        keys = [key for mark, node in stage.arguments for key in self.order(node, mark == "desc")]
        return f"SELECT {self.listed()}, row_number() OVER (ORDER BY {', '.join([*keys, PLACE])}) AS {PLACE} FROM {source}"

    def cut(self, source, first, last):
        return (f"SELECT {self.listed()}, {PLACE} FROM (SELECT *, row_number() OVER (ORDER BY {PLACE}) - 1 AS _n,"
                f" count(*) OVER () AS _total FROM {source}) WHERE _n >= {first} AND _n < {last}")

    def do_head(self, stage, source):
        n = stage.arguments[0][1].value
        return self.cut(source, 0, n if n >= 0 else f"_total + ({n})")

    def do_tail(self, stage, source):
        n = stage.arguments[0][1].value
        return self.cut(source, f"_total - {n}" if n >= 0 else -n, "_total")

    def do_slice(self, stage, source):
        start, count = (node.value for _, node in stage.arguments)
        first = start if start >= 0 else f"(_total + ({start}))"
        return self.cut(source, first, f"{first} + {count}")

    def do_unique(self, stage, source):
        keys = ", ".join(self.writer.say(node) for _, node in stage.arguments) or self.listed()
        order = {"first": f"ORDER BY {PLACE}", "last": f"ORDER BY {PLACE} DESC"}.get(keep := stage.options.get("keep", "first"))
        test = f"row_number() OVER (PARTITION BY {keys} {order}) = 1" if order else f"count(*) OVER (PARTITION BY {keys}) = 1"
        return f"SELECT * FROM {source} QUALIFY {test}"

    def do_drop_nulls(self, stage, source):
        names = [node.value for _, node in stage.arguments] or self.names
        return f"SELECT * FROM {source} WHERE {' AND '.join(f'{quoted(n)} IS NOT NULL' for n in names)}"

    def do_fill_null(self, stage, source):
        made = ", ".join(f"coalesce({quoted(name)}, {self.say(node)}) AS {quoted(name)}" for name, node in stage.arguments)
        return f"SELECT * REPLACE ({made}) FROM {source}"

    def do_row_index(self, stage, source):
        return f"SELECT row_number() OVER (ORDER BY {PLACE}) - 1 AS {quoted(stage.options['name'])}, * FROM {source}"

    # Groups

    def cell(self, node):
        """An expression of aggregates for every group."""
        if node.kind == "call" and node.value in AGGREGATES:
            return self.grouped(node, [self.writer.say(part) for part in node.parts])
        if node.kind == "literal":
            return self.writer.say(node)
        made = [syntax.Node("said", self.cell(part)) if part.kind != "type" else part for part in node.parts]
        for part, said in zip(node.parts, made):
            if part.kind != "type":
                self.writer.meaning.types[said] = self.writer.meaning.type(part)
        return self.writer.say(type(node)(node.kind, node.value, tuple(made)))

    def do_group_by(self, stage, source):
        keys = [(name or node.value, self.writer.say(node)) for name, node in stage.arguments]
        cells = [(name or node.value, self.cell(node)) for name, node in stage.clauses["agg"]] if "agg" in stage.clauses else [("len", "count(*)")]
        made = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in keys + cells)
        return f"SELECT {made}, min({PLACE}) AS {PLACE} FROM {source} GROUP BY {', '.join(sql for _, sql in keys)}"

    def do_agg(self, stage, source):
        made = ", ".join(f"{self.cell(node)} AS {quoted(name or node.value)}" for name, node in stage.arguments)
        return f"SELECT {made}, 0 AS {PLACE} FROM {source}"

    def do_value_counts(self, stage, source):
        name = stage.arguments[0][1]
        key = quoted(name.value)
        keys = ", ".join(['"len" DESC', *self.order(name, False)])
        counts = f'(SELECT {key}, count(*) AS "len" FROM {source} GROUP BY {key})'
        total = 'sum("len") OVER ()'
        running = f'sum("len") OVER (ORDER BY {keys} ROWS UNBOUNDED PRECEDING)'
        return (f'SELECT {key}, "len", "len" / {total} AS "share", {running} / {total} AS "cumulative",'
                f" row_number() OVER (ORDER BY {keys}) AS {PLACE} FROM {counts}")

    # Several tables

    def right(self, stage):
        written = stage.arguments[0][1]
        if isinstance(written, syntax.Node):
            return quoted(written.value), [n for n in self.other_names]
        source, *stages = syntax.parts(written)
        made, names = quoted(source), list(self.other_names)
        for one in map(syntax.stage, stages):
            if one.verb != "select":
                raise NotThere(f"{one.verb} on the right")
            columns = ", ".join(f"{self.writer.literal(node.value) if node.kind == 'literal' else quoted(node.value)} AS {quoted(name or node.value)}"
                                for name, node in one.arguments)
            made, names = f"(SELECT {columns}, {PLACE} FROM {made})", [name or node.value for name, node in one.arguments]
        return made, names

    def keys(self, stage):
        pairs = []
        for _, node in stage.clauses.get("on", []):
            pairs.append((node.parts[0].value, node.parts[1].value) if node.kind == "binary" else (node.value, node.value))
        return pairs

    def join(self, stage, source, how):
        right, names = self.right(stage)
        pairs = self.keys(stage)
        on = " AND ".join(f"l.{quoted(a)} = r.{quoted(b)}" for a, b in pairs) or "TRUE"
        full = how == "FULL"
        columns = [
            f"coalesce(l.{quoted(n)}, r.{quoted(dict(pairs)[n])}) AS {quoted(n)}" if full and n in dict(pairs) else f"l.{quoted(n)}"
            for n in self.names]
        taken = list(self.names)
        for name in names:
            if name in [b for _, b in pairs]:
                continue
            new = name + "_right" if name in taken else name
            taken.append(new)
            columns.append(f"r.{quoted(name)} AS {quoted(new)}")
        place = f"row_number() OVER (ORDER BY l.{PLACE} NULLS LAST, r.{PLACE} NULLS FIRST) AS {PLACE}"
        return f"SELECT {', '.join(columns)}, {place} FROM {source} l {how} JOIN {right} r ON {on}"

    def do_join(self, stage, source):
        return self.join(stage, source, "INNER")

    def do_left_join(self, stage, source):
        return self.join(stage, source, "LEFT")

    def do_full_join(self, stage, source):
        return self.join(stage, source, "FULL")

    def do_cross_join(self, stage, source):
        return self.join(stage, source, "INNER")

    def do_semi_join(self, stage, source):
        right, _ = self.right(stage)
        on = " AND ".join(f"l.{quoted(a)} = r.{quoted(b)}" for a, b in self.keys(stage))
        return f"SELECT * FROM {source} l WHERE {'NOT ' if stage.verb == 'anti_join' else ''}EXISTS (SELECT 1 FROM {right} r WHERE {on})"

    do_anti_join = do_semi_join

    def do_concat(self, stage, source):
        right, _ = self.right(stage)
        return (f"SELECT * EXCLUDE _part REPLACE (row_number() OVER (ORDER BY _part, {PLACE}) AS {PLACE}) FROM"
                f" (SELECT *, 0 AS _part FROM {source} UNION ALL BY NAME SELECT *, 1 AS _part FROM {right})")

    # Shapes

    def do_explode(self, stage, source):
        name = stage.arguments[0][1].value
        column = quoted(name)
        keep = stage.options.get("keep") == "empty"
        elements = f"CASE WHEN len({column}) > 0 THEN {column} {'ELSE [NULL] ' if keep else ''}END"
        places = f"generate_series(1, coalesce(len({elements}), 0))"
        self.writer.otherwise("explode")
        unnested = f"SELECT * REPLACE (({elements})[_i] AS {column}) FROM (SELECT *, unnest({places}) AS _i FROM {source})"
        return f"SELECT {self.listed()}, row_number() OVER (ORDER BY {PLACE}, _i) AS {PLACE} FROM ({unnested})"

    def do_unnest(self, stage, source):
        name = stage.arguments[0][1].value
        fields = [inner for inner, _ in self.types[name][1]]
        made = []
        for own in self.names:
            made += [f"struct_extract({quoted(name)}, {text(f)}) AS {quoted(f)}" for f in fields] if own == name else [quoted(own)]
        return f"SELECT {', '.join(made)}, {PLACE} FROM {source}"

    def do_unpivot(self, stage, source):
        names = [node.value for _, node in stage.arguments]
        variable, value = stage.options.get("name", "variable"), stage.options.get("value", "value")
        kept = [n for n in self.names if n not in names]
        parts = [
            f"SELECT {''.join(quoted(k) + ', ' for k in kept)}{text(n)} AS {quoted(variable)}, {quoted(n)} AS {quoted(value)}, {i} AS _part, {PLACE} FROM {source}"
            for i, n in enumerate(names)]
        return (f"SELECT * EXCLUDE _part REPLACE (row_number() OVER (ORDER BY _part, {PLACE}) AS {PLACE}) FROM"
                f" ({' UNION ALL '.join(parts)})")

    def do_pivot(self, stage, source):
        rows, on = stage.options["rows"], stage.options["columns"]
        made, found = [quoted(rows)], self.frame[on].unique(maintain_order=True)
        call = stage.clauses["agg"][0][1] if "agg" in stage.clauses else syntax.Node("call", "len")
        names = ["null" if value is None else str(value).lower() for value in found]
        if len(set(names)) < len(names):
            raise NotThere("names that differ in their case alone")
        for value in found:
            name = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            if name == "":
                raise NotThere("a column without a name")
            own = f"FILTER ({quoted(on)} IS NOT DISTINCT FROM {self.writer.literal(value)})"
            cell = self.grouped(call, [self.writer.say(part) for part in call.parts])
            made.append(f"CASE WHEN count(*) {own} > 0 THEN {cell} {own} END AS {quoted(name)}")
        return f"SELECT {', '.join(made)}, min({PLACE}) AS {PLACE} FROM {source} GROUP BY {quoted(rows)}"

    def do_shape(self, stage, source):
        return f"SELECT count(*) AS rows, {len(self.names)} AS columns, 0 AS {PLACE} FROM {source}"


AGGREGATES = {
    "len", "count", "n_unique", "first", "last", "sum", "mean", "min", "max", "median", "quantile", "std", "var", "list", "unique", "any", "all",
    "mode", "corr",
}
PLACES = {
    "row_number": "row_number()", "rank": "rank()", "dense_rank": "dense_rank()", "lag": "lag({0}, {1})", "lead": "lead({0}, {1})",
    "cum_sum": "sum({0})", "cum_max": "max({0})",
}

"""Random pipelines as cases: compares the results of polars and DuckDB with those of Lectern."""
import random
import re

import duckdb
import polars as pl
from cases import Run, Verdict
from peers import same, values
from pipelines import Pipeline
from sql_stages import Stages
from tables import random_table


def make_pipeline(seed, most_rows=None):
    rng = random.Random(seed)
    small = most_rows and rng.choice([0, 1, 2, most_rows, most_rows])
    frame, columns = random_table(rng, small, has_literals=most_rows is not None)
    other, other_columns = random_table(
        rng, rng.choice([0, 1, 5, 12, 30] if small is None else [1, 5]), has_literals=most_rows is not None)
    if rng.random() < 0.3:
        other, other_columns = frame.slice(0, 25), columns
    pipeline = Pipeline(rng, frame, columns, other, other_columns)
    pipeline.grow(rng.randint(1, 5))
    return frame, other, pipeline


class PipelineCase:
    kind = "pipelines"

    def __init__(self, seed):
        self.frame, self.other, self.made = make_pipeline(seed)
        self.defined, self.calls = with_definition(random.Random(seed * 17 + 3), self.made.stages)

    stages = property(lambda self: self.made.stages)
    pipeline = property(lambda self: f"case | {' | '.join(self.calls)}")

    def runs(self):
        return {"all": Run({"other": self.other, "case": self.frame}, self.pipeline, [*self.made.setup, *self.defined])}

    def verdict(self, runs, database, say_message, said_otherwise):
        verdict, result = Verdict(), runs["all"].result
        if self.made.fails:
            if result is not None:
                verdict.problems.append("Lectern gave a result that does not fit")
            else:
                verdict.refusals.append(("overflow, loss or division by zero", "the whole"))
            return verdict
        if result is None:
            verdict.problems.append("Lectern failed: " + say_message("all"))
            return verdict
        verdict.compared["polars"] += result.height * result.width
        if problem := difference("polars", self.made.frame, result):
            verdict.problems.append(problem)
        stages = Stages(database, said_otherwise)
        try:
            found = stages.run(self.made, self.made.history)
        except duckdb.Error as error:
            verdict.problems.append(f"DuckDB: {str(error)[:300]}")
            return verdict
        verdict.not_there += [f"DuckDB: {name}" for name in stages.not_there]
        if found is None:
            return verdict
        verdict.compared["DuckDB"] += result.height * result.width
        if problem := difference("DuckDB", found, result):
            verdict.problems.append(problem)
        return verdict


def with_definition(rng, stages):
    """The stages with some of them as a verb of their own, in every third case, and the definition of that verb.

    A whole number of the first of them becomes a parameter, where there is one outside of texts and names.
    """
    if rng.random() > 0.35 or not stages:
        return [], stages
    first = rng.randrange(len(stages))
    last = rng.randint(first + 1, len(stages))
    body, call = " | ".join(stages[first:last]), "some_stages"
    number = re.match(r'''[^"'`\[\]$]*?(?<![\w.$-])(\d+)(?![\w.])''', body)
    if not number:
        return [f"define some_stages = {body}"], [*stages[:first], call, *stages[last:]]
    start, end = number.span(1)
    default = rng.choice(["", "=1"])
    call = f"some_stages n={number[1]}"
    definition = f"define some_stages(n{default}) = {body[:start]}$n{body[end:]}"
    return [definition], [*stages[:first], call, *stages[last:]]


def family(dtype):
    if dtype.is_integer() or isinstance(dtype, pl.Decimal) and dtype.scale == 0:
        return "integer"
    if dtype.is_float():
        return "float"
    if dtype == pl.List:
        return f"list of {family(dtype.inner)}"
    return str(dtype.base_type())


def difference(peer, expected, found):
    """What is different, in words; None where nothing is."""
    if expected.columns != found.columns:
        return f"columns {expected.columns} in {peer}, {found.columns} in Lectern"
    if expected.height != found.height:
        return f"{expected.height} rows in {peer}, {found.height} in Lectern"
    for name in expected.columns:
        kinds = family(expected.schema[name]), family(found.schema[name])
        if kinds[0] != kinds[1] and "Null" not in str(kinds):
            return f"`{name}` is {expected.schema[name]} in {peer}, {found.schema[name]} in Lectern"
        for row, (a, b) in enumerate(zip(values(expected[name]), values(found[name]))):
            if not same(a, b):
                return f"`{name}` in row {row} is {a!r} in {peer}, {b!r} in Lectern"
    return None

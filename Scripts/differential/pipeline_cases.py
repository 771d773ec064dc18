"""Random pipelines as cases: compares the results of polars and DuckDB with those of Lectern."""
import random

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

    stages = property(lambda self: self.made.stages)
    pipeline = property(lambda self: f"case | {' | '.join(self.made.stages)}")

    def runs(self):
        return {"all": Run({"other": self.other, "case": self.frame}, self.pipeline, self.made.setup)}

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

"""Writes cases for Lectern's own tests: tables and pipelines as Lectern's text, with the results of polars."""
import json
import math
from datetime import date, datetime

import polars as pl

NAMES = {
    pl.Int8: "i8", pl.Int16: "i16", pl.Int32: "i32", pl.Int64: "i64", pl.UInt8: "u8", pl.UInt16: "u16", pl.UInt32: "u32",
    pl.UInt64: "u64", pl.Float32: "f32", pl.Float64: "f64", pl.String: "str", pl.Boolean: "bool", pl.Date: "date",
}


def type_name(dtype):
    if isinstance(dtype, pl.Datetime):
        return f"datetime[{dtype.time_unit}]"
    if isinstance(dtype, pl.List):
        return f"list[{type_name(dtype.inner)}]"
    return NAMES[dtype.base_type()]


def literal(value):
    """A value as Lectern writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if math.isnan(value):
            return "0.0 / 0.0"
        return ("-" if value < 0 else "") + "1 / 0.0" if math.isinf(value) else repr(value)
    if isinstance(value, datetime):
        return f'"{value.isoformat(sep=" ")}"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def table(frame):
    """A table as a literal, its columns cast to the types they have."""
    columns = ", ".join(f"{name} = [{', '.join(map(literal, frame[name].to_list()))}]" for name in frame.columns)
    types = ", ".join(f"{name} = cast({name}, {type_name(frame.schema[name])})" for name in frame.columns)
    return f"table {columns} | select {types}"


def plain(value):
    """A value as JSON holds it: the kind of every value stands before it."""
    if value is None:
        return None
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, bool):
        return f"bool {str(value).lower()}"
    if isinstance(value, int):
        return f"int {value}"
    if isinstance(value, float):
        return f"float {value!r}"
    if isinstance(value, datetime):
        return f"moment {round((value - datetime(1970, 1, 1)).total_seconds() * 1_000_000)}"
    if isinstance(value, date):
        return f"date {(value - date(1970, 1, 1)).days}"
    return f"str {value}"


def record(case, frame, other, pipeline):
    result = pipeline.frame
    found = {"case": case, "table": table(frame), "other": table(other), "pipeline": " | ".join(pipeline.stages)}
    if pipeline.fails:
        return json.dumps(found | {"fails": True}, ensure_ascii=False)
    rows = [[plain(value) for value in row] for row in zip(*(result[name].to_list() for name in result.columns))]
    return json.dumps(found | {"columns": result.columns, "rows": rows}, ensure_ascii=False)

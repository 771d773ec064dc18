"""Small Parquet files with moments far away, for the tests of Formats.

usage: moment_fixtures.py OUT_DIR

`int96.parquet` has moments of 96 bits, as Impala and old Spark write them: a year 9999 that stands for "never", one before
1677, ordinary ones and nulls; plain, and `int96_near.parquet` without those that nanoseconds do not reach.
`extremes.parquet` has the first and the last ticks of 64 bits in all units. Made with pyarrow 26.0.1.
"""
import sys
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)

near = [datetime(2024, 7, 1, 12, 34, 56, 789012), None, datetime(1969, 12, 31, 23, 59, 59, 999999)]
far = near + [datetime(9999, 12, 31), datetime(1600, 1, 1, 0, 0, 0, 1)]
for name, moments in (("int96", far), ("int96_near", near)):
    table = pa.table({
        "id": pa.array(range(len(moments)), pa.int32()),
        "at": pa.array(moments, pa.timestamp("us")),
        "list": pa.array([[moment] for moment in moments], pa.list_(pa.timestamp("us"))),
    })
    pq.write_table(table, out / f"{name}.parquet", use_deprecated_int96_timestamps=True)

ends = [-(2**63), 2**63 - 1, 0, None]
columns = {unit: pa.array(ends, pa.timestamp(unit)) for unit in ("ms", "us", "ns")}
columns |= {f"took_{unit}": pa.array(ends, pa.duration(unit)) for unit in ("s", "ms", "us", "ns")}
columns["day"] = pa.array([-(2**31), 2**31 - 1, 0, None], pa.date32())
columns["clock"] = pa.array([0, 86_399_999_999, 1, None], pa.time64("us"))
pq.write_table(pa.table(columns), out / "extremes.parquet")

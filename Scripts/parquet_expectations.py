"""What Parquet files hold by pyarrow's reading, or DuckDB's where pyarrow refuses, as one line a column.

usage: parquet_expectations.py OUT.tsv FILE...

A line is file, column, rows, the CRC-32 of all values in the spelling of `spell`, and the first value.
The tests of Formats spell the values they read the same way. Made with pyarrow 26.0.1, duckdb 2.0.0.
"""
import struct
import sys
import uuid
import zlib
from decimal import Decimal, getcontext
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

getcontext().prec = 60


def bits(value):
    return "nan" if value != value else f"f{struct.unpack('<Q', struct.pack('<d', value))[0]}"


def spell(array):
    """Every value of an array as text: exact, the same for all programs."""
    if isinstance(array, pa.ChunkedArray):
        return [text for chunk in array.chunks for text in spell(chunk)]
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":
            raw = array.storage.to_pylist()
            return ["null" if v is None else "t" + str(uuid.UUID(bytes=v)).encode().hex() for v in raw]
        return spell(array.storage)
    if pa.types.is_dictionary(kind):
        return spell(array.dictionary_decode())
    valid = array.is_valid().to_pylist()

    def each(texts):
        return [text if ok else "null" for ok, text in zip(valid, texts)]

    if pa.types.is_struct(kind):
        fields = [(kind.field(i).name, spell(array.field(i))) for i in range(kind.num_fields)]
        return each("{" + ",".join(f"{n}:{v[row]}" for n, v in fields) + "}" for row in range(len(array)))
    if pa.types.is_map(kind):
        keys, items = spell(array.keys), spell(array.items)
        names = (kind.key_field.name, kind.item_field.name)
        inner = [f"{{{names[0]}:{k},{names[1]}:{v}}}" for k, v in zip(keys, items)]
        ends = array.offsets.to_pylist()
        return each("[" + ",".join(inner[a:b]) + "]" for a, b in zip(ends, ends[1:]))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner, ends = spell(array.values), array.offsets.to_pylist()
        return each("[" + ",".join(inner[a:b]) + "]" for a, b in zip(ends, ends[1:]))
    if pa.types.is_null(kind):
        return ["null"] * len(array)
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind) or pa.types.is_time(kind) or pa.types.is_date32(kind):
        width = pa.int32() if kind.bit_width == 32 else pa.int64()
        ticks = array.view(width).to_pylist()
        scale = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
        if pa.types.is_date32(kind):
            return each(f"d{t}" for t in ticks)
        if pa.types.is_time(kind):
            return each(f"T{(t or 0) * scale[kind.unit]}" for t in ticks)
        letter = "D" if pa.types.is_timestamp(kind) else "U"
        if kind.unit == "s":
            return each(f"{letter}{(t or 0) * 1000}ms" for t in ticks)
        return each(f"{letter}{t}{kind.unit}" for t in ticks)
    if pa.types.is_decimal(kind):
        return each(f"dec{int((v or Decimal(0)).scaleb(kind.scale))}/{kind.scale}" for v in array.to_pylist())
    if pa.types.is_floating(kind):
        return each(bits(float(v)) if v is not None else "" for v in array.to_pylist())
    if pa.types.is_boolean(kind):
        return each("true" if v else "false" for v in array.to_pylist())
    if pa.types.is_integer(kind):
        return each(str(v) for v in array.to_pylist())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view():
        return each("t" + v.encode().hex() if v is not None else "" for v in array.to_pylist())
    return each("b" + v.hex() if v is not None else "" for v in array.to_pylist())


def read(path):
    try:
        return pq.ParquetFile(path, page_checksum_verification=False).read()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as refusal:
        import duckdb

        print(f"{path.name}: pyarrow refuses ({refusal}); by DuckDB", file=sys.stderr)
        table = duckdb.sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table()
        return table


def lines(path):
    table = read(path)
    for name, column in zip(table.column_names, table.columns):
        texts = spell(column)
        crc = zlib.crc32("\n".join(texts).encode())
        yield f"{path.name}\t{name}\t{len(texts)}\t{crc}\t{texts[0][:60] if texts else ''}"


if __name__ == "__main__":
    out, *paths = sys.argv[1:]
    with open(out, "w", encoding="utf-8") as file:
        for path in map(Path, paths):
            for line in lines(path):
                file.write(line + "\n")

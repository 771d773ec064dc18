"""Small files like the public data sets that some tests read: Tests/FormatsTests/Fixtures/Samples.

usage: sample_fixtures.py OUT_DIR

Made with pyarrow 26.0.1; the values are made up. What a plain clone tests on these, one with the data sets beside it
tests on those as well.
"""
import datetime as dt
import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
rng = random.Random(20091201)

# Invoices of a shop: ids are floats with whole values, a fifth of them missing; cancelled invoices begin with C.
codes = ["85123A", "71053", "84406B", "22752"]
rows = []
for number in range(240):
    customer = None if number % 5 == 4 else float(13080 + number % 7)
    cancelled = number % 12 == 7
    rows.append({
        "Invoice": ("C" if cancelled else "") + str(489434 + number // 3), "StockCode": codes[[0, 1, 0, 2, 0, 3, 0, 0][number % 8]],
        "Description": None if number % 40 == 3 else f"WHITE HANGING HEART {number % 5}",
        "Quantity": -1 if cancelled else 1 + number % 9,
        "InvoiceDate": str(dt.datetime(2009, 12, 1, 7, 45) + dt.timedelta(minutes=11 * number)),
        "Price": 0.5 * (number % 8), "Customer ID": customer, "Country": "United Kingdom",
    })
schema = pa.schema([
    ("Invoice", pa.string()), ("StockCode", pa.string()), ("Description", pa.string()), ("Quantity", pa.int64()),
    ("InvoiceDate", pa.string()), ("Price", pa.float64()), ("Customer ID", pa.float64()),
    ("Country", pa.string())])
pq.write_table(pa.Table.from_pylist(rows, schema), out / "retail.parquet", row_group_size=100)

# Ratings as MovieLens has them in RecBole's form: types in the header, tabs, and lists of words.
with open(out / "ratings.inter", "w") as file:
    file.write("user_id:token\titem_id:token\trating:float\ttimestamp:float\n")
    for user in range(1, 13):
        for item in sorted(rng.sample(range(1, 21), 8)):
            file.write(f"{user}\t{item}\t{rng.randint(1, 5)}\t{881250949 + 60 * item + user}\n")
with open(out / "films.item", "w") as file:
    file.write("item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n")
    for item in range(1, 21):
        file.write(f"{item}\t{'Toy Story' if item == 1 else f'Film {item}'}\t{1970 + item}\tAnimation Comedy\n")
with open(out / "people.user", "w") as file:
    file.write("user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n")
    for user in range(1, 13):
        file.write(f"{user}\t{20 + user}\t{'MF'[user % 2]}\twriter\t{10000 + 37 * user}\n")

# Pages of few values each, some of nulls alone, with an index of their bounds.
count = 900
pages = pa.table({
    "id": pa.array(range(count), pa.int32()),
    "gaps": pa.array([None if row // 60 % 2 else row for row in range(count)], pa.int32()),
    "lists": pa.array([None if row % 11 == 3 else list(range(row % 5)) for row in range(count)], pa.list_(pa.int64())),
    "deltas": pa.array([None if row % 7 == 2 else row * row for row in range(count)], pa.int64()),
})
pq.write_table(
    pages, out / "pages.parquet", row_group_size=500, data_page_size=64, write_batch_size=20, write_page_index=True,
    use_dictionary=["gaps"], column_encoding={"deltas": "DELTA_BINARY_PACKED"})

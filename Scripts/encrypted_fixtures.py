"""Small encrypted Parquet files, for the tests of Formats: what cannot be read has to be said, column by column.

usage: encrypted_fixtures.py OUT_DIR

`footer.parquet` is encrypted whole, `columns.parquet` has a footer in plain text and one encrypted column. The keys are
made up and kept nowhere. Made with pyarrow 26.0.1.
"""
import base64
import datetime
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)


class PlainKeys(pe.KmsClient):
    """Wraps a key by writing the name of the master key before it, which is enough for files that nobody opens."""

    def __init__(self, connection):
        pe.KmsClient.__init__(self)

    def wrap_key(self, key, master):
        return base64.b64encode(master.encode() + b":" + key)

    def unwrap_key(self, wrapped, master):
        return base64.b64decode(wrapped).split(b":", 1)[1]


factory = pe.CryptoFactory(PlainKeys)
table = pa.table({"user_id": pa.array([1, 2, 3], pa.int32()), "secret": pa.array([10, 20, 30], pa.int64())})
for name, plaintext_footer in (("footer", False), ("columns", True)):
    configuration = pe.EncryptionConfiguration(
        footer_key="footer", column_keys={"column": ["secret"]}, encryption_algorithm="AES_GCM_V1",
        plaintext_footer=plaintext_footer, cache_lifetime=datetime.timedelta(minutes=5))
    properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), configuration)
    with pq.ParquetWriter(out / f"{name}.parquet", table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)
print("pyarrow", pa.__version__)

#include "CCompression.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

struct compression_stream {
  int kind;
  const uint8_t *input;
  size_t count;
  // Whether the last gzip member or zstd frame is complete: the input may end only there.
  int complete;
  z_stream gzip;
  ZSTD_DStream *zstd;
};

compression_stream *compression_stream_open(int kind, const void *input, size_t count) {
  compression_stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) return NULL;
  stream->kind = kind;
  stream->input = input;
  stream->count = count;
  stream->complete = 1;
  int opened;
  if (kind != COMPRESSION_STREAM_ZSTD) {
    // +32 detects gzip or zlib by the header; a negative value means raw deflate.
    opened = inflateInit2(&stream->gzip, kind == COMPRESSION_STREAM_GZIP ? 15 + 32 : -15) == Z_OK;
  } else {
    stream->zstd = ZSTD_createDStream();
    opened = stream->zstd != NULL;
  }
  if (!opened) {
    free(stream);
    return NULL;
  }
  return stream;
}

static int64_t read_gzip(compression_stream *stream, uint8_t *output, size_t capacity) {
  size_t written = 0;
  while (written < capacity) {
    if (stream->count == 0) return stream->complete ? (int64_t)written : -1;
    // A zip entry has only one stream; anything after it is not part of the entry.
    if (stream->complete && stream->kind == COMPRESSION_STREAM_DEFLATE && stream->gzip.total_in > 0) return -1;
    if (stream->complete && inflateReset(&stream->gzip) != Z_OK) return -1;
    stream->complete = 0;
    uInt given = stream->count > UINT_MAX ? UINT_MAX : (uInt)stream->count;
    uInt room = capacity - written > UINT_MAX ? UINT_MAX : (uInt)(capacity - written);
    stream->gzip.next_in = (Bytef *)stream->input;
    stream->gzip.avail_in = given;
    stream->gzip.next_out = output + written;
    stream->gzip.avail_out = room;
    int status = inflate(&stream->gzip, Z_NO_FLUSH);
    size_t taken = given - stream->gzip.avail_in;
    size_t made = room - stream->gzip.avail_out;
    stream->input += taken;
    stream->count -= taken;
    written += made;
    if (status == Z_STREAM_END) {
      stream->complete = 1;
    } else if (status != Z_OK || (taken == 0 && made == 0)) {
      return -1;
    }
  }
  return (int64_t)written;
}

static int64_t read_zstd(compression_stream *stream, uint8_t *output, size_t capacity) {
  size_t written = 0;
  while (written < capacity) {
    if (stream->count == 0 && stream->complete) break;
    ZSTD_inBuffer in = {stream->input, stream->count, 0};
    ZSTD_outBuffer out = {output + written, capacity - written, 0};
    size_t left = ZSTD_decompressStream(stream->zstd, &out, &in);
    if (ZSTD_isError(left)) return -1;
    if (in.pos == 0 && out.pos == 0) return -1;
    stream->input += in.pos;
    stream->count -= in.pos;
    written += out.pos;
    stream->complete = left == 0;
  }
  return (int64_t)written;
}

int64_t compression_stream_read(compression_stream *stream, void *output, size_t capacity) {
  return stream->kind == COMPRESSION_STREAM_ZSTD ? read_zstd(stream, output, capacity)
                                                 : read_gzip(stream, output, capacity);
}

size_t compression_stream_rest(const compression_stream *stream) { return stream->count; }

void compression_stream_close(compression_stream *stream) {
  if (stream == NULL) return;
  if (stream->kind != COMPRESSION_STREAM_ZSTD) {
    inflateEnd(&stream->gzip);
  } else {
    ZSTD_freeDStream(stream->zstd);
  }
  free(stream);
}

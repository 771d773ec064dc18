#include "CCompression.h"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <limits.h>
#include <lz4.h>
#include <lz4frame.h>
#include <pthread.h>
#include <snappy-c.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

// To create a zstd context costs far more than to decompress a page, so each thread keeps its contexts until it ends.

typedef struct {
  ZSTD_DCtx *decompressor;
  ZSTD_CCtx *compressor;
  LZ4F_dctx *frames;
} thread_contexts;

static pthread_key_t contexts_key;
static pthread_once_t contexts_once = PTHREAD_ONCE_INIT;

static void contexts_free(void *pointer) {
  thread_contexts *contexts = pointer;
  ZSTD_freeDCtx(contexts->decompressor);
  ZSTD_freeCCtx(contexts->compressor);
  LZ4F_freeDecompressionContext(contexts->frames);
  free(contexts);
}

static void contexts_make_key(void) { pthread_key_create(&contexts_key, contexts_free); }

static thread_contexts *contexts_of_thread(void) {
  pthread_once(&contexts_once, contexts_make_key);
  thread_contexts *contexts = pthread_getspecific(contexts_key);
  if (contexts == NULL) {
    contexts = calloc(1, sizeof *contexts);
    if (contexts != NULL) pthread_setspecific(contexts_key, contexts);
  }
  return contexts;
}

int64_t compression_zstd_decompress(void *output, size_t capacity, const void *input, size_t count) {
  thread_contexts *contexts = contexts_of_thread();
  if (contexts == NULL) return -1;
  if (contexts->decompressor == NULL) contexts->decompressor = ZSTD_createDCtx();
  if (contexts->decompressor == NULL) return -1;
  size_t written = ZSTD_decompressDCtx(contexts->decompressor, output, capacity, input, count);
  return ZSTD_isError(written) ? -1 : (int64_t)written;
}

int64_t compression_zstd_compress(void *output, size_t capacity, const void *input, size_t count, int level) {
  thread_contexts *contexts = contexts_of_thread();
  if (contexts == NULL) return -1;
  if (contexts->compressor == NULL) contexts->compressor = ZSTD_createCCtx();
  if (contexts->compressor == NULL) return -1;
  size_t written = ZSTD_compressCCtx(contexts->compressor, output, capacity, input, count, level);
  return ZSTD_isError(written) ? -1 : (int64_t)written;
}

size_t compression_zstd_bound(size_t count) { return ZSTD_compressBound(count); }

int64_t compression_zstd_content_size(const void *input, size_t count) {
  unsigned long long size = ZSTD_getFrameContentSize(input, count);
  if (size == ZSTD_CONTENTSIZE_UNKNOWN) return -1;
  if (size == ZSTD_CONTENTSIZE_ERROR || size > INT64_MAX) return -2;
  return (int64_t)size;
}

int64_t compression_snappy_decompress(void *output, size_t capacity, const void *input, size_t count) {
  size_t written = capacity;
  return snappy_uncompress(input, count, output, &written) == SNAPPY_OK ? (int64_t)written : -1;
}

int64_t compression_snappy_compress(void *output, size_t capacity, const void *input, size_t count) {
  size_t written = capacity;
  return snappy_compress(input, count, output, &written) == SNAPPY_OK ? (int64_t)written : -1;
}

size_t compression_snappy_bound(size_t count) { return snappy_max_compressed_length(count); }

int64_t compression_snappy_content_size(const void *input, size_t count) {
  size_t size = 0;
  return snappy_uncompressed_length(input, count, &size) == SNAPPY_OK ? (int64_t)size : -1;
}

int64_t compression_lz4_decompress(void *output, size_t capacity, const void *input, size_t count) {
  if (capacity > INT_MAX || count > INT_MAX) return -1;
  return LZ4_decompress_safe(input, output, (int)count, (int)capacity);
}

int64_t compression_lz4_compress(void *output, size_t capacity, const void *input, size_t count) {
  if (capacity > INT_MAX || count > INT_MAX) return -1;
  int written = LZ4_compress_default(input, output, (int)count, (int)capacity);
  return written > 0 ? written : -1;
}

size_t compression_lz4_bound(size_t count) { return count > LZ4_MAX_INPUT_SIZE ? 0 : (size_t)LZ4_compressBound((int)count); }

// A reset does not always clear the state that a broken frame leaves in a context: lz4 1.9.4 then refused valid
// frames. So the context is freed, and the next frame gets a new one.
static int64_t frame_failed(thread_contexts *contexts) {
  LZ4F_freeDecompressionContext(contexts->frames);
  contexts->frames = NULL;
  return -1;
}

int64_t compression_lz4_frame_decompress(void *output, size_t capacity, const void *input, size_t count) {
  thread_contexts *contexts = contexts_of_thread();
  if (contexts == NULL) return -1;
  if (contexts->frames == NULL &&
      LZ4F_isError(LZ4F_createDecompressionContext(&contexts->frames, LZ4F_VERSION))) {
    contexts->frames = NULL;
    return -1;
  }
  size_t read = 0, written = 0, left = 1;
  while (left != 0) {
    size_t taken = count - read, made = capacity - written;
    left = LZ4F_decompress(contexts->frames, (uint8_t *)output + written, &made, (const uint8_t *)input + read, &taken, NULL);
    if (LZ4F_isError(left)) return frame_failed(contexts);
    read += taken;
    written += made;
    // No progress: the input ends early, or the output does not fit.
    if (left != 0 && taken == 0 && made == 0) return frame_failed(contexts);
  }
  return (int64_t)written;
}

int64_t compression_lz4_frame_compress(void *output, size_t capacity, const void *input, size_t count) {
  LZ4F_preferences_t preferences;
  memset(&preferences, 0, sizeof preferences);
  preferences.frameInfo.contentSize = count;
  size_t written = LZ4F_compressFrame(output, capacity, input, count, &preferences);
  return LZ4F_isError(written) ? -1 : (int64_t)written;
}

size_t compression_lz4_frame_bound(size_t count) {
  LZ4F_preferences_t preferences;
  memset(&preferences, 0, sizeof preferences);
  preferences.frameInfo.contentSize = count;
  return LZ4F_compressFrameBound(count, &preferences);
}

int64_t compression_brotli_decompress(void *output, size_t capacity, const void *input, size_t count) {
  size_t written = capacity;
  return BrotliDecoderDecompress(count, input, &written, output) == BROTLI_DECODER_RESULT_SUCCESS ? (int64_t)written : -1;
}

int64_t compression_brotli_compress(void *output, size_t capacity, const void *input, size_t count, int quality) {
  size_t written = capacity;
  int done = BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, count, input, &written, output);
  return done ? (int64_t)written : -1;
}

size_t compression_brotli_bound(size_t count) { return BrotliEncoderMaxCompressedSize(count); }

int64_t compression_gzip_decompress(void *output, size_t capacity, const void *input, size_t count) {
  compression_stream *stream = compression_stream_open(COMPRESSION_STREAM_GZIP, input, count);
  if (stream == NULL) return -1;
  int64_t written = compression_stream_read(stream, output, capacity);
  uint8_t beyond;
  if (written >= 0 && compression_stream_read(stream, &beyond, 1) != 0) written = -1;
  compression_stream_close(stream);
  return written;
}

int64_t compression_gzip_compress(void *output, size_t capacity, const void *input, size_t count, int level) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (capacity > UINT_MAX || count > UINT_MAX) return -1;
  if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return -1;
  stream.next_in = (Bytef *)input;
  stream.avail_in = (uInt)count;
  stream.next_out = output;
  stream.avail_out = (uInt)capacity;
  int status = deflate(&stream, Z_FINISH);
  int64_t written = status == Z_STREAM_END ? (int64_t)stream.total_out : -1;
  deflateEnd(&stream);
  return written;
}

size_t compression_gzip_bound(size_t count) { return compressBound(count) + 32; }

uint32_t compression_crc32(uint32_t start, const void *input, size_t count) {
  return (uint32_t)crc32_z(start, input, count);
}

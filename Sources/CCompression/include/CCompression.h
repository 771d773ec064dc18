#ifndef CCompression_h
#define CCompression_h

#include <stddef.h>
#include <stdint.h>

// One call per block: `compression_CODEC_decompress` writes at most `capacity` bytes and returns how many it wrote, or
// a negative number if the input is broken or does not fit. Contexts are kept per thread and freed when it ends.

int64_t compression_zstd_decompress(void *output, size_t capacity, const void *input, size_t count);
int64_t compression_zstd_compress(void *output, size_t capacity, const void *input, size_t count, int level);
size_t compression_zstd_bound(size_t count);
/// The content size that a frame declares; -1 if it declares none, -2 if it is not a frame.
int64_t compression_zstd_content_size(const void *input, size_t count);

int64_t compression_snappy_decompress(void *output, size_t capacity, const void *input, size_t count);
int64_t compression_snappy_compress(void *output, size_t capacity, const void *input, size_t count);
size_t compression_snappy_bound(size_t count);
/// The content size that a block declares; negative if it is not a block.
int64_t compression_snappy_content_size(const void *input, size_t count);

int64_t compression_lz4_decompress(void *output, size_t capacity, const void *input, size_t count);
int64_t compression_lz4_compress(void *output, size_t capacity, const void *input, size_t count);
size_t compression_lz4_bound(size_t count);

/// LZ4's own frame format, as in Arrow files.
int64_t compression_lz4_frame_decompress(void *output, size_t capacity, const void *input, size_t count);
int64_t compression_lz4_frame_compress(void *output, size_t capacity, const void *input, size_t count);
size_t compression_lz4_frame_bound(size_t count);

int64_t compression_brotli_decompress(void *output, size_t capacity, const void *input, size_t count);
int64_t compression_brotli_compress(void *output, size_t capacity, const void *input, size_t count, int quality);
size_t compression_brotli_bound(size_t count);

/// Decompresses any number of concatenated gzip members or zlib streams.
int64_t compression_gzip_decompress(void *output, size_t capacity, const void *input, size_t count);
int64_t compression_gzip_compress(void *output, size_t capacity, const void *input, size_t count, int level);
size_t compression_gzip_bound(size_t count);

uint32_t compression_crc32(uint32_t start, const void *input, size_t count);

/// Decompresses a whole file piece by piece when the size is not known: gzip members or zstd frames.
typedef struct compression_stream compression_stream;
/// `DEFLATE` is the raw format of zip files: no header, one stream.
enum { COMPRESSION_STREAM_GZIP = 0, COMPRESSION_STREAM_ZSTD = 1, COMPRESSION_STREAM_DEFLATE = 2 };
compression_stream *compression_stream_open(int kind, const void *input, size_t count);
/// Writes up to `capacity` bytes. Returns 0 at the end, negative if the input is broken or ends early.
int64_t compression_stream_read(compression_stream *stream, void *output, size_t capacity);
/// The number of input bytes that have not been read.
size_t compression_stream_rest(const compression_stream *stream);
void compression_stream_close(compression_stream *stream);

/// The same for bzip2 and xz, whose libraries are loaded on demand. NULL if a library is not installed.
typedef struct optional_stream optional_stream;
enum { OPTIONAL_STREAM_BZIP2 = 0, OPTIONAL_STREAM_XZ = 1 };
optional_stream *optional_stream_open(int kind, const void *input, size_t count);
int64_t optional_stream_read(optional_stream *stream, void *output, size_t capacity);
size_t optional_stream_rest(const optional_stream *stream);
void optional_stream_close(optional_stream *stream);

#endif

#include "CCompression.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

// bzip2 and xz. Few files need them, so their libraries are loaded on demand. Their structures are declared here
// according to the libraries' ABI, so that building needs no headers of them.

typedef struct {
  char *next_in;
  unsigned int avail_in, total_in_lo32, total_in_hi32;
  char *next_out;
  unsigned int avail_out, total_out_lo32, total_out_hi32;
  void *state;
  void *(*allocate)(void *, int, int);
  void (*release)(void *, void *);
  void *opaque;
} bzip2_state;

typedef struct {
  const uint8_t *next_in;
  size_t avail_in;
  uint64_t total_in;
  uint8_t *next_out;
  size_t avail_out;
  uint64_t total_out;
  const void *allocator;
  void *internal;
  void *reserved_pointers[4];
  uint64_t seek, reserved_64;
  size_t reserved_size[2];
  int reserved_enums[2];
} xz_state;

struct optional_stream {
  int kind;
  void *library;
  const uint8_t *input;
  size_t count;
  int complete;
  int open;
  bzip2_state bzip2;
  xz_state xz;
  int (*bzip2_init)(bzip2_state *, int, int);
  int (*bzip2_step)(bzip2_state *);
  int (*bzip2_end)(bzip2_state *);
  int (*xz_init)(xz_state *, uint64_t, uint32_t);
  int (*xz_step)(xz_state *, int);
  void (*xz_end)(xz_state *);
};

enum { XZ_CONCATENATED = 8, XZ_RUN = 0, XZ_FINISH = 3, XZ_STREAM_END = 1 };
enum { BZIP2_OK = 0, BZIP2_STREAM_END = 4 };

static void *symbol(void *library, const char *name, int *missing) {
  void *found = dlsym(library, name);
  if (found == NULL) *missing = 1;
  return found;
}

optional_stream *optional_stream_open(int kind, const void *input, size_t count) {
  void *library = dlopen(kind == OPTIONAL_STREAM_BZIP2 ? "libbz2.so.1.0" : "liblzma.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return NULL;
  optional_stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) {
    dlclose(library);
    return NULL;
  }
  stream->kind = kind;
  stream->library = library;
  stream->input = input;
  stream->count = count;
  int missing = 0;
  if (kind == OPTIONAL_STREAM_BZIP2) {
    *(void **)&stream->bzip2_init = symbol(library, "BZ2_bzDecompressInit", &missing);
    *(void **)&stream->bzip2_step = symbol(library, "BZ2_bzDecompress", &missing);
    *(void **)&stream->bzip2_end = symbol(library, "BZ2_bzDecompressEnd", &missing);
    stream->complete = 1;
  } else {
    *(void **)&stream->xz_init = symbol(library, "lzma_stream_decoder", &missing);
    *(void **)&stream->xz_step = symbol(library, "lzma_code", &missing);
    *(void **)&stream->xz_end = symbol(library, "lzma_end", &missing);
    // The strongest setting of xz needs less than a gigabyte. Files that ask for more are refused.
    if (!missing && stream->xz_init(&stream->xz, (uint64_t)1 << 30, XZ_CONCATENATED) != 0) missing = 1;
    stream->open = !missing;
  }
  if (missing) {
    optional_stream_close(stream);
    return NULL;
  }
  return stream;
}

static int64_t read_bzip2(optional_stream *stream, uint8_t *output, size_t capacity) {
  size_t written = 0;
  while (written < capacity) {
    if (stream->complete) {
      if (stream->count == 0) break;
      if (stream->open) stream->bzip2_end(&stream->bzip2);
      memset(&stream->bzip2, 0, sizeof stream->bzip2);
      stream->open = stream->bzip2_init(&stream->bzip2, 0, 0) == BZIP2_OK;
      if (!stream->open) return -1;
      stream->complete = 0;
    }
    unsigned given = stream->count > UINT_MAX ? UINT_MAX : (unsigned)stream->count;
    unsigned room = capacity - written > UINT_MAX ? UINT_MAX : (unsigned)(capacity - written);
    stream->bzip2.next_in = (char *)stream->input;
    stream->bzip2.avail_in = given;
    stream->bzip2.next_out = (char *)output + written;
    stream->bzip2.avail_out = room;
    int status = stream->bzip2_step(&stream->bzip2);
    size_t taken = given - stream->bzip2.avail_in, made = room - stream->bzip2.avail_out;
    stream->input += taken;
    stream->count -= taken;
    written += made;
    if (status == BZIP2_STREAM_END) {
      stream->complete = 1;
    } else if (status != BZIP2_OK || (taken == 0 && made == 0)) {
      return -1;
    }
  }
  return (int64_t)written;
}

static int64_t read_xz(optional_stream *stream, uint8_t *output, size_t capacity) {
  if (stream->complete) return 0;
  stream->xz.next_in = stream->input;
  stream->xz.avail_in = stream->count;
  stream->xz.next_out = output;
  stream->xz.avail_out = capacity;
  while (stream->xz.avail_out > 0) {
    size_t in = stream->xz.avail_in, out = stream->xz.avail_out;
    int status = stream->xz_step(&stream->xz, stream->xz.avail_in == 0 ? XZ_FINISH : XZ_RUN);
    if (status == XZ_STREAM_END) {
      stream->complete = 1;
      break;
    }
    if (status != 0 || (in == stream->xz.avail_in && out == stream->xz.avail_out && in == 0)) return -1;
  }
  size_t taken = stream->count - stream->xz.avail_in;
  stream->input += taken;
  stream->count -= taken;
  return (int64_t)(capacity - stream->xz.avail_out);
}

int64_t optional_stream_read(optional_stream *stream, void *output, size_t capacity) {
  return stream->kind == OPTIONAL_STREAM_BZIP2 ? read_bzip2(stream, output, capacity)
                                               : read_xz(stream, output, capacity);
}

size_t optional_stream_rest(const optional_stream *stream) { return stream->count; }

void optional_stream_close(optional_stream *stream) {
  if (stream == NULL) return;
  if (stream->open) {
    if (stream->kind == OPTIONAL_STREAM_BZIP2) {
      stream->bzip2_end(&stream->bzip2);
    } else {
      stream->xz_end(&stream->xz);
    }
  }
  dlclose(stream->library);
  free(stream);
}

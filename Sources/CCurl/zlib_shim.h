/*
 * zlib for Swift: libcurl does not compress request bodies. `deflateInit2` and `inflateInit2` are macros, which Swift
 * cannot call.
 */
#ifndef CCURL_ZLIB_SHIM_H
#define CCURL_ZLIB_SHIM_H

#if !__has_include(<zlib.h>)
#error "zlib headers not found. Install them: apt-get install zlib1g-dev"
#endif

#include <zlib.h>

/* Prepares a stream that writes the gzip format; `level` 1 is fastest, 9 is smallest. The stream must be zeroed. */
static inline int czlib_start_gzip(z_stream *stream, int level) {
    const int window_bits_with_gzip_header = 15 + 16;
    const int default_memory_level = 8;
    return deflateInit2(stream, level, Z_DEFLATED, window_bits_with_gzip_header, default_memory_level,
                        Z_DEFAULT_STRATEGY);
}

/* Prepares a stream that reads the gzip format. The stream must be zeroed. */
static inline int czlib_start_gunzip(z_stream *stream) {
    const int window_bits_with_gzip_header = 15 + 16;
    return inflateInit2(stream, window_bits_with_gzip_header);
}

#endif

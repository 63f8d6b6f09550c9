#pragma once
#include <malloc.h>
#include <stddef.h>

/// The bytes that are allocated now, in all arenas and in mappings of their own. `malloc.h` is not in Swift's Glibc.
static inline size_t heap_live_bytes(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

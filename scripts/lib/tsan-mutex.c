// Tells ThreadSanitizer about Swift's Mutex.
//
// A free Mutex is locked by an atomic operation that is compiled into the caller, where ThreadSanitizer sees it. A
// contended Mutex is locked and unlocked in the Synchronization library, which is not instrumented: ThreadSanitizer
// then sees no lock, and reports the data it guards as a race. These two functions replace the library's, call them,
// and report the acquire and the release. Nothing is suppressed: data that no lock guards is still reported.
//
// Loaded by LD_PRELOAD into programs built with --sanitize=thread; see scripts/deep.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// These are missing in the programs that tests start, which inherit this library.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

// The symbols of _MutexHandle._lockSlow(_: UInt32) and _MutexHandle._unlockSlow(), with Swift's calling convention.
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

SWIFT void lock_and_tell(uint32_t state, SELF self) __asm__(LOCK);
SWIFT void tell_and_unlock(SELF self) __asm__(UNLOCK);

static SWIFT void (*lock)(uint32_t state, SELF self);
static SWIFT void (*unlock)(SELF self);

static void *next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        fprintf(stderr, "tsan-mutex: this toolchain's Mutex has no %s\n", name);
        abort();
    }
    return found;
}

__attribute__((constructor)) static void find(void) {
    if (!__tsan_acquire || !__tsan_release) return;
    *(void **)&lock = next(LOCK);
    *(void **)&unlock = next(UNLOCK);
}

SWIFT void lock_and_tell(uint32_t state, SELF self) {
    lock(state, self);
    __tsan_acquire(self);
}

SWIFT void tell_and_unlock(SELF self) {
    __tsan_release(self);
    unlock(self);
}

// Calls of the Linux kernel that the Glibc module does not export to Swift.
#ifndef COORDINATOR_CLINUX_SHIM_H
#define COORDINATOR_CLINUX_SHIM_H

#include <sys/inotify.h>
#include <sys/prctl.h>

// prctl is variadic, so Swift cannot call it.
static inline int coordinator_become_child_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

#endif

// Calls of the Linux kernel that the Glibc module does not show to Swift.
#ifndef COORDINATOR_CLINUX_SHIM_H
#define COORDINATOR_CLINUX_SHIM_H

#include <sys/inotify.h>
#include <sys/prctl.h>

// prctl takes a variable number of arguments, which Swift cannot call.
static inline int coordinator_become_child_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

#endif

// Calls of the Linux kernel that the Glibc module does not export to Swift.
#ifndef COORDINATOR_CLINUX_SHIM_H
#define COORDINATOR_CLINUX_SHIM_H

#include <asm/socket.h>
#include <stdint.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

// prctl is variadic, so Swift cannot call it.
static inline int coordinator_become_child_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

// The name of the calling thread; that of the main thread is what ps(1) and killall(1) take for the process's.
static inline int coordinator_set_thread_name(const char *name) {
    return prctl(PR_SET_NAME, (unsigned long)name, 0UL, 0UL, 0UL);
}

// A pipe whose ends have these flags, such as O_CLOEXEC, from the start.
static inline int coordinator_pipe(int ends[2], int flags) { return (int)syscall(SYS_pipe2, ends, flags); }

// A flag of posix_spawnattr_setflags that <spawn.h> hides without _GNU_SOURCE: the process gets a session of its own.
static const short coordinator_spawn_setsid = 0x80;

// glibc has had wrappers of these two system calls since 2.34 and 2.36. Every architecture gives them the same numbers.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

// Closes every descriptor from this one on; ENOSYS before Linux 5.9.
static inline int coordinator_close_from(unsigned int first) {
    return (int)syscall(SYS_close_range, first, ~0U, 0U);
}

// A descriptor of a process, closed on exec, that can be read once the process has ended; ENOSYS before Linux 5.3.
static inline int coordinator_pidfd_open(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0U);
}

// The resource whose limit Linux has not enforced since 2.4.24: file locks. <sys/resource.h> hides it from strict C.
static const int coordinator_resource_locks = 10;

struct coordinator_limit {
    uint64_t soft;
    uint64_t hard;
};

// Reads a process's limit on file locks and, where `value` is given, sets it first. Process 0 is the caller.
static inline int coordinator_limit_on_locks(pid_t process, const struct coordinator_limit *value,
                                             struct coordinator_limit *previous) {
    return (int)syscall(SYS_prlimit64, process, coordinator_resource_locks, value, previous);
}

// The first byte of an extended attribute that has one byte; negative where it has none.
static inline int coordinator_attribute(const char *path, const char *name) {
    unsigned char value = 0;
    return getxattr(path, name, &value, sizeof value) == 1 ? value : -1;
}

// accept4(2), which Glibc hides without _GNU_SOURCE. The flags are O_CLOEXEC and O_NONBLOCK, whose numbers Linux uses for
// sockets too.
static inline int coordinator_accept(int listener, int flags) {
    return (int)syscall(SYS_accept4, listener, (void *)0, (void *)0, flags);
}

// `struct ucred`, which Glibc hides without _GNU_SOURCE.
struct coordinator_peer {
    pid_t process;
    uid_t user;
    gid_t group;
};

// Who made the connection to a socket of this machine: the process and its user as they were at that time. <sys/socket.h>
// here would hide its names from Swift's Glibc, so the call is made directly.
static inline int coordinator_peer_of(int descriptor, struct coordinator_peer *peer) {
    unsigned int length = sizeof *peer;
    return (int)syscall(SYS_getsockopt, descriptor, SOL_SOCKET, SO_PEERCRED, peer, &length);
}

#endif

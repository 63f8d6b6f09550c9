// Lets valgrind run a program whose main thread has handed over to libdispatch, which then waits in sigsuspend with a
// mask in constant memory. valgrind up to 3.19 at least takes SIGKILL and SIGSTOP out of the mask where it stands, and
// ends with a segmentation fault. Preloaded, this passes a copy on.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask) {
    sigset_t copy = *mask;
    // The kernel's set has 64 signals, 8 bytes.
    return (int)syscall(SYS_rt_sigsuspend, &copy, 8);
}

// A clock for programs whose instructions are counted. The system's clock runs while valgrind makes the program fifty
// times slower, and other programs slower still: what is done every few milliseconds, and what a pool of threads does
// about work that waits, would be counted more often than it happens. Preloaded, each look at this clock finds it a
// hundred nanoseconds later, and no wait ends by time.
#include <pthread.h>
#include <stdatomic.h>
#include <sys/timerfd.h>
#include <time.h>

enum { STEP = 100, SECOND = 1000000000 }; // nanoseconds
static const time_t REALTIME = 1800000000, MONOTONIC = 1000; // where the clocks begin, in seconds

int clock_gettime(clockid_t clock, struct timespec *time) {
    static atomic_long looks;
    long now = atomic_fetch_add(&looks, 1) * STEP;
    time->tv_sec = (clock == CLOCK_REALTIME ? REALTIME : MONOTONIC) + now / SECOND;
    time->tv_nsec = now % SECOND;
    return 0;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    (void)until;
    return pthread_cond_wait(condition, mutex);
}

// Timers of libdispatch, and so of tasks that sleep.
int timerfd_settime(int timer, int flags, const struct itimerspec *time, struct itimerspec *before) {
    (void)timer, (void)flags, (void)time;
    if (before != NULL) *before = (struct itimerspec){0};
    return 0;
}

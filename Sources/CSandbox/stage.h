// What the files of a stage share.
#ifndef COORDINATOR_STAGE_H
#define COORDINATOR_STAGE_H

#include <stdint.h>

// Tells the starter of a failure, with errno, and ends the process.
_Noreturn void coordinator_sandbox_fail(const char *operation);
// The same, with the path that it was about.
_Noreturn void coordinator_sandbox_fail_at(const char *operation, const char *place);

// Landlock: rules are collected, then enforced.
void coordinator_sandbox_landlock_begin(void);
void coordinator_sandbox_landlock_allow(const char *path, int writes, int is_optional);
void coordinator_sandbox_landlock_enforce(void);

// Refuses the system calls that no confined program needs. One that has a network and a table of processes of its own may
// open sockets of the internet, which end there, and may schedule processes; another may not.
void coordinator_sandbox_filter_enforce(int has_own_surroundings);

#endif

// The stages by which a program is confined, run by this process's own executable before any code of Swift.
//
// A stage is a list of words: operations with their arguments, carried out in order; the last one executes the program.
// Which operations make a sandbox is decided in Swift; how each is done stands here. `Sources/Processes/Sandbox` describes
// the words.
#ifndef COORDINATOR_CSANDBOX_H
#define COORDINATOR_CSANDBOX_H

#include <stdint.h>

// The first word of a stage: argv[0] of the first stage, argv[1] of one that bubblewrap starts.
#define COORDINATOR_SANDBOX_STAGE "coordinator-sandbox"

// The descriptors that the first stage hands to the second through bubblewrap.
#define COORDINATOR_SANDBOX_REPORT_DESCRIPTOR 8
#define COORDINATOR_SANDBOX_EXECUTABLE_DESCRIPTOR 9
// The first of those that bubblewrap copies files from. No other descriptor of a stage is as high.
#define COORDINATOR_SANDBOX_FIRST_COPY_DESCRIPTOR 16

// What the names of the program's variables begin with until it is executed.
#define COORDINATOR_SANDBOX_VARIABLE_PREFIX "+"

// What a stage tells the process that has started it.
enum coordinator_sandbox_event {
    // An operation failed: its name, and the system's error.
    coordinator_sandbox_failed = 1,
    // The program is about to be executed, confined as asked.
    coordinator_sandbox_entered = 2,
    // The program could not be executed: the system's error.
    coordinator_sandbox_not_executed = 3,
    // The program exited: its status.
    coordinator_sandbox_exited = 4,
    // A signal ended the program: its number.
    coordinator_sandbox_signalled = 5,
};

struct coordinator_sandbox_record {
    int32_t event;
    int32_t value;
    // The operation's name, ended by a zero.
    char operation[24];
    // The path that it was about, as far as there is room; empty for none.
    char place[1024];
};

// Landlock's version on this machine; a negative value where it has none.
int coordinator_landlock_version(void);

// Whether this process's executable holds the stages: a library that a program loads later does not act for that program.
int coordinator_sandbox_is_in_executable(void);

// A file in main memory, closed on exec; negative where there is none.
int coordinator_memory_file(const char *name);

#endif

// Landlock: what a program may do with files, by the kernel's rules. The system's headers may be older than the kernel, so
// the numbers stand here; source: <linux/landlock.h>.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CSandbox.h"
#include "stage.h"

// Every architecture gives these system calls the same numbers.
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct ruleset_attributes {
    uint64_t files;
    uint64_t network; // version 4
    uint64_t scoped;  // version 6
};

struct path_rule {
    uint64_t access;
    int32_t parent;
} __attribute__((packed));

enum { version_query = 1, rule_of_path = 1 };

// The rights on files, by the version that brought them.
static const uint64_t execute = 1 << 0, write_file = 1 << 1, read_file = 1 << 2, read_folder = 1 << 3,
                      first_rights = (1 << 13) - 1, refer = 1 << 13, truncate_file = 1 << 14, device_requests = 1 << 15;
// The rights that a rule about a file, not a folder, may give.
static const uint64_t file_rights = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15;
// Binding and connecting by TCP.
static const uint64_t network_rights = 3;
// Abstract sockets and signals, to processes outside.
static const uint64_t scopes = 3;

static int ruleset = -1;
static uint64_t handled;

int coordinator_landlock_version(void) {
    return (int)syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, version_query);
}

void coordinator_sandbox_landlock_begin(void) {
    int version = coordinator_landlock_version();
    if (version < 1) coordinator_sandbox_fail("landlock");
    handled = first_rights;
    if (version >= 2) handled |= refer;
    if (version >= 3) handled |= truncate_file;
    if (version >= 5) handled |= device_requests;
    struct ruleset_attributes attributes = {.files = handled};
    size_t size = sizeof attributes.files;
    if (version >= 4) {
        attributes.network = network_rights;
        size += sizeof attributes.network;
    }
    if (version >= 6) {
        attributes.scoped = scopes;
        size += sizeof attributes.scoped;
    }
    ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
    if (ruleset < 0) coordinator_sandbox_fail("landlock");
}

void coordinator_sandbox_landlock_allow(const char *path, int writes, int is_optional) {
    struct stat status;
    int folder = open(path, O_PATH | O_CLOEXEC);
    if (folder < 0 && is_optional) return;
    if (folder < 0 || fstat(folder, &status) != 0) coordinator_sandbox_fail_at("allow", path);
    uint64_t access = writes ? handled : execute | read_file | read_folder;
    // Terminals and devices that every program may use answer no requests beyond reading and writing.
    if (!S_ISDIR(status.st_mode)) access &= S_ISREG(status.st_mode) ? file_rights : read_file | write_file;
    struct path_rule rule = {.access = access & handled, .parent = folder};
    if (syscall(SYS_landlock_add_rule, ruleset, rule_of_path, &rule, 0) != 0) coordinator_sandbox_fail_at("allow", path);
    close(folder);
}

void coordinator_sandbox_landlock_enforce(void) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0) coordinator_sandbox_fail("privileges");
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) coordinator_sandbox_fail("landlock");
    close(ruleset);
}

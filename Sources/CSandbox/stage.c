// The interpreter of a stage's words, and what starts it before `main`.
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CSandbox.h"

extern char **environ;

static int report = -1;

int coordinator_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

static void tell(int32_t event, int32_t value, const char *operation, const char *place) {
    struct coordinator_sandbox_record record = {.event = event, .value = value};
    strncpy(record.operation, operation, sizeof record.operation - 1);
    strncpy(record.place, place, sizeof record.place - 1);
    // Where nothing can be told, the starter finds no record, and takes that for a failure.
    if (report >= 0 && write(report, &record, sizeof record) != sizeof record) _exit(126);
}

_Noreturn void coordinator_sandbox_fail_at(const char *operation, const char *place) {
    tell(coordinator_sandbox_failed, errno, operation, place);
    _exit(126);
}

_Noreturn void coordinator_sandbox_fail(const char *operation) { coordinator_sandbox_fail_at(operation, ""); }

static long long number(const char *word, const char *operation) {
    char *end = NULL;
    errno = 0;
    long long value = word ? strtoll(word, &end, 10) : 0;
    if (!word || errno || end == word || *end || value < 0) {
        errno = EINVAL;
        coordinator_sandbox_fail(operation);
    }
    return value;
}

// The file in which the starter waits for records. It belongs to a process that this one descends from, and is open there.
static void open_report(const char *process, const char *descriptor) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%lld/fd/%lld", number(process, "report"), number(descriptor, "report"));
    int opened = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (opened < 0) _exit(126);
    report = opened;
}

// Moves the report, and this executable, to where the stage inside of bubblewrap finds them.
static void hand_over(void) {
    int executable = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (executable < 0 || dup2(executable, COORDINATOR_SANDBOX_EXECUTABLE_DESCRIPTOR) < 0 ||
        dup2(report, COORDINATOR_SANDBOX_REPORT_DESCRIPTOR) < 0)
        coordinator_sandbox_fail("executable");
    report = COORDINATOR_SANDBOX_REPORT_DESCRIPTOR;
    // Whoever starts the program asks its group to end with SIGTERM: bubblewrap would end at once, and with it the program.
    if (signal(SIGTERM, SIG_IGN) == SIG_ERR) coordinator_sandbox_fail("signals");
}

// Opens a file for bubblewrap to copy. One that may not be read is empty inside.
static void open_for_copy(const char *path, const char *descriptor) {
    int target = (int)number(descriptor, "open");
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (file < 0 || dup2(file, target) < 0) coordinator_sandbox_fail_at("open", path);
    close(file);
}

static void enter(void) {
    report = COORDINATOR_SANDBOX_REPORT_DESCRIPTOR;
    if (fcntl(report, F_SETFD, FD_CLOEXEC) != 0) _exit(126);
    close(COORDINATOR_SANDBOX_EXECUTABLE_DESCRIPTOR);
}

// Puts this process into a control group, by the file that lists its processes.
static void join(const char *path) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, "0", 1) != 1) coordinator_sandbox_fail("join");
    close(file);
}

static void become(const char *user, const char *group) {
    uid_t uid = (uid_t)number(user, "user");
    gid_t gid = (gid_t)number(group, "user");
    // From here to the next program that it executes, others of that user cannot read this process.
    if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) coordinator_sandbox_fail("user");
}

static void limit(const char *name, const char *soft, const char *hard) {
    static const struct {
        const char *name;
        __rlimit_resource_t resource;
    } resources[] = {{"address_space", RLIMIT_AS}, {"core", RLIMIT_CORE}, {"cpu", RLIMIT_CPU}, {"data", RLIMIT_DATA},
                     {"file_size", RLIMIT_FSIZE},  {"processes", RLIMIT_NPROC}};
    struct rlimit value = {.rlim_cur = (rlim_t)number(soft, "limit"), .rlim_max = (rlim_t)number(hard, "limit")};
    for (size_t index = 0; index < sizeof resources / sizeof *resources; index++) {
        if (strcmp(name, resources[index].name) != 0) continue;
        struct rlimit now;
        if (getrlimit(resources[index].resource, &now) != 0) coordinator_sandbox_fail("limit");
        // What surrounds this process may allow less.
        if (value.rlim_max > now.rlim_max) value.rlim_max = now.rlim_max;
        if (value.rlim_cur > value.rlim_max) value.rlim_cur = value.rlim_max;
        if (setrlimit(resources[index].resource, &value) != 0) coordinator_sandbox_fail("limit");
        return;
    }
    errno = EINVAL;
    coordinator_sandbox_fail("limit");
}

// Leaves the program its own variables, which come under names that mean nothing to the linker of this executable and of
// bubblewrap: what a variable makes them load would run unconfined. One variable is everybody's.
static void take_variables(const char *common) {
    size_t length = strlen(common);
    char **kept = environ;
    for (char **entry = environ; *entry; entry++) {
        if (**entry == COORDINATOR_SANDBOX_VARIABLE_PREFIX[0]) *kept++ = *entry + 1;
        else if (strncmp(*entry, common, length) == 0 && (*entry)[length] == '=') *kept++ = *entry;
    }
    *kept = NULL;
}

// Looks a program up as execvp(3) does, which gives a file that is no program to a shell: this does not.
static void execute_by_name(char **words) {
    if (strchr(words[0], '/')) {
        execve(words[0], words, environ);
        return;
    }
    const char *folders = getenv("PATH");
    char path[PATH_MAX];
    int error = ENOENT;
    for (const char *folder = folders ? folders : "/usr/bin:/bin"; folder;) {
        const char *end = strchrnul(folder, ':');
        size_t length = (size_t)(end - folder);
        if (length > 0 && length + strlen(words[0]) + 2 <= sizeof path) {
            snprintf(path, sizeof path, "%.*s/%s", (int)length, folder, words[0]);
            execve(path, words, environ);
            if (errno == EACCES) error = EACCES;
            else if (errno != ENOENT && errno != ENOTDIR) return;
        }
        folder = *end ? end + 1 : NULL;
    }
    errno = error;
}

_Noreturn static void execute_program(char **words) {
    tell(coordinator_sandbox_entered, 0, "", "");
    if (words[0]) execute_by_name(words);
    else errno = EINVAL;
    tell(coordinator_sandbox_not_executed, errno, "", "");
    _exit(126);
}

_Noreturn static void execute_bubblewrap(char **words) {
    if (words[0]) execv(words[0], words);
    else errno = EINVAL;
    coordinator_sandbox_fail("bubblewrap");
}

// Goes on in a child; this process stays, and tells how the child ended as a shell cannot: an exit status of 137 is no
// SIGKILL. It is the first of the sandbox: no process inside can end it, it takes leave of orphans, and all end with it.
static void supervise(void) {
    // The program runs as the same user, and must not reach what this process has open, nor its executable; before there is
    // a program, so that there is no moment in which it could. Executing the program makes that one readable again.
    if (prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0) coordinator_sandbox_fail("supervise");
    pid_t child = fork();
    if (child < 0) coordinator_sandbox_fail("fork");
    if (child == 0) {
        if (signal(SIGTERM, SIG_DFL) == SIG_ERR) coordinator_sandbox_fail("signals");
        return;
    }
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(-1, &status, 0)) != child) {
        if (ended < 0 && errno != EINTR) coordinator_sandbox_fail("supervise");
    }
    if (WIFSIGNALED(status)) tell(coordinator_sandbox_signalled, WTERMSIG(status), "", "");
    else tell(coordinator_sandbox_exited, WEXITSTATUS(status), "", "");
    _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

// One function for each word, with the words that follow it.
static void take_report(char **words) { open_report(words[0], words[1]); }
static void take_join(char **words) { join(words[0]); }
static void take_user(char **words) { become(words[0], words[1]); }
static void take_open(char **words) { open_for_copy(words[0], words[1]); }
static void take_hand_over(char **words) {
    (void)words;
    hand_over();
}
static void take_enter(char **words) {
    (void)words;
    enter();
}
static void take_supervise(char **words) {
    (void)words;
    supervise();
}
static void take_landlock(char **words) {
    (void)words;
    coordinator_sandbox_landlock_begin();
}
static void take_enforce(char **words) {
    (void)words;
    coordinator_sandbox_landlock_enforce();
}
static void take_read(char **words) { coordinator_sandbox_landlock_allow(words[0], 0, 0); }
static void take_write(char **words) { coordinator_sandbox_landlock_allow(words[0], 1, 0); }
static void take_may_read(char **words) { coordinator_sandbox_landlock_allow(words[0], 0, 1); }
static void take_may_write(char **words) { coordinator_sandbox_landlock_allow(words[0], 1, 1); }
static void take_filter(char **words) { coordinator_sandbox_filter_enforce(strcmp(words[0], "own") == 0); }
static void take_limit(char **words) { limit(words[0], words[1], words[2]); }
static void take_folder(char **words) {
    if (chdir(words[0]) != 0) coordinator_sandbox_fail_at("folder", words[0]);
}
static void take_variables_of(char **words) { take_variables(words[0]); }
_Noreturn static void take_bubblewrap(char **words) { execute_bubblewrap(words); }
_Noreturn static void take_program(char **words) { execute_program(words); }

// The words, with how many arguments each has; -1 is for all that follow.
static const struct {
    const char *word;
    int arguments;
    void (*take)(char **arguments);
} table[] = {
    {"report", 2, take_report},       {"join", 1, take_join},           {"user", 2, take_user},
    {"open", 2, take_open},           {"hand-over", 0, take_hand_over}, {"bubblewrap", -1, take_bubblewrap},
    {"enter", 0, take_enter},         {"supervise", 0, take_supervise}, {"landlock", 0, take_landlock},
    {"read", 1, take_read},           {"write", 1, take_write},         {"may-read", 1, take_may_read},
    {"may-write", 1, take_may_write}, {"enforce", 0, take_enforce},     {"filter", 1, take_filter},
    {"limit", 3, take_limit},         {"folder", 1, take_folder},       {"variables", 1, take_variables_of},
    {"program", -1, take_program},
};

// Carries out one word, and returns what follows its arguments; NULL where it is none, or lacks some.
static char **carry_out(char **words) {
    for (size_t index = 0; index < sizeof table / sizeof *table; index++) {
        if (strcmp(*words, table[index].word) != 0) continue;
        for (int number = 1; number <= table[index].arguments; number++)
            if (!words[number]) return NULL;
        table[index].take(words + 1);
        return words + 1 + table[index].arguments;
    }
    return NULL;
}

_Noreturn static void interpret(char **words) {
    while (words && *words) words = carry_out(words);
    errno = EINVAL;
    coordinator_sandbox_fail("words");
}

// Takes the place of `main` in a process that was started as a stage. The C library passes its arguments.
__attribute__((constructor)) static void begin(int count, char **words) {
    // The kernel has given this process rights that its starter lacks, which words must not use.
    if (getauxval(AT_SECURE)) return;
    if (count >= 2 && strcmp(words[0], COORDINATOR_SANDBOX_STAGE) == 0) interpret(words + 1);
    if (count >= 3 && strncmp(words[0], "/proc/self/fd/", 14) == 0 && strcmp(words[1], COORDINATOR_SANDBOX_STAGE) == 0)
        interpret(words + 2);
}

// The header of the file that holds this code, which the linker names.
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

int coordinator_sandbox_is_in_executable(void) {
    return getauxval(AT_PHDR) == (unsigned long)&__ehdr_start + __ehdr_start.e_phoff;
}

// The system calls that are refused inside of every sandbox, by libseccomp.
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "CSandbox.h"
#include "stage.h"

// Other processes, the kernel's programs and keys, memory faults handled by a program, requests that pass by this filter,
// mounts and namespaces, the machine's own settings. None is needed to build or to test a program. libseccomp leaves out
// names that this machine does not have.
static const char *const refused[] = {
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp", "bpf",
    "perf_event_open", "add_key", "request_key", "keyctl", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen",
    "fsconfig", "fsmount", "fspick", "mount_setattr", "unshare", "setns", "open_by_handle_at", "name_to_handle_at",
    "fanotify_init", "quotactl", "quotactl_fd", "swapon", "swapoff", "reboot", "kexec_load", "kexec_file_load",
    "init_module", "finit_module", "delete_module", "create_module", "acct", "syslog", "vhangup", "iopl", "ioperm",
    "modify_ldt", "vm86", "vm86old", "lookup_dcookie", "uselib", "ustat", "nfsservctl", "sysfs", "_sysctl",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "stime", "sethostname", "setdomainname",
    "move_pages", "migrate_pages", "mbind", "set_mempolicy", "memfd_secret", "personality",
};

// What outlives the program that makes it, or is memory that no limit on a process counts. Programs that meet a kernel
// without them do something else.
static const char *const absent[] = {"memfd_create", "mq_open", "msgget", "semget", "shmget"};

// What reaches such objects of others, by a number or a name that anybody may guess: Landlock knows nothing of them.
static const char *const foreign[] = {"mq_unlink", "msgctl", "msgrcv", "msgsnd", "semctl", "semop", "semtimedop", "shmat",
                                      "shmctl"};

// A socket of these families leads nowhere but to the sandbox's own network and to the kernel's list of its interfaces.
static const struct {
    int family;
    int protocol; // -1 for any
} permitted[] = {{AF_INET, -1}, {AF_INET6, -1}, {AF_NETLINK, NETLINK_ROUTE}};

// Namespaces that a new process could be put into.
static const unsigned long long namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                             CLONE_NEWPID | CLONE_NEWNET;

// System calls on another process or thread, by its number, that the kernel allows between processes of one user. With a
// number of zero they are about the caller.
static const struct {
    const char *name;
    unsigned int argument;
} scheduling[] = {{"sched_setaffinity", 0}, {"sched_setattr", 0}, {"sched_setparam", 0}, {"sched_setscheduler", 0},
                  {"setpriority", 1},       {"ioprio_set", 1}};

// The latest system call that this list was made with knowledge of: setxattrat to removexattrat, of Linux 6.13. From 424 on
// all architectures number them alike.
enum { latest_call = 466, first_foreign_call = 0x40000000 };

static scmp_filter_ctx filter;

static void refuse(int error, int call, unsigned int count, const struct scmp_arg_cmp *arguments) {
    int status = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((uint32_t)error), call, count, arguments);
    // The call may be one that this architecture lacks.
    if (status < 0 && status != -EDOM && status != -EFAULT) {
        errno = -status;
        coordinator_sandbox_fail("seccomp");
    }
}

// The kernel takes half of what is passed in a register for a number of 32 bits, and a filter sees all of it: a program could
// set the other half, and be past a comparison for equality. Comparisons for a difference refuse that by themselves.
static struct scmp_arg_cmp equal(unsigned int argument, uint32_t value) {
    return (struct scmp_arg_cmp){argument, SCMP_CMP_MASKED_EQ, UINT32_MAX, value};
}

// How many families there are to choose from; the kernel refuses others itself.
enum { families = 64 };

static void refuse_sockets(int allows_internet) {
    int call = seccomp_syscall_resolve_name("socket");
    if (!allows_internet) {
        refuse(EACCES, call, 0, NULL);
    } else {
        for (int family = 0; family < families; family++) {
            size_t entry = 0;
            while (entry < sizeof permitted / sizeof *permitted && permitted[entry].family != family) entry++;
            struct scmp_arg_cmp comparisons[] = {equal(0, (uint32_t)family), SCMP_A2_32(SCMP_CMP_NE, 0)};
            if (entry == sizeof permitted / sizeof *permitted) {
                refuse(EACCES, call, 1, comparisons);
            } else if (permitted[entry].protocol >= 0) {
                comparisons[1] = SCMP_A2_32(SCMP_CMP_NE, (unsigned int)permitted[entry].protocol);
                refuse(EACCES, call, 2, comparisons);
            }
        }
        struct scmp_arg_cmp above = SCMP_A0_32(SCMP_CMP_GE, families);
        refuse(EACCES, call, 1, &above);
    }
    // A pair of datagram sockets could be sent from to any address; a pair of streams leads only from one to the other.
    call = seccomp_syscall_resolve_name("socketpair");
    struct scmp_arg_cmp type[] = {SCMP_A0_32(SCMP_CMP_NE, AF_UNIX)};
    refuse(EACCES, call, 1, type);
    for (unsigned int kind = 0; kind < 16; kind++) {
        struct scmp_arg_cmp masked = SCMP_A1_32(SCMP_CMP_MASKED_EQ, 0xf, kind);
        if (kind != SOCK_STREAM) refuse(EACCES, call, 1, &masked);
    }
}

// What another process of the same user may use of the machine, and how it is scheduled.
static void refuse_others(int has_own_surroundings) {
    int call = seccomp_syscall_resolve_name("prlimit64");
    struct scmp_arg_cmp other[] = {SCMP_A0_32(SCMP_CMP_NE, 0), SCMP_A2_64(SCMP_CMP_NE, 0)};
    refuse(EPERM, call, 2, other);
    // The limit that the kernel does not enforce, and by which a program is found that has left everything else.
    struct scmp_arg_cmp mark[] = {equal(1, RLIMIT_LOCKS), SCMP_A2_64(SCMP_CMP_NE, 0)}, same = equal(0, RLIMIT_LOCKS);
    refuse(EPERM, call, 2, mark);
    refuse(EPERM, seccomp_syscall_resolve_name("setrlimit"), 1, &same);
    if (has_own_surroundings) return;
    for (size_t index = 0; index < sizeof scheduling / sizeof *scheduling; index++) {
        struct scmp_arg_cmp number = SCMP_CMP64(scheduling[index].argument, SCMP_CMP_NE, 0);
        refuse(EPERM, seccomp_syscall_resolve_name(scheduling[index].name), 1, &number);
    }
    // All processes of a user, whose number of zero is the caller's own.
    struct scmp_arg_cmp priority = equal(0, PRIO_USER), input_priority = equal(0, 3 /* IOPRIO_WHO_USER */);
    refuse(EPERM, seccomp_syscall_resolve_name("setpriority"), 1, &priority);
    refuse(EPERM, seccomp_syscall_resolve_name("ioprio_set"), 1, &input_priority);
}

// What Landlock's first versions leave open: emptying a file that may be read, and signals to all processes of the user.
static void refuse_what_landlock_lacks(void) {
    int version = coordinator_landlock_version();
    if (version < 3) {
        refuse(EPERM, seccomp_syscall_resolve_name("truncate"), 0, NULL);
        struct scmp_arg_cmp empties = SCMP_A1_64(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_TRUNC, O_RDONLY | O_TRUNC);
        int open_call = seccomp_syscall_resolve_name("open");
        if (open_call != __NR_SCMP_ERROR) refuse(EPERM, open_call, 1, &empties);
        empties.arg = 2;
        refuse(EPERM, seccomp_syscall_resolve_name("openat"), 1, &empties);
        // Its flags are in memory.
        refuse(ENOSYS, seccomp_syscall_resolve_name("openat2"), 0, NULL);
    }
    if (version < 6) {
        struct scmp_arg_cmp everybody = equal(0, UINT32_MAX);
        refuse(EPERM, seccomp_syscall_resolve_name("kill"), 1, &everybody);
    }
}

// Nobody has judged what the system calls of later kernels are good for. Programs do without them, as on earlier ones.
static void refuse_later(void) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, latest_call, 0, 2),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_foreign_call, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof steps / sizeof *steps, .filter = steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0) coordinator_sandbox_fail("privileges");
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) coordinator_sandbox_fail("seccomp");
}

void coordinator_sandbox_filter_enforce(int has_own_surroundings) {
    refuse_later();
    filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) {
        errno = ENOMEM;
        coordinator_sandbox_fail("seccomp");
    }
    for (size_t index = 0; index < sizeof refused / sizeof *refused; index++) {
        int call = seccomp_syscall_resolve_name(refused[index]);
        if (call != __NR_SCMP_ERROR) refuse(EPERM, call, 0, NULL);
    }
    for (size_t index = 0; index < sizeof absent / sizeof *absent; index++) {
        int call = seccomp_syscall_resolve_name(absent[index]);
        if (call != __NR_SCMP_ERROR) refuse(ENOSYS, call, 0, NULL);
    }
    for (size_t index = 0; index < sizeof foreign / sizeof *foreign; index++) {
        int call = seccomp_syscall_resolve_name(foreign[index]);
        if (call != __NR_SCMP_ERROR) refuse(EPERM, call, 0, NULL);
    }
    for (unsigned long long bit = 1; bit; bit <<= 1) {
        if (!(namespaces & bit)) continue;
        struct scmp_arg_cmp flag = SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit);
        refuse(EPERM, seccomp_syscall_resolve_name("clone"), 1, &flag);
    }
    // Its flags are in memory, which a filter cannot read; the C library then calls clone.
    refuse(ENOSYS, seccomp_syscall_resolve_name("clone3"), 0, NULL);
    // Characters pushed into a terminal, and what its console does on its behalf.
    const unsigned long requests[] = {TIOCSTI, 0x541C /* TIOCLINUX */};
    for (size_t index = 0; index < sizeof requests / sizeof *requests; index++) {
        struct scmp_arg_cmp request = equal(1, (uint32_t)requests[index]);
        refuse(EPERM, seccomp_syscall_resolve_name("ioctl"), 1, &request);
    }
    refuse_others(has_own_surroundings);
    refuse_sockets(has_own_surroundings);
    if (!has_own_surroundings) refuse_what_landlock_lacks();
    int status = seccomp_load(filter);
    if (status < 0) {
        errno = -status;
        coordinator_sandbox_fail("seccomp");
    }
    seccomp_release(filter);
}

import Glibc
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct KernelEscapeTests {
    /// What anybody may call.
    private static let calls = [
        "unshare_user", "clone3", "umount2", "keyctl", "add_key", "request_key", "perf_event_open", "io_uring_setup",
        "io_uring_enter", "personality", "ptrace_me", "process_vm_readv", "process_vm_writev", "pidfd_getfd",
        "name_to_handle_at", "memfd_create", "shmget", "semget", "msgget", "modify_ldt", "move_pages",
        "shmat", "shmctl", "msgsnd", "msgrcv", "msgctl", "semop", "semctl", "semtimedop", "mq_unlink", "mbind", "sysfs",
        "process_madvise", "file_getattr", "open_tree_attr",
    ]
    /// What root may.
    private static let privileged = [
        "unshare_mounts", "mount", "pivot_root", "chroot", "open_tree", "fsopen", "move_mount", "bpf", "userfaultfd",
        "open_by_handle_at", "swapon", "syslog", "sethostname",
        "settimeofday", "fanotify_init", "acct", "mount_setattr",
    ]
    /// What this kernel may lack.
    private static let rare = [
        "memfd_secret", "kexec_load", "quotactl", "iopl", "init_module", "delete_module", "mq_open", "kcmp",
    ]

    private static let escapes = [
        Escape("system_calls", words: calls), Escape("system_calls", words: privileged, control: .root),
        Escape("system_calls", words: rare, control: .nobodyHere),
        Escape("clone_into_namespace"), Escape("clone_into_network"),
        Escape("terminal_input", control: .root), Escape("terminal_input", "1", control: .root),
        Escape("interrupt_eighty", control: .nobodyHere, signals: [SIGSYS]),
        Escape("thirty_two_bits_in_long_mode", control: .nobodyHere, signals: [SIGSYS]),
        Escape("mark"), Escape("mark_with_high_bits"),
    ]

    @Test(arguments: escapes, Caller.possible) func noDoorOfTheKernelIsOpen(escape: Escape, by caller: Caller)
        async throws
    {
        let bench = try SandboxBench(caller)
        try await bench.check(escape)
    }
}

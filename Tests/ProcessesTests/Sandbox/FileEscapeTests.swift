import Support
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct FileEscapeTests {
    private static let outside = [
        Escape("read", "{OUTSIDE}/file"), Escape("read", "{OUTSIDE}/.ssh/id_ed25519"),
        Escape("list_folder", "{OUTSIDE}"), Escape("list_folder", "{OUTSIDE}/.ssh"),
        Escape("write", "{OUTSIDE}/file"), Escape("create", "{OUTSIDE}/new"), Escape("truncate", "{OUTSIDE}/file"),
        Escape("rename", "{OUTSIDE}/file"), Escape("link_in", "{OUTSIDE}/file"),
        Escape("symbolic_link", "{OUTSIDE}/file"), Escape("up", "{OUTSIDE}/file"),
        Escape("kept_folder", "{OUTSIDE}/file"), Escape("socket_file", "{OUTSIDE}"),
        // Landlock has no right for it.
        Escape("change_mode", "{OUTSIDE}/file") { level, _ in level == .landlock },
        Escape("remove", "{OUTSIDE}/file"),
    ]

    @Test(arguments: outside, Caller.possible) func noFileOutsideIsReached(escape: Escape, by caller: Caller)
        async throws
    {
        try await SandboxBench(caller).check(escape)
    }

    private static let readable = [
        Escape("write", "{OUTSIDE}/file", reads: ["{OUTSIDE}"]),
        Escape("create", "{OUTSIDE}/new", reads: ["{OUTSIDE}"]),
        Escape("truncate", "{OUTSIDE}/file", reads: ["{OUTSIDE}"]),
        Escape("link_in", "{OUTSIDE}/file", reads: ["{OUTSIDE}"]),
        Escape("rename", "{OUTSIDE}/file", reads: ["{OUTSIDE}"]),
        Escape("socket_file", "{OUTSIDE}", reads: ["{OUTSIDE}"]),
    ]

    @Test(arguments: readable, Caller.possible) func whatMayBeReadIsNotWritten(escape: Escape, by caller: Caller)
        async throws
    {
        try await SandboxBench(caller).check(escape)
    }

    private static let machine = [
        Escape("read", "/etc/shadow", control: .root), Escape("list_folder", "/root", control: .root),
        Escape("list_folder", "/etc/ssl/private", control: .nobodyHere),
        Escape("device_node", control: .root), Escape("device", "/dev/mem", control: .nobodyHere),
        Escape("device", "/dev/vda", control: .nobodyHere), Escape("kernel_messages", control: .root),
        Escape("kernel_setting", "/proc/sys/kernel/domainname", control: .root),
        // Its own.
        Escape("kernel_setting", "/proc/self/oom_score_adj") { level, _ in level == .bubblewrap },
        Escape("control_group", control: .root), Escape("core_dump"),
        Escape("inherited_descriptors", control: .nobodyHere), Escape("terminal", control: .nobodyHere),
    ]

    @Test(arguments: machine, Caller.possible) func nothingOfTheMachineIsReached(escape: Escape, by caller: Caller)
        async throws
    {
        try await SandboxBench(caller).check(escape)
    }

    /// The control of what a program could inherit.
    @Test func descriptorThatIsLeftOpenIsFound() async throws {
        let bench = try SandboxBench(.unprivileged)
        let answer = try await bench.run(
            "exec \(SandboxBench.python) escape.py inherited_descriptors 7</etc/passwd", at: .unconfined)
        #expect(answer.ending == .exited(0), "\(answer)")
    }
}

import CSandbox
import Glibc
import Support

/// The arguments of bubblewrap(1) that make a sandbox.
struct Bubblewrap: Sendable {
    /// The program, by an absolute path: what starts a sandbox must not come from a folder that the sandbox can write.
    let program: String

    /// The files of settings, with the descriptors that they are copied from: a mount for each would take bubblewrap half a
    /// millisecond.
    var copies: [(path: String, descriptor: Int32)] {
        zip(SandboxSettings.machine.files, COORDINATOR_SANDBOX_FIRST_COPY_DESCRIPTOR...).map { ($0, $1) }
    }

    /// The home of confined programs, in main memory.
    static let home = "/tmp/home"

    /// - Throws: ``ProgramError`` where the program is not installed.
    init(for name: String, outside folder: String) throws(ProgramError) {
        let installed =
            InstalledPrograms(outside: folder).path(of: "bwrap")
            ?? InstalledPrograms(path: "/usr/bin:/usr/local/bin:/bin", outside: folder).path(of: "bwrap")
        guard let installed else { throw SandboxFault.notInstalled(program: name) }
        program = installed
    }

    /// The most words that bubblewrap takes, its own and the program's.
    static let wordLimit = 9_000

    func words(_ sandbox: ProgramSandbox) -> [String] {
        let figures = SandboxUser.unprivileged
        var words = [
            program, "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
            "--unshare-cgroup-try", "--uid", "\(figures)", "--gid", "\(figures)", "--hostname", "sandbox",
            "--cap-drop", "ALL", "--disable-userns",
            // Bubblewrap's own first process would be one without a filter of system calls, whose memory a program could
            // write.
            "--as-pid-1",
        ]
        for path in SandboxView.programs where access(path, F_OK) == 0 {
            words += SandboxSettings.link(at: path).map { ["--symlink", $0, path] } ?? ["--ro-bind", path, path]
        }
        for path in SandboxView.libraries { words += ["--ro-bind", path, path] }
        for (path, descriptor) in copies { words += ["--perms", "0444", "--file", "\(descriptor)", path] }
        for (path, target) in SandboxSettings.machine.links { words += ["--symlink", target, path] }
        words += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
        // What is kept in main memory counts like the memory of processes where a control group counts it.
        let size = "\(max(1 << 20, sandbox.policy.limits.memory / 2))"
        for place in ["/tmp", "/dev/shm"] { words += ["--perms", "1777", "--size", size, "--tmpfs", place] }
        words += ["--dir", Self.home]
        for path in sandbox.policy.reads { words += ["--ro-bind", path, path] }
        for path in [sandbox.folder] + sandbox.policy.writes { words += ["--bind", path, path] }
        // Its own root is in main memory too, of no stated size.
        return words + ["--remount-ro", "/", "--chdir", "/", "--"]
    }
}

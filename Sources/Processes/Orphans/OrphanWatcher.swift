import CLinux
import Glibc
import Support

/// What the process does that a ``ProcessWatch`` starts: waits until another process has ended, and kills what the
/// programs of that one left behind.
struct OrphanWatcher: Sendable, Hashable {
    /// The name of the process, by which it knows what it is. It differs from the executable's, so that what ends all
    /// processes of that name leaves it alone.
    static let name = "orphan-watcher"

    /// The process that is watched.
    let process: pid_t
    /// What the marks of its programs start with.
    let family: ProcessMark.Family
    /// The mark of everything that it starts; `nil` where it has none.
    let limit: LimitMark?

    init(process: pid_t, family: ProcessMark.Family, limit: LimitMark?) {
        self.process = process
        self.family = family
        self.limit = limit
    }

    /// What the process is started with.
    var arguments: [String] { [Self.name, "\(process)", "\(family)", limit.map { "\($0.value)" } ?? "-"] }

    /// Reads what a process was started with; `nil` when it is not to be a watcher.
    init?(arguments: [String]) {
        guard arguments.count == 4, arguments[0] == Self.name, let process = pid_t(arguments[1]), process > 0,
            let family = ProcessMark.Family(arguments[2])
        else { return nil }
        self.init(process: process, family: family, limit: UInt64(arguments[3]).flatMap { LimitMark($0) })
    }

    /// Waits for the end of the pipe at standard input, kills, and exits.
    func run() -> Never {
        let start = ProcessTable.entry(process)?.started
        // A descriptor, a folder or a terminal that is held here would keep others waiting for its end. What fails here
        // makes the watcher a worse neighbour, not a worse watcher.
        _ = coordinator_close_from(3)
        _ = chdir("/")
        _ = coordinator_set_thread_name(Self.name)
        Self.avoidOutOfMemoryKiller()
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 0 || (count < 0 && errno != EINTR) { break }
        }
        OrphanSearch.programs(of: process, since: start, family, limit).killAll()
        ControlGroups.machine.removeGroups(of: process)
        _exit(0)
    }

    /// Asks the kernel to end others first. Only a privileged process may.
    private static func avoidOutOfMemoryKiller() {
        let descriptor = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, "-1000", 5)
        close(descriptor)
    }
}

extension ProcessWatch {
    /// Never returns in a process that was started as a watcher. Call this first in `main`.
    package static func serveIfWatcher(_ arguments: [String]) { OrphanWatcher(arguments: arguments)?.run() }

    /// Starts this executable anew as a watcher.
    /// - Returns: the process, and the end of a pipe whose closing tells it that this process has ended.
    static func launch(_ watcher: OrphanWatcher) -> Result<(process: pid_t, lifeline: Int32), SystemError> {
        var ends: [Int32] = [-1, -1]
        guard coordinator_pipe(&ends, O_CLOEXEC) == 0 else { return .failure(SystemError(errno)) }
        defer { close(ends[0]) }
        var process = pid_t()
        let status = spawn(watcher, input: ends[0], &process)
        guard status == 0 else {
            close(ends[1])
            return .failure(SystemError(status))
        }
        return .success((process, ends[1]))
    }

    /// - Returns: 0, or an error of the system.
    private static func spawn(_ watcher: OrphanWatcher, input: Int32, _ process: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        var signals = sigset_t()
        var status = posix_spawn_file_actions_init(&actions)
        guard status == 0 else { return status }
        defer { posix_spawn_file_actions_destroy(&actions) }
        status = posix_spawnattr_init(&attributes)
        guard status == 0 else { return status }
        defer { posix_spawnattr_destroy(&attributes) }
        status = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        for output in [STDOUT_FILENO, STDERR_FILENO] where status == 0 {
            status = posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
        }
        guard status == 0 else { return status }
        // A service manager that ends all processes of a service by SIGTERM means the program, not who cleans up after it.
        guard sigfillset(&signals) == 0 else { return errno }
        status = posix_spawnattr_setsigmask(&attributes, &signals)
        guard status == 0 else { return status }
        status = posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | coordinator_spawn_setsid)
        guard status == 0 else { return status }
        var words: [UnsafeMutablePointer<CChar>?] = watcher.arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        return posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &words, &variables)
    }

    /// What the dynamic linker may need, and the marks of a run that this process itself is part of; no secret.
    private static var environment: [String] {
        ProgramVariables.ofThisProcess.filter { $0.key.hasPrefix("LD_") || $0.key == ProcessMark.variable }
            .map { "\($0.key)=\($0.value)" }
    }
}

import Glibc
import Support

/// One control group for each limit that is counted over all processes of a program, or one for all of them, made for a
/// run and removed after it.
struct ControlGroup: Sendable {
    /// A folder of the kernel's, and the limits that it holds.
    struct Part: Sendable {
        let folder: String
        let limits: [SandboxReport.Limit]
        let version: ControlGroups.Version
    }

    let parts: [Part]

    /// The limits that the group holds.
    var limits: Set<SandboxReport.Limit> { Set(parts.flatMap(\.limits)) }

    /// The files by which a process of one thread joins. The one that moves a thread lets no other process wait, and itself
    /// not for the time that all processors need to take notice; version 2 has it only for groups of threads.
    var entrances: [String] { parts.map { $0.folder + ($0.version == .one ? "/tasks" : "/cgroup.procs") } }

    /// The limits that processes of the group ran into.
    var reached: [SandboxReport.Limit] {
        parts.flatMap { part in
            part.limits.filter { limit in
                switch (limit, part.version) {
                case (.memory, .one): Self.count("oom_kill", in: part.folder + "/memory.oom_control") > 0
                case (.memory, .two): Self.count("oom_kill", in: part.folder + "/memory.events") > 0
                case (.processes, _): Self.count("max", in: part.folder + "/pids.events") > 0
                default: false
                }
            }
        }
    }

    /// Kills what is left in the group, and removes it.
    ///
    /// - Returns: whether nothing of it is left. Processes that are ending keep a group for a moment.
    func remove() -> Bool {
        parts.map { part in
            if rmdir(part.folder) == 0 || errno == ENOENT { return true }
            part.killAll()
            return rmdir(part.folder) == 0 || errno == ENOENT
        }.allSatisfy(\.self)
    }

    /// How often it is tried to remove a group: processes that were killed end at some time.
    static let removalRounds = 2_000
    /// The time between two tries.
    static let removalPause = Duration.milliseconds(1)

    /// A figure of one of the kernel's files of words and figures.
    private static func count(_ word: String, in file: String) -> Int {
        KernelFile.text(file).split(separator: "\n").lazy.compactMap { line -> Int? in
            let words = line.split(separator: " ")
            return words.count == 2 && words[0] == word ? Int(words[1]) : nil
        }.first ?? 0
    }
}

extension ControlGroup.Part {
    /// Kills the processes in the group: also one that left its session and its parent, and took the marks from its
    /// environment.
    fileprivate func killAll() {
        switch version {
        case .two: _ = KernelFile.write("1", to: folder + "/cgroup.kill")
        case .one:
            // None is made while the list is read.
            if limits.contains(.processes) { _ = KernelFile.write("0", to: folder + "/pids.max") }
            for line in KernelFile.text(folder + "/cgroup.procs").split(separator: "\n") {
                // Zero stands for a process that cannot be seen from here, and in a call for this one's own group.
                if let process = pid_t(line), process > 0 { _ = kill(process, SIGKILL) }
            }
        }
    }
}

import CLinux
import Glibc
import Support

/// What marks the processes of one run: a variable in the environment, which children inherit.
struct ProcessMark: Sendable {
    static let variable = "COORDINATOR_PROCESS_MARK"
    let value: String

    init() {
        value =
            String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// As it stands in an environment.
    fileprivate var entry: [UInt8] { Self.name + Array(value.utf8) }
    fileprivate static let name = Array("\(variable)=".utf8)
}

/// Finds and kills processes that left their group, their session and their parent.
///
/// A program that has called ``begin()`` becomes the parent of orphans below it, so that even those can be found that wiped
/// their environment. It must start processes by ``ToolRunner`` alone: a child that it did not start that way counts as such
/// an orphan once a run ends.
package enum ProcessAdoption {
    private struct State {
        var isOn = false
        /// Programs that are being started, whose numbers are not known yet.
        var launches = 0
        /// Programs that run; they are reaped by who started them.
        var leaders: Set<pid_t> = []
    }

    private static let state = Locked(State())

    /// How often the table of processes is read anew for one run: who forks while it is read is found the next time.
    static let rounds = 200

    /// Makes this process the parent of orphans below it.
    ///
    /// - Returns: whether the system allows it.
    @discardableResult
    package static func begin() -> Bool {
        let isOn = coordinator_become_child_subreaper() == 0
        state.withLock { $0.isOn = isOn }
        return isOn
    }

    static func launching() { state.withLock { $0.launches += 1 } }

    static func launchFailed() { state.withLock { $0.launches -= 1 } }

    static func launched(_ leader: pid_t) {
        state.withLock { state in
            state.launches -= 1
            state.leaders.insert(leader)
        }
    }

    static func reaped(_ leader: pid_t) { state.withLock { _ = $0.leaders.remove(leader) } }

    /// Kills whatever a leader left behind, until nothing of it is found.
    static func killStrays(of leader: pid_t, mark: ProcessMark) {
        var patience = unsettledRounds
        var strangers: Set<pid_t> = []
        for _ in 0..<rounds {
            let sweep = Sweep(leader: leader, mark: mark, strangers: &strangers)
            guard sweep.killed.isEmpty else { continue }
            guard sweep.isUnsettled, patience > 0 else { return }
            patience -= 1
            if sweep.hasNameless { usleep(1000) }
        }
    }

    /// How often it is looked again when nothing was found and some process could not be told.
    static let unsettledRounds = 20

    /// Whether a child of this process is no program that it started itself.
    ///
    /// The child must have been seen before this is asked: who is started later is not known here yet.
    fileprivate static func isAdopted(_ process: pid_t) -> Bool {
        state.withLock { $0.isOn && $0.launches == 0 && !$0.leaders.contains(process) }
    }
}

/// One walk through the table of processes that kills what a leader left behind.
///
/// Who is told by itself is killed on sight: a chain in which each process forks the next and ends has none that lives
/// until the walk is over.
private struct Sweep {
    private(set) var killed: Set<pid_t> = []
    /// Whether some process may be a stray and has no environment: it is becoming another program just now.
    private(set) var hasNameless = false
    /// Whether some process ended before it could be told: a stray may have forked and ended.
    private var hasEnded = false
    /// Whether another walk may find what this one has not.
    var isUnsettled: Bool { hasNameless || hasEnded }
    private let leader: pid_t
    private let mark: ProcessMark
    /// When the leader was started; what is older is none of its children.
    private let start: UInt64

    /// - Parameter strangers: processes that cannot come of the leader; those that are found to be are added, and no walk
    ///   after this one looks at them again.
    init(leader: pid_t, mark: ProcessMark, strangers: inout Set<pid_t>) {
        self.leader = leader
        self.mark = mark
        start = ProcessTable.entry(leader)?.started ?? 0
        let own = getpid()
        let kernel: pid_t = 2
        var living: [ProcessTable.Entry] = []
        for process in ProcessTable.identifiers
        where process != leader && process != own && !strangers.contains(process) {
            guard let entry = ProcessTable.entry(process) else {
                hasEnded = true
                continue
            }
            if entry.parent == kernel || (entry.started < start && entry.session != leader) {
                strangers.insert(process)
                if entry.parent != own { continue }
            }
            let isOrphan = entry.parent == own && ProcessAdoption.isAdopted(process)
            if entry.isZombie {
                // Taken note of, so that it does not stay in the table. What somebody else reaped meanwhile is an error of
                // no consequence.
                var status: Int32 = 0
                if isOrphan { _ = waitpid(process, &status, WNOHANG) }
                if entry.parent != own || isOrphan {
                    hasEnded = true
                    strangers.insert(process)
                }
                continue
            }
            if isStray(entry, isOrphan: isOrphan) { end(process) }
            living.append(entry)
        }
        endDescendants(living)
    }

    /// Whether a process tells by itself that it comes of the leader.
    private mutating func isStray(_ entry: ProcessTable.Entry, isOrphan: Bool) -> Bool {
        if entry.session == leader { return true }
        guard entry.started >= start else { return false }
        guard let variables = ProcessTable.environment(of: entry.id) else {
            // It has gone, or is another user's.
            if errno == ESRCH || errno == ENOENT { hasEnded = true }
            return false
        }
        if variables.contains(where: { $0.elementsEqual(mark.entry) }) { return true }
        // Adopted, and does not say whose it is.
        let isMarked = variables.contains { $0.starts(with: ProcessMark.name) }
        if isOrphan, !isMarked { return true }
        if variables.isEmpty { hasNameless = true }
        return false
    }

    private mutating func end(_ process: pid_t) {
        _ = kill(process, SIGKILL)
        killed.insert(process)
    }

    /// Ends those that a process of the leader's is the parent of.
    private mutating func endDescendants(_ living: [ProcessTable.Entry]) {
        var grew = true
        while grew {
            grew = false
            for entry in living
            where !killed.contains(entry.id) && (entry.parent == leader || killed.contains(entry.parent)) {
                end(entry.id)
                grew = true
            }
        }
    }
}

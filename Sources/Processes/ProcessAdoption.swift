import CLinux
import Glibc
import Support

/// The mark of the processes of one run: an environment variable, which children inherit.
struct ProcessMark: Sendable {
    static let variable = "COORDINATOR_PROCESS_MARK"
    let value: String

    init() {
        value =
            String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// The mark as an entry of an environment, `NAME=value`.
    fileprivate var entry: [UInt8] { Self.name + Array(value.utf8) }
    fileprivate static let name = Array("\(variable)=".utf8)
}

/// Makes this process the parent of orphans below it, and tells those from the programs that it started itself.
///
/// The kernel has one such attribute for a process, and one list of its children. So a program makes one value at its
/// start and passes it, in a ``ProgramRunner``, to all code that starts programs: a child that was started in any other
/// way counts as an orphan once a run ends. Adoption also finds processes that wiped their environment.
package final class ProcessAdoption: Sendable {
    private struct State {
        /// How many programs are being started; their process numbers are not known yet.
        var launches = 0
        /// Programs that run; the call that started one reaps it.
        var leaders: Set<pid_t> = []
    }

    private let state = Locked(State())

    /// Makes this process the parent of orphans below it; `nil` where the system does not allow it.
    package init?() {
        guard coordinator_become_child_subreaper() == 0 else { return nil }
    }

    func launching() { state.withLock { $0.launches += 1 } }

    func launchFailed() { state.withLock { $0.launches -= 1 } }

    func launched(_ leader: pid_t) {
        state.withLock { state in
            state.launches -= 1
            state.leaders.insert(leader)
        }
    }

    func reaped(_ leader: pid_t) { state.withLock { _ = $0.leaders.remove(leader) } }

    /// Whether a child of this process was adopted rather than started by it.
    ///
    /// Call this after the child was seen in the table of processes: a program that is started later is not known here
    /// yet.
    fileprivate func isAdopted(_ process: pid_t) -> Bool {
        state.withLock { $0.launches == 0 && !$0.leaders.contains(process) }
    }
}

/// Kills what the program of one run left behind: processes that left its group, its session and their parent.
struct OrphanSearch: Sendable {
    /// The program's own process, which is not killed here.
    let leader: pid_t
    let mark: ProcessMark
    /// `nil` where this process does not adopt orphans.
    let adoption: ProcessAdoption?

    /// How often the table of processes is read anew for one run: a process that forks while it is read is found the
    /// next time.
    static let rounds = 200
    /// How often the table is read again when nothing was found and some process could not be identified.
    static let inconclusiveRounds = 20

    /// Kills whatever the leader left behind, until nothing of it is found.
    func killAll() {
        var remainingRounds = Self.inconclusiveRounds
        var unrelated: Set<pid_t> = []
        for _ in 0..<Self.rounds {
            let sweep = Sweep(self, unrelated: &unrelated)
            guard sweep.killed.isEmpty else { continue }
            guard sweep.isInconclusive, remainingRounds > 0 else { return }
            remainingRounds -= 1
            if sweep.hasNameless { usleep(1000) }
        }
    }
}

/// One walk through the table of processes that kills what a leader left behind.
///
/// A process whose session or environment shows that it descends from the leader is killed at once: in a chain of
/// processes of which each forks the next and ends, none lives until the walk is over.
private struct Sweep {
    private(set) var killed: Set<pid_t> = []
    /// Whether some process has no environment, as during an exec, so that it may descend from the leader.
    private(set) var hasNameless = false
    /// Whether some process ended before it could be identified: it may have descended from the leader, and have
    /// forked.
    private var hasEnded = false
    /// Whether another walk may find processes that this one has missed.
    var isInconclusive: Bool { hasNameless || hasEnded }
    private let search: OrphanSearch
    /// When the leader was started; an older process is none of its children.
    private let start: UInt64

    /// - Parameter unrelated: processes that cannot descend from the leader; this walk adds those that it finds, and no
    ///   later walk looks at them again.
    init(_ search: OrphanSearch, unrelated: inout Set<pid_t>) {
        self.search = search
        let leader = search.leader
        start = ProcessTable.entry(leader)?.started ?? 0
        let own = getpid()
        let kernel: pid_t = 2
        var living: [ProcessTable.Entry] = []
        for process in ProcessTable.identifiers
        where process != leader && process != own && !unrelated.contains(process) {
            guard let entry = ProcessTable.entry(process) else {
                hasEnded = true
                continue
            }
            if entry.parent == kernel || (entry.started < start && entry.session != leader) {
                unrelated.insert(process)
                if entry.parent != own { continue }
            }
            let isAdopted = entry.parent == own && search.adoption?.isAdopted(process) == true
            if entry.isZombie {
                // Reaping removes an adopted zombie from the table. The error when another thread has reaped it
                // meanwhile does not matter.
                var status: Int32 = 0
                if isAdopted { _ = waitpid(process, &status, WNOHANG) }
                if entry.parent != own || isAdopted {
                    hasEnded = true
                    unrelated.insert(process)
                }
                continue
            }
            if isRemnant(entry, isAdopted: isAdopted) { end(process) }
            living.append(entry)
        }
        endDescendants(living)
    }

    /// Whether a process's session or environment shows that it descends from the leader.
    private mutating func isRemnant(_ entry: ProcessTable.Entry, isAdopted: Bool) -> Bool {
        if entry.session == search.leader { return true }
        guard entry.started >= start else { return false }
        guard let variables = ProcessTable.environment(of: entry.id) else {
            // The process has ended, or belongs to another user.
            if errno == ESRCH || errno == ENOENT { hasEnded = true }
            return false
        }
        if variables.contains(where: { $0.elementsEqual(search.mark.entry) }) { return true }
        // An adopted process without any run's mark has wiped its environment.
        let isMarked = variables.contains { $0.starts(with: ProcessMark.name) }
        if isAdopted, !isMarked { return true }
        if variables.isEmpty { hasNameless = true }
        return false
    }

    private mutating func end(_ process: pid_t) {
        _ = kill(process, SIGKILL)
        killed.insert(process)
    }

    /// Ends processes whose parent is the leader or was just ended.
    private mutating func endDescendants(_ living: [ProcessTable.Entry]) {
        var grew = true
        while grew {
            grew = false
            for entry in living
            where !killed.contains(entry.id) && (entry.parent == search.leader || killed.contains(entry.parent)) {
                end(entry.id)
                grew = true
            }
        }
    }
}

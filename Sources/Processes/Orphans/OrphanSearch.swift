import Glibc

/// Kills what programs left behind: processes that left their group, their session and their parent.
struct OrphanSearch: Sendable {
    /// Whose processes are searched for. It is not killed here.
    let root: pid_t
    /// When the root was started, in ticks since the machine's start; an older process does not descend from it. `nil` is
    /// for a root that is still in the table of processes.
    var start: UInt64?
    /// Which marks in its environment make a process one of them.
    let pattern: ProcessMark.Pattern
    /// Whether the root leads a session of its own, whose processes and whose own children are all meant.
    var isSession = false
    /// The mark that they carry though they have no environment; `nil` where there is none.
    var limit: LimitMark?
    /// `nil` where this process does not adopt orphans.
    var adoption: ProcessAdoption?
    /// How often the table of processes is read again when nothing was found and some process could not be identified.
    var inconclusiveRounds = Self.inconclusiveRounds

    /// How often the table of processes is read anew: a process that forks while it is read is found the next time.
    static let rounds = 200
    /// The default of the value of that name.
    static let inconclusiveRounds = 20

    /// Kills whatever belongs to the root, until nothing of it is found.
    func killAll() {
        var remainingRounds = inconclusiveRounds
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

extension OrphanSearch {
    /// What the program of one run left behind.
    ///
    /// - Parameter isContained: whether all its processes end without this search.
    static func run(
        of leader: pid_t, _ mark: ProcessMark, _ adoption: ProcessAdoption?, isContained: Bool
    ) -> OrphanSearch {
        OrphanSearch(
            root: leader, pattern: .run(mark), isSession: true, adoption: adoption,
            inconclusiveRounds: isContained ? 0 : inconclusiveRounds)
    }

    /// What all programs of a process left behind.
    static func programs(
        of process: pid_t, since start: UInt64?, _ family: ProcessMark.Family, _ limit: LimitMark?
    ) -> OrphanSearch {
        OrphanSearch(root: process, start: start, pattern: .family(family), limit: limit)
    }
}

/// One walk through the table of processes that kills what belongs to a root.
///
/// A process whose own attributes show that it belongs there is killed at once: in a chain of processes of which each
/// forks the next and ends, none lives until the walk is over.
private struct Sweep {
    private(set) var killed: Set<pid_t> = []
    /// Whether some process has no environment, as during an exec, so that it may be one of those searched for.
    private(set) var hasNameless = false
    /// Whether some process ended before it could be identified: it may have been one of them, and have forked.
    private var hasEnded = false
    /// Whether another walk may find processes that this one has missed.
    var isInconclusive: Bool { hasNameless || hasEnded }
    private let search: OrphanSearch
    private let start: UInt64

    /// - Parameter unrelated: processes that cannot belong to the root; this walk adds those that it finds, and no later
    ///   walk looks at them again.
    init(_ search: OrphanSearch, unrelated: inout Set<pid_t>) {
        self.search = search
        let root = search.root
        start = search.start ?? ProcessTable.entry(root)?.started ?? 0
        let own = getpid()
        let kernel: pid_t = 2
        var living: [ProcessTable.Entry] = []
        for process in ProcessTable.identifiers
        where process != root && process != own && !unrelated.contains(process) {
            guard let entry = ProcessTable.entry(process) else {
                hasEnded = true
                continue
            }
            if entry.parent == kernel || (entry.started < start && !isOfSession(entry)) {
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
            if isRemnant(entry, isAdopted: isAdopted) { end(entry) }
            living.append(entry)
        }
        endDescendants(living)
    }

    private func isOfSession(_ entry: ProcessTable.Entry) -> Bool { search.isSession && entry.session == search.root }

    /// Whether a process's session, limits or environment show that it belongs to the root.
    private mutating func isRemnant(_ entry: ProcessTable.Entry, isAdopted: Bool) -> Bool {
        if isOfSession(entry) { return true }
        guard entry.started >= start else { return false }
        if search.limit?.isCarried(by: entry.id) == true { return true }
        guard let variables = ProcessTable.environment(of: entry.id) else {
            // The process has ended, or belongs to another user.
            if errno == ESRCH || errno == ENOENT { hasEnded = true }
            return false
        }
        if search.pattern.matches(variables) { return true }
        // An adopted process without any run's mark has wiped its environment.
        if isAdopted, ProcessMark.words(in: variables).isEmpty { return true }
        if variables.isEmpty { hasNameless = true }
        return false
    }

    private mutating func end(_ entry: ProcessTable.Entry) {
        // No other process can have got the number since the entry was read: numbers are given in turn.
        _ = kill(entry.id, SIGKILL)
        killed.insert(entry.id)
    }

    /// Ends processes whose parent is the root or was just ended, and those in the session of one that was just ended.
    private mutating func endDescendants(_ living: [ProcessTable.Entry]) {
        var grew = true
        while grew {
            grew = false
            for entry in living where !killed.contains(entry.id) && isDescendant(entry) {
                end(entry)
                grew = true
            }
        }
    }

    private func isDescendant(_ entry: ProcessTable.Entry) -> Bool {
        (search.isSession && entry.parent == search.root) || killed.contains(entry.parent)
            || killed.contains(entry.session)
    }
}

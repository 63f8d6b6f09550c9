import CLinux
import Glibc
import Locks

/// What marks the processes of one run: a variable in the environment, which children inherit.
struct ProcessMark: Sendable {
    static let variable = "COORDINATOR_PROCESS_MARK"
    let value: String

    init() {
        value =
            String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// As it stands in an environment.
    fileprivate var entry: [UInt8] { Array("\(Self.variable)=\(value)".utf8) }
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
    static let rounds = 100

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
        for _ in 0..<rounds {
            let entries = ProcessTable.entries
            let strays = strays(in: entries, of: leader, mark: mark)
            reap(entries)
            guard !strays.isEmpty else { return }
            for stray in strays { _ = kill(stray, SIGKILL) }
            sched_yield()
        }
    }

    private static func strays(in entries: [ProcessTable.Entry], of leader: pid_t, mark: ProcessMark) -> [pid_t] {
        let living = entries.filter { !$0.isZombie && $0.id != leader && $0.id != getpid() }
        var family: Set<pid_t> = [leader]
        for entry in living where entry.session == leader { family.insert(entry.id) }
        let state = state.withLock { $0 }
        for entry in living where !family.contains(entry.id) {
            let isMarked = ProcessTable.environment(of: entry.id, holds: mark.entry) == true
            if isMarked || isNobodys(entry, state) { family.insert(entry.id) }
        }
        var grew = true
        while grew {
            grew = false
            for entry in living where family.contains(entry.parent) && family.insert(entry.id).inserted { grew = true }
        }
        family.remove(leader)
        return family.sorted()
    }

    /// Whether it is an orphan that was adopted and does not say whose it is. While a program is being started its number is
    /// not known, and nothing is taken for an orphan.
    private static func isNobodys(_ entry: ProcessTable.Entry, _ state: State) -> Bool {
        guard state.isOn, state.launches == 0, entry.parent == getpid(), !state.leaders.contains(entry.id) else {
            return false
        }
        return ProcessTable.environment(of: entry.id, holdsVariable: ProcessMark.variable) == false
    }

    /// Takes note of adopted processes that have ended, so that they do not stay in the table.
    private static func reap(_ entries: [ProcessTable.Entry]) {
        let state = state.withLock { $0 }
        guard state.isOn, state.launches == 0 else { return }
        for entry in entries where entry.isZombie && entry.parent == getpid() && !state.leaders.contains(entry.id) {
            var status: Int32 = 0
            // What somebody else reaped meanwhile is an error of no consequence.
            _ = waitpid(entry.id, &status, WNOHANG)
        }
    }
}

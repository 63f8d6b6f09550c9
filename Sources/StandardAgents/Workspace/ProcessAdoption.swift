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
        var patience = unsettledRounds
        for _ in 0..<rounds {
            let entries = ProcessTable.entries
            let found = look(in: entries, for: leader, mark)
            reap(entries)
            for stray in found.strays { _ = kill(stray, SIGKILL) }
            guard found.strays.isEmpty else { continue }
            guard found.isUnsettled, patience > 0 else { return }
            patience -= 1
            usleep(1000)
        }
    }

    /// How often it is looked again, a millisecond later, while some young process has no environment.
    static let unsettledRounds = 20

    private struct Look {
        var strays: [pid_t] = []
        /// Whether some process may be one, and could not be told: it is becoming another program just now.
        var isUnsettled = false
    }

    private static func look(in entries: [ProcessTable.Entry], for leader: pid_t, _ mark: ProcessMark) -> Look {
        let state = state.withLock { $0 }
        let kernel: pid_t = 2
        let living = entries.filter { !$0.isZombie && $0.id != leader && $0.id != getpid() && $0.parent != kernel }
        let start = entries.first { $0.id == leader }?.started ?? 0
        var look = Look()
        var family: Set<pid_t> = [leader]
        for entry in living {
            if entry.session == leader {
                family.insert(entry.id)
                continue
            }
            // What was started before the leader is none of its children.
            guard entry.started >= start, let variables = ProcessTable.environment(of: entry.id) else { continue }
            let isOrphan =
                state.isOn && state.launches == 0 && entry.parent == getpid() && !state.leaders.contains(entry.id)
            if variables.contains(where: { $0.elementsEqual(mark.entry) }) {
                family.insert(entry.id)
            } else if isOrphan, !variables.contains(where: { $0.starts(with: ProcessMark.name) }) {
                // Adopted, and does not say whose it is.
                family.insert(entry.id)
            } else if variables.isEmpty {
                look.isUnsettled = true
            }
        }
        var grew = true
        while grew {
            grew = false
            for entry in living where family.contains(entry.parent) && family.insert(entry.id).inserted { grew = true }
        }
        family.remove(leader)
        look.strays = family.sorted()
        return look
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

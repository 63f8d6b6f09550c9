import CLinux
import Glibc
import Support

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
    func isAdopted(_ process: pid_t) -> Bool {
        state.withLock { $0.launches == 0 && !$0.leaders.contains(process) }
    }
}

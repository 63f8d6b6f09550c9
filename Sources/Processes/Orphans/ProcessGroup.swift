import Dispatch
import Glibc
import Support

/// The processes of one tool run: its leader, which leads a session of its own, and the leader's descendants.
///
/// swift-subprocess knows the process that it started and none of its descendants.
///
/// Signals are sent only until ``finish()``: after it the leader may be reaped, and its number may belong to another
/// process.
final class ProcessGroup: Sendable {
    /// Why the processes were ended.
    enum Reason: Sendable { case timeout, cancellation, excess, exit }

    private struct State {
        var finished = false
        var reason: Reason?
        var timer: (any DispatchSourceTimer)?
    }

    private let leader: pid_t
    private let orphans: OrphanSearch
    private let state = Locked(State())

    /// - Parameter isContained: whether its processes have a table or a control group of their own, with which they end.
    init(leader: pid_t, mark: ProcessMark, adoption: ProcessAdoption?, isContained: Bool) {
        self.leader = leader
        orphans = .run(of: leader, mark, adoption, isContained: isContained)
    }

    /// The first reason for which the processes were ended.
    var reason: Reason? { state.withLock { $0.reason } }

    /// Asks the group to end with SIGTERM, and kills everything after the grace.
    func end(for reason: Reason, grace: Duration) {
        guard grace > .zero else { return kill(for: reason) }
        state.withLock { state in
            guard !state.finished else { return }
            state.reason = state.reason ?? reason
            _ = Glibc.kill(-leader, SIGTERM)
            let timer = DispatchSource.makeTimerSource()
            timer.schedule(deadline: .now() + .milliseconds(max(1, Int(grace.bounded.boundedMilliseconds))))
            timer.setEventHandler { self.kill(for: reason) }
            timer.activate()
            state.timer?.cancel()
            state.timer = timer
        }
    }

    /// Kills the group, and the processes of its session, its descendants and those with its mark that left the group.
    func kill(for reason: Reason) {
        state.withLock { state in
            guard !state.finished else { return }
            state.reason = state.reason ?? reason
            _ = Glibc.kill(-leader, SIGKILL)
            orphans.killAll()
        }
    }

    /// Forbids any further signal.
    func finish() {
        state.withLock { state in
            state.finished = true
            state.timer?.cancel()
            state.timer = nil
        }
    }

    /// Returns when the leader has ended and the processes it left behind are killed; the leader is not reaped here.
    ///
    /// The processes are killed on a Dispatch thread: endless output of a child may keep every thread of the
    /// cooperative pool busy.
    /// - Parameter descriptor: The leader's pidfd.
    func killAfterLeaderExit(descriptor: Int32) async {
        // The source needs a descriptor that stays open until its cancel handler has run.
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return await pollForExit() }
        let source = DispatchSource.makeReadSource(fileDescriptor: own)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            source.setEventHandler {
                self.kill(for: .exit)
                source.cancel()
            }
            source.setCancelHandler {
                close(own)
                continuation.resume()
            }
            source.activate()
        }
    }

    /// Polls every 10 ms, for kernels without pidfd.
    private func pollForExit() async {
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now(), repeating: .milliseconds(10))
        let leader = leader
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            timer.setEventHandler {
                var info = siginfo_t()
                let status = waitid(P_PID, id_t(leader), &info, WEXITED | WNOHANG | WNOWAIT)
                if status != 0 || info.si_signo == SIGCHLD {
                    self.kill(for: .exit)
                    timer.cancel()
                }
            }
            timer.setCancelHandler { continuation.resume() }
            timer.activate()
        }
    }
}

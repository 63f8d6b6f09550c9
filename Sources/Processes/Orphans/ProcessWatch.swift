import CLinux
import Dispatch
import Glibc
import Support

/// Ends the programs of this process when it ends without doing so itself: by SIGKILL, for want of memory, by a crash.
///
/// Nothing runs in a process that is killed. So another one, the watcher, holds the reading end of a pipe that only this
/// process has open for writing: however this process ends, the kernel closes the pipe, and the watcher kills every
/// process that carries a mark of this one, and ends. It is this process's own executable, run anew under the name
/// ``OrphanWatcher/name`` with a session of its own, no open file and all signals blocked. It starts with the first
/// program, and another takes its place when it is killed.
///
/// A program makes one value at its start, and passes it on in a ``ProgramRunner``. Its `main` calls
/// ``serveIfWatcher(_:)`` first and ``end()`` last.
package final class ProcessWatch: Sendable {
    private struct Watcher {
        let process: pid_t
        /// The end of the pipe that only this process has open.
        let lifeline: Int32
        /// Tells of the watcher's end; `nil` before Linux 5.3.
        let exit: (any DispatchSourceRead)?
    }

    private struct State {
        var watcher: Watcher?
        var launches = 0
        /// How many programs run.
        var programs = 0
        var hasEnded = false
        var limit: LimitMark?
    }

    /// How many watchers are started at most: one that is always killed is not replaced for ever.
    static let maximumLaunches = 5
    /// How long ``end()`` waits, in milliseconds, for programs that still run to be killed.
    static let endLimit: Int32 = 2000

    /// What the marks of this process's programs start with.
    let family = ProcessMark.Family()
    private let adoption: ProcessAdoption?
    private let warn: @Sendable (String) -> Void
    private let state = Locked(State())

    /// Prepares a watch; no watcher runs yet.
    /// - Parameters:
    ///   - adoption: Where this process adopts orphans, all its children are programs of runners, and the watcher finds
    ///     those without an environment too.
    ///   - warn: is told, in a sentence, when programs run unwatched.
    package init(adoption: ProcessAdoption?, warn: @escaping @Sendable (String) -> Void) {
        self.adoption = adoption
        self.warn = warn
    }

    /// The mark of everything that this process starts; `nil` before its first program, and where it has none.
    var limit: LimitMark? { state.withLock { $0.limit } }

    /// Sees to it that a watcher runs while a program does. Call this before the program is started, and
    /// ``programEnded()`` when nothing is left of it.
    func programStarts() {
        state.withLock { $0.programs += 1 }
        start()
    }

    func programEnded() { state.withLock { $0.programs -= 1 } }

    private func start() {
        state.withLock { state in
            guard state.watcher == nil, !state.hasEnded, state.launches < Self.maximumLaunches else { return }
            if state.launches == 0, adoption != nil { state.limit = .markingThisProcess() }
            state.launches += 1
            adoption?.launching()
            switch Self.launch(OrphanWatcher(process: getpid(), family: family, limit: state.limit)) {
            case .success(let (process, lifeline)):
                adoption?.launched(process)
                state.watcher = Watcher(process: process, lifeline: lifeline, exit: exitSource(of: process))
            case .failure(let error):
                adoption?.launchFailed()
                warnUnwatched("no process could be started that ends them: \(error)")
            }
        }
    }

    /// Ends the watcher, and with it whatever programs still run, and waits for both. No watcher is started again.
    package func end() {
        let (watcher, hasPrograms) = state.withLock { state in
            state.hasEnded = true
            defer { state.watcher = nil }
            return (state.watcher, state.programs > 0)
        }
        guard let watcher else { return }
        watcher.exit?.cancel()
        // It need not look for what is not there.
        if !hasPrograms { _ = kill(watcher.process, SIGKILL) }
        close(watcher.lifeline)
        // The status of a process that has ended without having been waited for stays in the system's table, in a container
        // for ever.
        let descriptor = coordinator_pidfd_open(watcher.process)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var end = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&end, 1, Self.endLimit) < 0, errno == EINTR {}
        reap(watcher.process)
    }

    /// Replaces a watcher that was killed.
    private func watcherEnded(_ process: pid_t) {
        let isLast: Bool? = state.withLock { state in
            guard let watcher = state.watcher, watcher.process == process else { return nil }
            state.watcher = nil
            watcher.exit?.cancel()
            close(watcher.lifeline)
            reap(process)
            return state.launches == Self.maximumLaunches
        }
        guard let isLast else { return }
        if isLast { return warnUnwatched("what ends them was itself ended \(Self.maximumLaunches) times") }
        start()
    }

    private func reap(_ process: pid_t) {
        var status: Int32 = 0
        _ = waitpid(process, &status, WNOHANG)
        adoption?.reaped(process)
    }

    private func warnUnwatched(_ reason: String) {
        warn("if this process is killed, programs that it has started may run on: \(reason)")
    }

    private func exitSource(of process: pid_t) -> (any DispatchSourceRead)? {
        let descriptor = coordinator_pidfd_open(process)
        guard descriptor >= 0 else { return nil }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        source.setEventHandler { [weak self] in self?.watcherEnded(process) }
        source.setCancelHandler { close(descriptor) }
        source.activate()
        return source
    }
}

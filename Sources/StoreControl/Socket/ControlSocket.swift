import CLinux
import Glibc
import Processes
import Support

/// Listens beside a store for commands that write to it, as long as this process holds the store.
///
/// Each connection brings one request. A connection from another user than the store's, or from what an agent of this
/// process has started, gets a refusal.
package final class ControlSocket: Sendable {
    /// What is to be told at the start, such as where the socket is if not beside the store.
    package let note: String?
    private let path: ControlSocketPath
    private let address: String
    private let listener: Int32
    /// Its writing end is closed to end the listening thread.
    private let stop: (reading: Int32, writing: Int32)
    private let hasEnded = Flag()
    private let service: ControlService

    /// Listens from now on.
    ///
    /// Only who holds the store's lock may call it: whatever stands at the path is taken for what a holder left that has
    /// ended.
    ///
    /// - Parameters:
    ///   - store: the path of the store's file.
    ///   - runner: starts all programs of this process's jobs.
    ///   - runtime: the value of `XDG_RUNTIME_DIR`; `nil` where it is not set.
    /// - Throws: ``ControlSocketError``.
    package init(
        store: String, handler: any StoreRequestHandler, runner: ProgramRunner, runtime: String?,
        limits: ControlLimits = ControlLimits()
    ) throws(ControlSocketError) {
        let path = ControlSocketPath(store: store)
        self.path = path
        let (address, isLinked) = try path.location(runtime: runtime, user: geteuid())
        self.address = address
        try Self.remove(path.path)
        if isLinked { try Self.remove(address) }
        service = ControlService(handler: handler, runner: runner, limits: limits)
        let listener = try Self.listening(at: address, atMost: limits.connections)
        self.listener = listener
        // What was made is removed where it is of no use; nothing is to be done where that fails.
        func removeAll() {
            close(listener)
            _ = unlink(address)
            if isLinked { _ = unlink(path.path) }
        }
        if isLinked, symlink(address, path.path) != 0 {
            let error = Self.unusable(path.path, "the link to the socket cannot be made", errno)
            removeAll()
            throw error
        }
        note = isLinked ? "The path \(path.path) is too long for a socket; it links to \(address)." : nil
        var ends: [Int32] = [-1, -1]
        guard coordinator_pipe(&ends, O_CLOEXEC) == 0 else {
            let error = Self.unusable(address, "no pipe could be made", errno)
            removeAll()
            throw error
        }
        stop = (ends[0], ends[1])
        let status = DetachedThread.start(blockingSignals: true) { [listener, stop, service] in
            service.accept(on: listener, until: stop.reading)
            close(listener)
            close(stop.reading)
        }
        guard status == 0 else {
            for descriptor in [stop.reading, stop.writing] { close(descriptor) }
            removeAll()
            throw Self.unusable(address, "no thread could be started", status)
        }
    }

    deinit { end() }

    /// Takes no further request, and removes the socket. Requests that are being served are answered.
    package func end() {
        guard hasEnded.raise() else { return }
        _ = unlink(address)
        if address != path.path { _ = unlink(path.path) }
        close(stop.writing)
    }

    private static func listening(at address: String, atMost connections: Int) throws(ControlSocketError) -> Int32 {
        let descriptor = LocalSocket.make()
        guard descriptor >= 0 else { throw unusable(address, "no socket could be made", errno) }
        var status = LocalSocket.call(bind, descriptor, path: address)
        // Nobody can connect before it listens, and by then it belongs to its user alone.
        if status == 0, chmod(address, 0o600) != 0 { status = errno }
        if status == 0, listen(descriptor, Int32(clamping: max(1, connections))) != 0 { status = errno }
        guard status != 0 else { return descriptor }
        close(descriptor)
        throw unusable(address, "the socket for commands cannot be made", status)
    }

    /// Removes what an ended holder left; never a file of another kind.
    private static func remove(_ path: String) throws(ControlSocketError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard [S_IFSOCK, S_IFLNK].contains(status.st_mode & S_IFMT) else {
            throw ControlSocketError(
                .unusable, "\(path): a file stands where commands are to reach this process; move it away.")
        }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw unusable(path, "the socket of a process that has ended cannot be removed", errno)
        }
    }

    private static func unusable(_ path: String, _ what: String, _ number: Int32) -> ControlSocketError {
        ControlSocketError(.unusable, "\(path): \(what): \(SystemError(number)).")
    }
}

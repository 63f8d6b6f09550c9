import CLinux
import Coordinator
import Glibc
import Support

/// Asks the holder of a store.
package struct ControlClient: Sendable {
    private let path: ControlSocketPath
    private let limits: ControlLimits

    /// - Parameter store: the path of the store's file.
    package init(store: String, limits: ControlLimits = ControlLimits()) {
        path = ControlSocketPath(store: store)
        self.limits = limits
    }

    /// Sends a request and waits for the answer; blocks its thread.
    ///
    /// - Throws: ``ControlSocketError``.
    package func ask(_ request: StoreRequest) throws(ControlSocketError) -> StoreAnswer {
        let descriptor = try connected()
        defer { close(descriptor) }
        let start = ContinuousClock.now
        do throws(SocketLine.Fault) {
            guard let line = try? JSONValue(encoding: request).jsonBytes(pretty: false), line.count < limits.lineBytes
            else {
                throw .long
            }
            try SocketLine.write(line, to: descriptor, until: start + limits.lineTime)
        } catch {
            // A holder that refuses at once closes before it has read everything; what it says stands in its answer.
            guard case .closed = error else {
                throw fault(error, "The request could not be sent to the store's holder")
            }
        }
        let line: [UInt8]
        do throws(SocketLine.Fault) {
            line = try SocketLine.read(
                descriptor, atMost: limits.lineBytes, until: start + limits.lineTime + limits.answerTime)
        } catch {
            throw ControlSocketError(
                .noAnswer, "\(fault(error, "The store's holder did not answer")) Look at the job before you ask again.")
        }
        guard let answer = try? JSONValue(json: line).decoded(as: StoreAnswer.self) else {
            throw ControlSocketError(
                .noAnswer,
                "\(path.address): what listens there answers in a form that this version does not know; look at the job "
                    + "before you ask again.")
        }
        return answer
    }

    private func connected() throws(ControlSocketError) -> Int32 {
        let address = path.address
        let descriptor = LocalSocket.make()
        guard descriptor >= 0 else {
            throw ControlSocketError(.unusable, "\(address): no socket could be made: \(SystemError(errno)).")
        }
        switch LocalSocket.call(connect, descriptor, path: address) {
        case 0:
            var peer = coordinator_peer()
            // Whoever may write the store's folder could listen there, and say that something is kept.
            guard coordinator_peer_of(descriptor, &peer) == 0, peer.user == geteuid() || peer.user == 0 else {
                close(descriptor)
                throw ControlSocketError(
                    .unusable, "\(address): a process of another user listens there, and is not trusted.")
            }
            return descriptor
        case let number:
            close(descriptor)
            switch number {
            case ENOENT, ECONNREFUSED, ENOTDIR, ENOTSOCK, ENAMETOOLONG:
                throw ControlSocketError(.nobodyListens, "\(address): nobody listens there.")
            case EACCES, EPERM:
                throw ControlSocketError(
                    .unusable,
                    "\(address): a process of another user holds the store; ask as that user, or as root.")
            case EAGAIN:
                throw ControlSocketError(
                    .unusable, "\(address): the store's holder has too much to answer at present; ask again.")
            default: throw ControlSocketError(.unusable, "\(address): \(SystemError(number)).")
            }
        }
    }

    private func fault(_ fault: SocketLine.Fault, _ action: String) -> ControlSocketError {
        let reason =
            switch fault {
            case .late: "in time"
            case .long: "since it is longer than \(limits.lineBytes) bytes"
            case .closed: "since it closed the connection"
            case .system(let error): "since there is a fault of the system: \(error)"
            }
        return ControlSocketError(.unusable, "\(path.address): \(action) \(reason).")
    }
}

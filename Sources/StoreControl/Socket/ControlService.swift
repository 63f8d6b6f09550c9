import CLinux
import Coordinator
import Dispatch
import Glibc
import Processes
import Support
import Synchronization

/// Answers the connections of a control socket, each on a thread of its own.
final class ControlService: Sendable {
    private let handler: any StoreRequestHandler
    private let runner: ProgramRunner
    private let limits: ControlLimits
    private let served = Atomic<Int>(0)

    init(handler: any StoreRequestHandler, runner: ProgramRunner, limits: ControlLimits) {
        self.handler = handler
        self.runner = runner
        self.limits = limits
    }

    /// Takes connections until the pipe is closed.
    func accept(on listener: Int32, until stop: Int32) {
        while true {
            var entries = [
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0), pollfd(fd: stop, events: 0, revents: 0),
            ]
            guard poll(&entries, 2, -1) >= 0 || errno == EINTR else { return }
            if entries[1].revents != 0 { return }
            guard entries[0].revents != 0 else { continue }
            let connection = coordinator_accept(listener, LocalSocket.flags)
            if connection >= 0 {
                begin(connection)
            } else if errno == EMFILE || errno == ENFILE || errno == ENOMEM {
                // The connection waits, and so would this loop without a pause.
                usleep(10_000)
            }
        }
    }

    private func begin(_ connection: Int32) {
        let number = served.wrappingAdd(1, ordering: .relaxed).newValue
        guard number <= limits.connections else {
            end(connection, .refused("\(limits.connections) commands are being answered; ask again."))
            return
        }
        let status = DetachedThread.start(blockingSignals: true) { [self] in serve(connection) }
        if status != 0 { end(connection, .refused("No thread could be started to answer; ask again.")) }
    }

    private func serve(_ connection: Int32) { end(connection, answer(connection)) }

    /// Sends the answer; one that the peer does not take is lost to the peer alone.
    private func end(_ connection: Int32, _ answer: StoreAnswer) {
        if let line = try? JSONValue(encoding: answer).jsonBytes(pretty: false) {
            try? SocketLine.write(line, to: connection, until: .now + limits.lineTime)
        }
        close(connection)
        served.wrappingSubtract(1, ordering: .relaxed)
    }

    private func answer(_ connection: Int32) -> StoreAnswer {
        guard let peer = ControlPeer(connection) else {
            return .refused("The kernel does not say who asks, so nothing was done.")
        }
        // Before anything is read: what an agent started holds no place here.
        if let refusal = peer.refusal(holder: geteuid(), runner: runner) { return .refused(refusal) }
        let line: [UInt8]
        do throws(SocketLine.Fault) {
            line = try SocketLine.read(connection, atMost: limits.lineBytes, until: .now + limits.lineTime)
        } catch {
            return .refused(Self.words(error, limits))
        }
        let request: StoreRequest
        do {
            request = try JSONValue(json: line).decoded()
        } catch {
            return .refused(
                "The request is not one that this version knows: \(error). Use the same version of coordinator.")
        }
        return answer(request, by: peer.name)
    }

    private func answer(_ request: StoreRequest, by name: String) -> StoreAnswer {
        let answered = DispatchSemaphore(value: 0)
        let answer = Locked<StoreAnswer?>(nil)
        let work = Task { [handler] in
            let given = await handler.answer(request, by: name)
            answer.withLock { $0 = given }
            answered.signal()
        }
        // The thread is one of its own, so that nobody else waits.
        let milliseconds = Int(clamping: Int64(limits.answerTime / .milliseconds(1)))
        _ = answered.wait(timeout: .now() + .milliseconds(milliseconds))
        if let given = answer.withLock({ $0 }) { return given }
        // What is said once it is cancelled says nothing of what was done.
        work.cancel()
        return .refused("It was not done in time, and may be done yet; look at the job before you ask again.")
    }

    private static func words(_ fault: SocketLine.Fault, _ limits: ControlLimits) -> String {
        switch fault {
        case .late: "The request did not arrive within \(limits.lineTime); nothing was done."
        case .long: "The request is longer than \(limits.lineBytes) bytes; nothing was done."
        case .closed: "The request ended before its line did; nothing was done."
        case .system(let error): "The request cannot be read: \(error); nothing was done."
        }
    }
}

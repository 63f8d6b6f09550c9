import CLinux
import Dispatch
import Glibc
import Support
import Synchronization

/// Turns the first signal that asks this process to end into a call.
///
/// Such is every signal that by default ends a process and does not tell of a fault in it: Ctrl-C, a closed terminal, a
/// batch system's warning, a limit on time. What the caller has ignored stays ignored, so that `nohup` holds.
final class Interrupts {
    /// What a further signal does.
    enum Further: Sendable {
        /// A second SIGINT or SIGTERM ends the process at once.
        case endsTheProcess
        /// It changes nothing.
        case isIgnored
    }

    /// How long after the first signal another one counts as a second. Within that time it belongs to the first:
    /// timeout(1) sends each signal to the program and to its group, and a wrapper may hand on what the terminal has sent
    /// already.
    static let insistenceDelay = Duration.milliseconds(250)

    private static let names = [
        SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
        SIGALRM: "SIGALRM", SIGVTALRM: "SIGVTALRM", SIGPROF: "SIGPROF", SIGXCPU: "SIGXCPU", SIGPWR: "SIGPWR",
        SIGIO: "SIGIO",
    ]
    /// The signals by which somebody insists. The others come more than once for one event: a terminal that is closed sends
    /// SIGHUP, and so does its shell; SIGXCPU comes every second.
    private static let insistent = [SIGINT, SIGTERM]

    private let source: (any DispatchSourceRead)?
    /// The signals whose default action a second one gets back.
    private let restored: [Int32]

    init(further: Further, _ onFirst: @escaping @Sendable (_ name: String) -> Void) {
        let handled = Self.names.keys.filter(Self.endsThisProcess)
        let restored = further == .endsTheProcess ? Self.insistent.filter(handled.contains) : []
        self.restored = restored
        var ends: [Int32] = [-1, -1]
        // Without a pipe the signals keep their default action.
        guard coordinator_pipe(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else {
            source = nil
            return
        }
        let reading = ends[0]
        signalPipe.store(ends[1], ordering: .releasing)
        let queue = DispatchQueue(label: "coordinator.interrupts")
        let source = DispatchSource.makeReadSource(fileDescriptor: reading, queue: queue)
        let first = Flag()
        source.setEventHandler {
            var number: UInt8 = 0
            while read(reading, &number, 1) == 1 {
                guard first.raise() else { continue }
                onFirst(Self.names[Int32(number)] ?? "signal \(number)")
                queue.asyncAfter(deadline: .now() + .milliseconds(Int(Self.insistenceDelay / .milliseconds(1)))) {
                    for number in restored { signal(number, SIG_DFL) }
                }
            }
        }
        source.setCancelHandler { close(reading) }
        source.activate()
        self.source = source
        for number in handled { signal(number, writeToSignalPipe) }
    }

    /// Signals that end the process at once do so again; the others change nothing any more.
    deinit {
        for number in restored { signal(number, SIG_DFL) }
        source?.cancel()
    }

    /// Whether a signal would end this process. One that the caller has ignored would not, nor one that other code of this
    /// process handles.
    private static func endsThisProcess(_ number: Int32) -> Bool {
        switch action(of: number) {
        case nil: false
        // A shell without job control ignores SIGINT and SIGQUIT in whatever it runs in the background, unasked: who then
        // sends SIGINT to this process means it.
        case ignored: number == SIGINT && action(of: SIGQUIT) == ignored
        case let action: action == byDefault
        }
    }

    private static let byDefault = unsafeBitCast(SIG_DFL, to: Int.self)
    private static let ignored = unsafeBitCast(SIG_IGN, to: Int.self)

    private static func action(of number: Int32) -> Int? {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return nil }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    }
}

/// The end of the pipe to which the handler of signals writes their numbers.
private let signalPipe = Atomic<Int32>(-1)

/// The handler of signals: it may call only what is safe in one.
private func writeToSignalPipe(_ number: Int32) {
    let previous = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalPipe.load(ordering: .acquiring), &byte, 1)
    errno = previous
}

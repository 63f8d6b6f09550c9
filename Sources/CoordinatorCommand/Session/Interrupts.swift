import Dispatch
import Glibc

/// Turns Ctrl-C and SIGTERM into a call; the second one ends the process at once.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    init(_ onFirst: @escaping @Sendable (_ name: String) -> Void) {
        sources = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")].map { number, name in
            // The default action would end the process before the source sees the signal.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                onFirst(name)
                // The default action is restored, so that a second signal ends the process.
                signal(number, SIG_DFL)
            }
            source.resume()
            return source
        }
    }

    /// Restores the default action: signals end the process at once.
    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}

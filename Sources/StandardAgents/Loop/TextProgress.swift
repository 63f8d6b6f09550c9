import Coordinator
import LanguageModels
import Support

/// Shows what a model writes while it writes it: the end of the text, once in a while. Each piece is a heartbeat.
final class TextProgress: Sendable {
    /// How much of the end of the text is shown, in characters. 120.
    static let shownLength = 120
    /// The least time between two messages. 1 s.
    static let pause = Duration.seconds(1)

    private struct State {
        var tail = ""
        var last: ContinuousClock.Instant
    }

    private let attempt: AttemptContext
    private let state = Locked(State(last: .now))

    init(_ attempt: AttemptContext) { self.attempt = attempt }

    /// Takes a piece of the answer.
    func take(_ event: ModelEvent) {
        guard case .text(let piece) = event else { return attempt.heartbeat() }
        let shown: String? = state.withLock { state in
            state.tail = String((state.tail + piece.suffix(Self.shownLength)).suffix(Self.shownLength))
            let now = ContinuousClock.now
            guard now - state.last >= Self.pause else { return nil }
            state.last = now
            return state.tail
        }
        guard let shown else { return attempt.heartbeat() }
        attempt.progress("writes: " + ForeignText.line(shown))
    }
}

import Coordinator
import Support

/// Progress of one job, for people: a table redrawn in place on a terminal, otherwise one line per change.
///
/// Feed it every event in order; call ``tick(_:)`` now and then (four times a second suits) so that elapsed times
/// move; call ``finish(_:)`` in every case, also after a cancellation: it leaves the last state and the cursor.
public final class ProgressDisplay: Sendable {
    /// How the display behaves.
    public struct Configuration: Sendable {
        /// What the terminal can show.
        public var policy: TerminalPolicy
        /// The most agents in the live table; the others are counted. The default is 20.
        public var maxAgents: Int
        /// The shortest time between two drawings that events cause. The default is 50 ms.
        public var minimumInterval: Duration

        /// Describes a display.
        public init(policy: TerminalPolicy, maxAgents: Int = 20, minimumInterval: Duration = .milliseconds(50)) {
            self.policy = policy
            self.maxAgents = max(1, maxAgents)
            self.minimumInterval = minimumInterval
        }
    }

    private struct State {
        var progress = ProgressState()
        var drawnWidths: [Int] = []
        var lastDrawnAt: Timestamp?
        var latest: Timestamp?
        var isFinished = false
        var cursorHidden = false
        /// While something else is written below the display: the lines that wait.
        var held: [String]?

        mutating func hold(_ line: String, atMost most: Int) {
            held?.append(line)
            if let count = held?.count, count > most { held?.removeFirst(count - most) }
        }
    }

    private let configuration: Configuration
    private let size: @Sendable () -> TerminalSize
    private let write: @Sendable (String) -> Void
    // Held while the text is written too, so that two drawings never mix.
    private let state = Locked(State())

    /// Makes a display.
    ///
    /// - Parameters:
    ///   - size: called before each drawing, as windows change.
    ///   - write: takes text for standard error; never called concurrently.
    public init(
        _ configuration: Configuration, size: @escaping @Sendable () -> TerminalSize,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.size = size
        self.write = write
    }

    /// Updates the display by an event.
    public func show(_ event: JobEvent) {
        state.withLock { state in
            guard !state.isFinished else { return }
            let known = state.progress.agent(of: event)
            state.progress.apply(event)
            state.latest = max(event.at, state.latest ?? event.at)
            guard configuration.policy.isLive else {
                let line = ProgressLines.line(for: event, known: known, after: state.progress)
                guard let line else { return }
                if state.held == nil { write(line + "\n") } else { state.hold(line, atMost: Self.mostHeld) }
                return
            }
            guard state.held == nil else { return }
            if let last = state.lastDrawnAt, event.at < last.advanced(by: configuration.minimumInterval) { return }
            draw(&state, now: event.at)
        }
    }

    /// Updates the elapsed times; does nothing without a live terminal, or before the first event.
    public func tick(_ now: Timestamp) {
        state.withLock { state in
            guard configuration.policy.isLive, !state.isFinished, state.held == nil, state.latest != nil else {
                return
            }
            draw(&state, now: now)
        }
    }

    /// The most lines that wait while the display stands still; of more, the last ones.
    static let mostHeld = 200

    /// Lets the display stand still, with the cursor below it, so that something else can be written to the terminal.
    public func pause() {
        state.withLock { state in
            guard !state.isFinished, state.held == nil else { return }
            if configuration.policy.isLive, let latest = state.latest { draw(&state, now: latest) }
            restoreCursor(&state)
            state.held = []
        }
    }

    /// Goes on below what was written meanwhile.
    public func resume() { state.withLock { goOn(&$0) } }

    private func goOn(_ state: inout State) {
        guard let held = state.held else { return }
        state.held = nil
        state.drawnWidths = []
        for line in held { write(line + "\n") }
    }

    /// Draws the last state, leaves the cursor below it and makes the cursor visible. Later calls do nothing.
    public func finish(_ now: Timestamp? = nil) {
        state.withLock { state in
            guard !state.isFinished else { return }
            goOn(&state)
            if configuration.policy.isLive, let now = now ?? state.latest { draw(&state, now: now) }
            restoreCursor(&state)
            state.isFinished = true
        }
    }

    /// Shows events until they end or the task is cancelled, and ticks in between; then finishes.
    ///
    /// - Throws: what the events throw; the display is finished then too.
    public func run<Events: AsyncSequence & Sendable>(
        events: Events, ticks: some AsyncSequence<Timestamp, Never> & Sendable
    ) async throws where Events.Element == JobEvent {
        defer { finish() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await now in ticks { self.tick(now) } }
            for try await event in events { show(event) }
        }
    }

    deinit {
        // A display that was dropped without finish() must not leave the user without a cursor.
        state.withLock { restoreCursor(&$0) }
    }

    private func draw(_ state: inout State, now: Timestamp) {
        let size = size()
        // One column stays free: some terminals wrap as soon as the last cell is written.
        let columns = max(1, size.columns - 1)
        let table = ProgressTable(
            state: state.progress, now: now, columns: columns,
            maxAgents: max(1, min(configuration.maxAgents, size.rows - (state.progress.breakers.isEmpty ? 3 : 4))),
            hasColor: configuration.policy.hasColor)
        // In a window that became narrower, an old line takes more than one row.
        let height = state.drawnWidths.reduce(0) { $0 + max(1, ($1 + size.columns - 1) / size.columns) }
        let lines = table.lines
        var text = state.drawnWidths.isEmpty ? Ansi.hideCursor : Ansi.up(height)
        for line in lines { text += line.text + Ansi.eraseLine + "\n" }
        write(text + Ansi.eraseBelow)
        state.cursorHidden = true
        state.drawnWidths = lines.map(\.width)
        state.lastDrawnAt = now
    }

    private func restoreCursor(_ state: inout State) {
        guard state.cursorHidden else { return }
        write(Ansi.showCursor)
        state.cursorHidden = false
    }
}

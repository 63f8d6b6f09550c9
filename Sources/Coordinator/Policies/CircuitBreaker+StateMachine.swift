/// A circuit breaker as a pure value: time comes in, permits and transitions go out.
///
/// ```
/// closed ──failure or slow-call rate reached──► open ──time passed, one probe──► half-open
///    ▲                              ▲                                  │   │
///    │                              └───────────probe failed───────────┘   │
///    └──────────────────────enough probes succeeded────────────────────────┘
/// ```
/// Every permit carries the generation it was given in; a report for a permit of an older generation changes nothing.
struct CircuitBreakerStateMachine: Sendable {
    enum State: String, Sendable, CaseIterable {
        case closed, open
        case halfOpen = "half_open"
    }

    struct Permit: Sendable, Hashable { fileprivate let generation: UInt64 }

    enum Report: Sendable { case success, slowSuccess, failure, slowFailure, cancelled }

    /// The answer to a caller.
    enum Answer: Sendable {
        case permitted(Permit, changed: (from: State, to: State)?)
        /// Rejected; the breaker lets the next probe through after this time.
        case rejected(retryAfter: Duration)
    }

    private(set) var state = State.closed
    private let policy: BreakerPolicy
    private var generation: UInt64 = 0
    private var window: CallWindow
    private var openUntil: Duration = .zero
    private var openFor: Duration
    private var probes = 0
    private var probeSuccesses = 0

    init(_ policy: BreakerPolicy) {
        self.policy = policy
        window = CallWindow(length: policy.window)
        openFor = policy.openFor
    }

    /// How long calls made now would be rejected; `nil` when a call would be let through.
    func refusal(at now: Duration) -> Duration? {
        switch state {
        case .closed: nil
        case .open: now >= openUntil ? nil : openUntil - now
        case .halfOpen: probes < policy.halfOpenProbes ? nil : .zero
        }
    }

    /// Asks to make a call.
    mutating func acquire(at now: Duration) -> Answer {
        switch state {
        case .closed: return .permitted(Permit(generation: generation), changed: nil)
        case .open:
            guard now >= openUntil else { return .rejected(retryAfter: openUntil - now) }
            let changed = move(to: .halfOpen)
            probes = 1
            return .permitted(Permit(generation: generation), changed: changed)
        case .halfOpen:
            guard probes < policy.halfOpenProbes else { return .rejected(retryAfter: .zero) }
            probes += 1
            return .permitted(Permit(generation: generation), changed: nil)
        }
    }

    /// Reports how a permitted call went.
    ///
    /// - Returns: the transition it caused, if any.
    mutating func report(_ report: Report, for permit: Permit, at now: Duration) -> (from: State, to: State)? {
        guard permit.generation == generation else { return nil }
        switch (state, report) {
        case (.closed, .cancelled), (.open, _): return nil
        case (.closed, let report):
            window.add(failed: report.isFailure, slow: report.isSlow, at: now)
            let counts = window.counts(at: now)
            let calls = Double(counts.calls)
            guard counts.calls >= policy.minimumCalls,
                Double(counts.failures) >= policy.failureRate * calls
                    || Double(counts.slow) >= policy.slowCallRate * calls
            else { return nil }
            openFor = policy.openFor
            return open(at: now)
        case (.halfOpen, .cancelled):
            probes -= 1
            return nil
        // A probe as slow as the calls that opened the breaker is no recovery.
        case (.halfOpen, .failure), (.halfOpen, .slowFailure), (.halfOpen, .slowSuccess):
            openFor = min(policy.openCap, openFor * 2)
            return open(at: now)
        case (.halfOpen, .success):
            probes -= 1
            probeSuccesses += 1
            return probeSuccesses >= policy.successesToClose ? move(to: .closed) : nil
        }
    }

    private mutating func open(at now: Duration) -> (from: State, to: State) {
        openUntil = now + openFor
        return move(to: .open)
    }

    private mutating func move(to next: State) -> (from: State, to: State) {
        defer { state = next }
        generation += 1
        window = CallWindow(length: policy.window)
        probes = 0
        probeSuccesses = 0
        return (state, next)
    }
}

extension CircuitBreakerStateMachine.Report {
    fileprivate var isFailure: Bool { self == .failure || self == .slowFailure }
    fileprivate var isSlow: Bool { self == .slowSuccess || self == .slowFailure }
}

/// Calls, failures and slow calls over a sliding window of ten slices.
struct CallWindow: Sendable {
    private struct Slice {
        var index: Int64
        var calls = 0
        var failures = 0
        var slow = 0
    }

    private static let slices = 10
    private let sliceLength: Int64
    private var slices: [Slice] = []

    init(length: Duration) { sliceLength = max(1, length.nanoseconds / Int64(Self.slices)) }

    mutating func add(failed: Bool, slow: Bool, at now: Duration) {
        let index = now.nanoseconds / sliceLength
        if slices.last?.index != index { slices.append(Slice(index: index)) }
        slices[slices.count - 1].calls += 1
        if failed { slices[slices.count - 1].failures += 1 }
        if slow { slices[slices.count - 1].slow += 1 }
        slices.removeAll { $0.index <= index - Int64(Self.slices) }
    }

    func counts(at now: Duration) -> (calls: Int, failures: Int, slow: Int) {
        let oldest = now.nanoseconds / sliceLength - Int64(Self.slices)
        return slices.filter { $0.index > oldest }.reduce((0, 0, 0)) {
            ($0.0 + $1.calls, $0.1 + $1.failures, $0.2 + $1.slow)
        }
    }
}

import Glibc
import Metrics
import Support
import TelemetryCatalog

/// The parts that jobs share: the threads agents run on, timers, the clock.
///
/// A server has one for all its jobs; a coordinator that is given none makes its own.
///
/// ```swift
/// let runtime = CoordinatorRuntime(.init(concurrency: 100))
/// let first = Job(task: "Review the parser", runtime: runtime) { … }
/// let second = Job(task: "Review the lexer", runtime: runtime) { … }
/// ```
public final class CoordinatorRuntime: Sendable {
    /// The limits of a runtime.
    ///
    /// ```swift
    /// var configuration = CoordinatorRuntime.Configuration(concurrency: 100, queueLimit: 1_000)
    /// configuration.resources["model"] = ResourceLimits(concurrency: 4)
    /// ```
    public struct Configuration: Sendable {
        /// Threads kept for agents when none is blocked; the machine's cores by default.
        public var minThreads: Int
        /// Threads for agents while others are blocked; 512 by default.
        public var maxThreads: Int
        /// How long a cancelled attempt's code may take to end before the attempt counts as abandoned; 10 ms by
        /// default. The attempt may write nothing from its deadline on, whatever this is.
        public var cancellationGrace: Duration
        /// Error types whose names are used as `error.type`; every other unknown error is `_OTHER`.
        public var errorTypes: [any Error.Type]
        /// The resources that agents share, by name.
        public var resources: [String: ResourceLimits]
        /// Keeps retries from multiplying an outage; on by default, `nil` for none. A coordinator's private runtime has
        /// none: its one job has budgets of its own.
        public var retryBudget: RetryBudgetPolicy?
        /// Runs that may be active at once over all jobs; 10,000 by default.
        public var concurrency: Int
        /// Runs that may wait for one of those, and as many for each resource; one more is rejected as `queue_full`.
        /// 10,000 by default.
        public var queueLimit: Int
        /// The most resources that the runtime may know; ``CoordinatorRuntime/declare(_:)`` adds some. 1,000 by
        /// default.
        public var resourceLimit: Int
        /// A seed for jitter; drawn from the system when `nil`.
        public var seed: UInt64?
        /// Stand around each call of an agent of every job, the first outermost; none by default.
        public var interceptors: [any AttemptInterceptor]

        /// Sets bounds.
        public init(
            minThreads: Int? = nil, maxThreads: Int = 512, cancellationGrace: Duration = .milliseconds(10),
            errorTypes: [any Error.Type] = [], resources: [String: ResourceLimits] = [:],
            retryBudget: RetryBudgetPolicy? = RetryBudgetPolicy(), concurrency: Int = 10_000, queueLimit: Int = 10_000,
            resourceLimit: Int = 1000, seed: UInt64? = nil, interceptors: [any AttemptInterceptor] = []
        ) {
            self.minThreads = minThreads ?? max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            self.maxThreads = maxThreads
            self.cancellationGrace = cancellationGrace
            self.errorTypes = errorTypes
            self.resources = resources
            self.retryBudget = retryBudget
            self.concurrency = max(1, concurrency)
            self.queueLimit = max(0, queueLimit)
            self.resourceLimit = max(0, resourceLimit)
            self.seed = seed
            self.interceptors = interceptors
        }
    }

    let configuration: Configuration
    let timers: any TimerService
    /// Timers on the system's clock, for waits that concern threads rather than the job's time.
    let threadTimers: ThreadTimerService
    let pool: ThreadPool
    let executor: AgentExecutor
    let drivers: DriverExecutor
    let starvation: StarvationGauge
    let poolWatch: PoolWatch
    let slots: Slots
    private let resources: Locked<[String: SharedResource]>
    let retryBudget: RetryBudget?
    let attemptAges: AttemptAges
    let waitingRuns: WaitingRuns
    let instruments = InstrumentCache()
    /// The agents that can be found by name or capability, while jobs run.
    public let agents = AgentRegistry()
    private let breakers = Locked<[CircuitBreaker.Subject: CircuitBreaker]>([:])
    private let origin: Timestamp
    private let seed: UInt64
    private let errorTypeNames: [ObjectIdentifier: String]

    /// Makes a runtime on the system's clock.
    public convenience init(_ configuration: Configuration = Configuration()) {
        let timers = ThreadTimerService()
        self.init(configuration, timers: timers, threadTimers: timers, origin: WallClock.now)
    }

    /// Makes a runtime on a clock of your own, such as a manual one in tests.
    ///
    /// - Parameters:
    ///   - configuration: the runtime's limits.
    ///   - clock: the clock of timeouts, pauses and durations.
    ///   - origin: the wall-clock time at which the clock stands now; the system's by default.
    public convenience init<C: Clock>(
        _ configuration: Configuration = Configuration(), clock: C, origin: Timestamp? = nil
    ) where C.Duration == Duration {
        self.init(
            configuration, timers: ClockTimerService(clock), threadTimers: ThreadTimerService(),
            origin: origin ?? WallClock.now)
    }

    private init(
        _ configuration: Configuration, timers: any TimerService, threadTimers: ThreadTimerService, origin: Timestamp
    ) {
        self.configuration = configuration
        self.timers = timers
        self.threadTimers = threadTimers
        attemptAges = AttemptAges(timers: timers, threadTimers: threadTimers)
        waitingRuns = WaitingRuns(
            clock: { [timers] in origin.advanced(by: timers.now) }, threadTimers: threadTimers)
        self.origin = origin
        let starvation = StarvationGauge()
        self.starvation = starvation
        pool = ThreadPool(
            minThreads: configuration.minThreads, maxThreads: configuration.maxThreads, timers: threadTimers,
            onStarved: { starvation.set($0, for: .agent) })
        executor = AgentExecutor(pool)
        drivers = DriverExecutor(pool)
        poolWatch = PoolWatch(timers: threadTimers) { starvation.set($0, for: .cooperative) }
        slots = Slots(configuration.concurrency, queueLimit: configuration.queueLimit)
        resources = Locked(
            configuration.resources.mapValues { SharedResource($0, queueLimit: configuration.queueLimit) })
        retryBudget = configuration.retryBudget.map { RetryBudget($0) }
        var system = SystemRandomNumberGenerator()
        seed = configuration.seed ?? system.next()
        errorTypeNames = Dictionary(
            configuration.errorTypes.map { (ObjectIdentifier($0), String(describing: $0)) },
            uniquingKeysWith: { first, _ in first })
    }

    // Code that runs on the threads holds the runtime, abandoned code too: none runs here.
    deinit { pool.stop() }

    /// Adds resources that agents share to those of the configuration. A server declares the resources of each job
    /// file, so that all jobs keep to one limit.
    ///
    /// The first declaration of a name holds as long as the runtime lives.
    ///
    /// - Throws: ``CoordinatorError`` with code `resourceRefused` when a name is known with another limit, rate or
    ///   breaker, or when there would be more than ``Configuration/resourceLimit``; then none is added.
    public func declare(_ declared: [String: ResourceLimits]) throws(CoordinatorError) {
        let refusal: CoordinatorError? = resources.withLock { resources in
            let refusals = Self.refusals(
                of: declared, beside: resources.mapValues(\.spec), limit: configuration.resourceLimit)
            if let first = refusals.min(by: { $0.key < $1.key }) { return first.value }
            for (name, spec) in declared where resources[name] == nil {
                resources[name] = SharedResource(spec, queueLimit: configuration.queueLimit)
            }
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Why ``declare(_:)`` would throw now, by the name of the resource.
    package func refusals(of declared: [String: ResourceLimits]) -> [String: CoordinatorError] {
        Self.refusals(
            of: declared, beside: resources.withLock { $0.mapValues(\.spec) }, limit: configuration.resourceLimit)
    }

    /// - Parameters:
    ///   - known: the resources that a runtime has.
    ///   - limit: as many as it may have.
    package static func refusals(
        of declared: [String: ResourceLimits], beside known: [String: ResourceLimits] = [:],
        limit: Int = Configuration().resourceLimit
    ) -> [String: CoordinatorError] {
        var refusals: [String: CoordinatorError] = [:]
        var count = known.count
        for (name, spec) in declared.sorted(by: { $0.key < $1.key }) {
            if let other = known[name] {
                guard other != spec else { continue }
                refusals[name] = CoordinatorError(
                    .resourceRefused,
                    "resource '\(name)' is shared by the jobs of this runtime, which know it as \(other); declare it the "
                        + "same everywhere, or give it another name")
            } else {
                count += 1
                guard count > limit else { continue }
                refusals[name] = CoordinatorError(
                    .resourceRefused,
                    "the runtime knows \(known.count) resources and may know \(limit) (resourceLimit); use names that jobs "
                        + "share")
            }
        }
        return refusals
    }

    func resource(_ name: String) -> SharedResource? { resources.withLock { $0[name] } }

    /// The names of all resources, sorted.
    var resourceNames: [String] { resources.withLock { $0.keys.sorted() } }

    /// Circuit breakers kept at most; an agent beyond it has one for its run alone.
    static let breakerLimit = 10_000

    /// The breaker of an agent or resource; the first call decides its policy.
    func breaker(
        for subject: CircuitBreaker.Subject, policy: BreakerPolicy, factory: any MetricsFactory
    ) -> CircuitBreaker {
        breakers.withLock { breakers in
            if let known = breakers[subject] { return known }
            let new = CircuitBreaker(subject, policy: policy, factory: factory)
            if breakers.count < Self.breakerLimit { breakers[subject] = new }
            return new
        }
    }

    /// The state of each agent's own breaker.
    func breakerStates(ofAgents names: [String]) -> [String] {
        let known = breakers.withLock { $0 }
        return names.map { (known[.agent($0)]?.state ?? .closed).rawValue }
    }

    /// Time since the runtime started.
    var now: Duration { timers.now }

    /// The wall-clock time at a duration since the runtime started; never runs backwards.
    func timestamp(at instant: Duration) -> Timestamp { origin.advanced(by: instant) }

    /// The wall-clock time now, for those who may outlive the runtime: the threads end with it, whoever holds its clock.
    var clock: @Sendable () -> Timestamp { { [timers, origin] in origin.advanced(by: timers.now) } }

    /// A number from 0 up to, not including, 1, that depends on the seed, the run and the retry alone: the same seed
    /// gives the same pauses in whatever order agents finish.
    func uniform(for run: String, retry: Int) -> Double {
        // The hash gathers the key, the generator spreads it.
        var random = SeededGenerator(seed: seed ^ FNV1a.hash(run.utf8) &+ UInt64(retry))
        return Double(random.next() >> 11) * 0x1p-53
    }

    /// The name for `error.type` and what the error says about trying again.
    func classify(_ error: any Error) -> Failure {
        if let classified = error as? any ClassifiedError {
            return Failure(
                failureClass: classified.failureClass, errorType: classified.errorType,
                message: String(describing: error), outcome: classified.isTimeout ? .timeout : .failed)
        }
        if error is CancellationError {
            return Failure(
                failureClass: .permanent, errorType: ErrorType.cancelled,
                message: "the agent gave up its work as cancelled, although nobody had cancelled it")
        }
        return Failure(
            failureClass: .transient, errorType: errorTypeNames[ObjectIdentifier(type(of: error))] ?? Failure.unknown,
            message: String(describing: error))
    }
}

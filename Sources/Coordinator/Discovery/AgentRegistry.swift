import Support

/// The agents a runtime knows by name: they appear, change their version and vanish while jobs run.
///
/// A run that found an agent keeps it until the run ends; the next run looks again.
///
/// ```swift
/// let runtime = CoordinatorRuntime()
/// runtime.agents.register(.init("reviewer", version: "1.2", capabilities: ["review"], agent: ReviewAgent()))
/// let reviewer = runtime.agents.entry(.capability("review"))
/// ```
public final class AgentRegistry: Sendable {
    /// An agent that can be found.
    ///
    /// ```swift
    /// let entry = AgentRegistry.Entry("reviewer", version: "1.2", capabilities: ["review"], agent: ReviewAgent())
    /// ```
    public struct Entry: Sendable {
        /// The ``source`` of an agent that a program registers.
        public static let programSource = "code"

        /// The name, unique in the registry.
        public let name: String
        /// The version that its author gave it; shown, never compared.
        public let version: String
        /// Its capabilities, in words agreed between its author and its users.
        public let capabilities: Set<String>
        /// Its purpose, in a sentence.
        public let description: String
        /// Its origin, such as a manifest's path; `code` for an agent that a program registers.
        public let source: String
        /// The settings that hold for it where a job says nothing.
        public let defaults: AgentDefaults
        /// The agent itself.
        public let agent: any Agent

        /// Describes an agent.
        public init(
            _ name: String, version: String = "1", capabilities: Set<String> = [], description: String = "",
            source: String = Entry.programSource, defaults: AgentDefaults = AgentDefaults(), agent: any Agent
        ) {
            self.name = name
            self.version = version
            self.capabilities = capabilities
            self.description = description
            self.source = source
            self.defaults = defaults
            self.agent = agent
        }
    }

    /// What happened to an agent of the registry.
    public enum Change: Sendable {
        /// An agent was registered under a name that none had; runs that start now find it.
        case appeared(Entry)
        /// An agent took the place of another of its name. Runs that have found the other stay with it.
        case replaced(Entry, by: Entry)
        /// An agent was removed; runs that start now do not find it.
        case vanished(Entry)
    }

    /// How to choose an agent.
    public enum Selector: Sendable, Hashable, CustomStringConvertible {
        /// The agent of this name.
        case name(String)
        /// An agent with this capability; of several, the first by name.
        case capability(String)

        public var description: String {
            switch self {
            case .name(let name): "named '\(name)'"
            case .capability(let capability): "with the capability '\(capability)'"
            }
        }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var observers: [Int: AsyncStream<Change>.Continuation] = [:]
        var lastObserver = 0

        func tell(_ change: Change) {
            for observer in observers.values { observer.yield(change) }
        }
    }

    private let state = Locked(State())

    /// Makes an empty registry.
    public init() {}

    /// Registers an agent; it replaces one of the same name.
    ///
    /// - Returns: the one it replaces, if any.
    @discardableResult
    public func register(_ entry: Entry) -> Entry? {
        state.withLock { state in
            let previous = state.entries.updateValue(entry, forKey: entry.name)
            state.tell(previous.map { .replaced($0, by: entry) } ?? .appeared(entry))
            return previous
        }
    }

    /// Removes an agent; its running attempts go on.
    ///
    /// - Returns: the agent, if it was known.
    @discardableResult
    public func remove(_ name: String) -> Entry? {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: name) else { return nil }
            state.tell(.vanished(entry))
            return entry
        }
    }

    /// All agents known now, by name.
    public var entries: [Entry] { state.withLock { $0.entries.values.sorted { $0.name < $1.name } } }

    /// The agent a selector chooses now, if there is one.
    public func entry(_ selector: Selector) -> Entry? {
        state.withLock { state in
            switch selector {
            case .name(let name): state.entries[name]
            case .capability(let capability):
                state.entries.values.filter { $0.capabilities.contains(capability) }.min { $0.name < $1.name }
            }
        }
    }

    /// How many changes a reader of ``changes()`` may be behind; older ones are dropped for it.
    public static let changeLimit = 1024

    /// The agents known now, as appearances, and then every change.
    ///
    /// A reader more than ``changeLimit`` changes behind loses the oldest ones; ``entries`` is always complete.
    public func changes() -> AsyncStream<Change> {
        let (stream, continuation) = AsyncStream<Change>.makeStream(bufferingPolicy: .bufferingNewest(Self.changeLimit))
        state.withLock { state in
            state.lastObserver += 1
            let id = state.lastObserver
            for entry in state.entries.values.sorted(by: { $0.name < $1.name }) { continuation.yield(.appeared(entry)) }
            state.observers[id] = continuation
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.observers.removeValue(forKey: id) }
            }
        }
        return stream
    }
}

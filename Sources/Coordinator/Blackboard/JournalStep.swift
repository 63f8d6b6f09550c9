import Support

/// Events that are kept together or not at all, and who waits until they are.
struct HandedOver: Sendable {
    let events: [JobEvent]
    /// Learns `nil` once they are kept, or why they never will be.
    var kept: OneShot<Interruption?>?
}

/// What is to be done about the journal once the blackboard's lock is free.
struct JournalStep: Sendable {
    struct Append: Sendable {
        let number: Int
        let events: [JobEvent]
        let after: Int
    }

    var append: Append?
    var kept: [HandedOver] = []
    var lost: [HandedOver] = []
    var isStopped = false
}

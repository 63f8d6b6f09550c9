/// A deadline, and the interruption it causes when it passes.
struct Limit: Sendable {
    let due: Duration
    let interruption: Interruption

    static func earlier(_ first: Limit?, _ second: Limit?) -> Limit? {
        guard let first else { return second }
        guard let second else { return first }
        return second.due < first.due ? second : first
    }
}

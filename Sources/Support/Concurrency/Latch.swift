/// A value that is set once and awaited by any number of tasks; a second value is dropped.
public final class Latch<Value: Sendable>: Sendable {
    @usableFromInline enum State {
        case waiting([CheckedContinuation<Value, Never>])
        case set(Value)
    }

    @usableFromInline let state = Locked(State.waiting([]))

    /// Makes one without a value.
    @inlinable public init() {}

    /// Sets the value, unless there was one.
    @inlinable public func set(_ value: Value) {
        let waiting: [CheckedContinuation<Value, Never>] = state.withLock { state in
            guard case .waiting(let waiting) = state else { return [] }
            state = .set(value)
            return waiting
        }
        for waiter in waiting { waiter.resume(returning: value) }
    }

    /// The value if it is set.
    @inlinable public var current: Value? {
        state.withLock { if case .set(let value) = $0 { value } else { nil } }
    }

    /// The value; waits until there is one, without regard to cancellation.
    @inlinable public nonisolated(nonsending) var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let value: Value? = state.withLock { state in
                    switch state {
                    case .set(let value): return value
                    case .waiting(let waiting):
                        state = .waiting(waiting + [continuation])
                        return nil
                    }
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}

/// A value that is set once and awaited by one task; a second value is dropped.
///
/// It is for a promise with one waiter, many of which are made: ``Latch`` has room for any number of them.
/// ```swift
/// let answer = OneShot<Bool>()
/// timer.onFire { answer.set(false) }
/// let isInTime = await answer.value
/// ```
public final class OneShot<Value: Sendable>: Sendable {
    @usableFromInline enum State {
        case empty
        case waiting(UnsafeContinuation<Value, Never>)
        case set(Value)
        case taken
    }

    @usableFromInline let state = Locked(State.empty)

    /// Makes one without a value.
    @inlinable public init() {}

    /// Sets the value, unless there was one.
    @inlinable public func set(_ value: Value) {
        let waiter: UnsafeContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .set(value)
                return nil
            case .waiting(let continuation):
                state = .taken
                return continuation
            case .set, .taken: return nil
            }
        }
        waiter?.resume(returning: value)
    }

    /// The value; waits until there is one, without regard to cancellation. For one task, once.
    @inlinable public nonisolated(nonsending) var value: Value {
        get async {
            // An unsafe continuation saves the check, since every attempt makes one of these; `State` lets each be
            // resumed once.
            await withUnsafeContinuation { continuation in
                let value: Value? = state.withLock { state in
                    if case .set(let value) = state {
                        state = .taken
                        return value
                    }
                    state = .waiting(continuation)
                    return nil
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}

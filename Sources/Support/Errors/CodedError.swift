/// An error that callers tell apart by its code: two errors are equal when their codes are. The rest is for people.
package protocol CodedError: Error, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    associatedtype Code: Hashable, Sendable

    /// What went wrong.
    var code: Code { get }
}

extension CodedError {
    /// Whether the codes are equal.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

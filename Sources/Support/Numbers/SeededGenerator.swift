/// Random numbers that are the same for the same seed: SplitMix64 of Steele, Lea and Flood (2014), 64 bits of state.
///
/// For pauses, identifiers that need no secrecy, and tests that print their seed. Each copy goes on by itself.
/// ```swift
/// var random = SeededGenerator(seed: 7)
/// let first = Int.random(in: 1...6, using: &random)
/// ```
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// The step of the state from one number to the next: 2⁶⁴ divided by the golden ratio, made odd.
    public static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The seed it began with; belongs in the message of every failure over its numbers.
    public let seed: UInt64
    @usableFromInline var state: UInt64

    /// - Parameter seed: any number; equal seeds give equal sequences.
    @inlinable public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    @inlinable public mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// Spreads a state over 64 bits; different states give different numbers.
    @inlinable public static func mix(_ state: UInt64) -> UInt64 {
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }
}

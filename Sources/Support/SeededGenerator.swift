/// Random numbers that come again with their seed: SplitMix64 of Steele, Lea and Flood (2014), 64 bits of state.
///
/// For identifiers that need no secrecy, and for tests that print their seed. Each copy goes on by itself.
/// ```swift
/// var random = SeededGenerator(seed: 7)
/// let first = Int.random(in: 1...6, using: &random)
/// ```
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameter seed: any number; equal seeds give equal sequences.
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

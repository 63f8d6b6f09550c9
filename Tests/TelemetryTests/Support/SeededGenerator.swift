/// Repeatable random numbers. A property test prints its seed; to repeat a failure, put the seed in its place.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A generator with a fresh seed, which is printed.
    static func announced(_ test: String = #function) -> SeededGenerator {
        let seed = UInt64.random(in: .min ... .max)
        print("\(test): seed \(seed)")
        return SeededGenerator(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

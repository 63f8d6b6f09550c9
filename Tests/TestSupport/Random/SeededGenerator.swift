import Foundation

/// Random numbers that a seed repeats (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    /// The environment variable that gives `announced` its seed.
    package static let variable = "COORDINATOR_TEST_SEED"

    /// The seed it began with; belongs in the message of every expectation about generated values.
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A generator for one run of a property test. Its seed is the one in COORDINATOR_TEST_SEED, or a new one, and is
    /// printed with the test's name, so that a failure can be repeated even if a crash leaves no message.
    package static func announced(_ test: String = #function) -> SeededGenerator {
        let chosen = ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
        let generator = SeededGenerator(seed: chosen ?? .random(in: .min ... .max))
        print("\(test): \(variable)=\(generator.seed)")
        return generator
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededGenerator {
    package mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// Text of at most `count` parts: one half of these pieces, the other half any Unicode scalars.
    package mutating func text(_ count: Int, of pieces: [String]) -> String {
        var text = ""
        for _ in 0..<int(0...count) {
            if Bool.random(using: &self) {
                text += pieces.randomElement(using: &self) ?? ""
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

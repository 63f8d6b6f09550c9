import Foundation
import Support

extension SeededGenerator {
    /// The environment variable that gives `announced` its seed.
    package static let variable = "COORDINATOR_TEST_SEED"

    /// A generator for one run of a property test. Its seed is the one in COORDINATOR_TEST_SEED, or a new one, and is
    /// printed with the test's name, so that a failure can be repeated even if a crash leaves no message.
    package static func announced(_ test: String = #function) -> SeededGenerator {
        let chosen = ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
        let generator = SeededGenerator(seed: chosen ?? .random(in: .min ... .max))
        print("\(test): \(variable)=\(generator.seed)")
        return generator
    }

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

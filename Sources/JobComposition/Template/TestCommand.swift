/// How a repository runs its own tests, as far as its files say.
package struct TestCommand: Sendable, Hashable {
    /// The commands in order, as argument lists.
    package let commands: [[String]]
    /// What it shows when they pass.
    package let purpose: Purpose
    /// The file that says so; its name is anything that a file system allows.
    package let evidence: String
    /// Why the commands cannot run in a copy of the repository here, as a sentence; `nil` where they can.
    package let obstacle: String?

    /// What passing commands show.
    package enum Purpose: Sendable, Hashable {
        case tests
        case build

        /// The requirement that they verify.
        package var requirement: String {
            switch self {
            case .tests: "The tests pass."
            case .build: "It builds."
            }
        }

        /// What is asked by running them, as a clause.
        var question: String {
            switch self {
            case .tests: "whether the tests pass"
            case .build: "whether it builds"
            }
        }
    }

    /// The commands as people write them.
    package var shown: String { commands.map { $0.joined(separator: " ") }.joined(separator: ", then ") }
}

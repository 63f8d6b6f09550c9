/// How a repository runs its own tests, as far as its files say.
package struct TestCommand: Sendable, Hashable {
    /// The commands in order, as argument lists.
    package let commands: [[String]]
    /// The file that says so.
    package let evidence: String
    /// Why the commands cannot run in a copy of the repository here, as a sentence; `nil` where they can.
    package let obstacle: String?

    /// The commands as people write them.
    package var shown: String { commands.map { $0.joined(separator: " ") }.joined(separator: ", then ") }
}

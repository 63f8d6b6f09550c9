import SourceCode

/// A formatter or linter that corrects files in place by the repository's own configuration.
///
/// The drafter looks for what the repository configures, and for programs that are installed; it installs nothing.
package struct Fixer: Sendable {
    /// Who writes the code that a fixer runs.
    package enum Code: Sendable {
        /// The fixer's authors alone: its configuration is data. It runs wherever it is configured.
        case own
        /// The repository too, since configuration and plugins are programs. It runs where a job names it.
        case repository
    }

    /// A file that configures a fixer.
    struct Configuration: Sendable {
        /// The file's name.
        var name: String
        /// A text without which the file says nothing about this fixer; `nil` for none.
        var mention: String?

        init(_ name: String, mention: String? = nil) {
            self.name = name
            self.mention = mention
        }
    }

    /// One run of the program, on the files that one of its configurations applies to.
    struct Step: Sendable {
        /// What follows the program's name, before the files.
        var arguments: [String]
        /// The files that configure it, in a file's folder or above it; empty where it needs none.
        var configurations: [Configuration]
        /// The exit statuses after which its changes count.
        var statuses: Set<Int32> = [0]
    }

    /// The name, by which a job file selects it and which people read.
    package let name: String
    /// The languages of the files it is given.
    let languages: Set<Language>
    /// The ways to start it, each a program's name and first arguments; the first that is installed is used.
    let programs: [[String]]
    /// What follows to learn its version; `nil` where it cannot tell.
    let versionArguments: [String]?
    /// Its runs, in order.
    let steps: [Step]
    /// Who writes the code that it runs.
    package let code: Code
}

import SourceCode
import Support

/// The job file that `coordinator init` writes: a text with one line in place of the task, which depends on what is
/// known of the repository's tests. Names of files are foreign: of them, no character becomes YAML.
package struct JobTemplate: Sendable {
    /// The line that the task takes the place of.
    static let placeholder = "  # The task."

    private let text: String

    /// Makes a template of a text.
    package init(_ text: String) { self.text = text }

    /// The job file for a repository.
    package func filled(_ test: TestCommand?) -> String {
        let lines = test.map { $0.obstacle == nil ? Self.testing($0) : Self.leftOut($0) } ?? Self.collecting
        return text.replacing(Self.placeholder, with: lines.map { "  " + $0 }.joined(separator: "\n"))
    }

    private static func testing(_ test: TestCommand) -> [String] {
        [
            "description: See \(test.purpose.question), and whether the code is formatted as it should be.",
            "requirements:",
            "  - text: \(test.purpose.requirement)",
        ]
            + comment(
                "Found by \(GitPath.shown(test.evidence)): programs of this repository, which coordinator runs as you, in a copy of it "
                    + "with the patch in it. No shell reads them."
            ).map { "    " + $0 }
            + ["    verify:"] + test.commands.map { "      - " + list($0) }
    }

    private static func leftOut(_ test: TestCommand) -> [String] {
        [collectingDescription]
            + comment(
                "\(aboutCommands) Found by \(GitPath.shown(test.evidence)), and left out: \(test.obstacle ?? "")")
            + ["# validation:"] + test.commands.map { "#   - " + list($0) }
    }

    private static var collecting: [String] {
        [collectingDescription]
            + comment("\(aboutCommands) No file at the top of this folder says how tests are run.")
            + ["# validation:", "#   - [make, check]"]
    }

    private static let collectingDescription =
        "description: See what is here, and whether the code is formatted as it should be."
    private static let aboutCommands =
        "Commands that must pass, run in a copy of the repository with the patch in it. No shell reads them."

    /// The longest line of a comment, in characters.
    private static let longestLine = 110

    /// A text as lines of a comment. What ends a line for YAML, or may not stand in it, is replaced.
    private static func comment(_ text: String) -> [String] {
        var lines: [String] = []
        var line = "#"
        for word in ForeignText.line(text).split(separator: " ") {
            if line.count + word.count >= longestLine, line != "#" {
                lines.append(line)
                line = "#"
            }
            line += " " + word
        }
        return lines + [line]
    }

    /// A command as a YAML list, with quotes where a word needs them.
    private static func list(_ words: [String]) -> String {
        "["
            + words.map { word in
                word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=".contains($0) }
                    ? word : JSONQuotation.quoted(word)
            }.joined(separator: ", ") + "]"
    }
}

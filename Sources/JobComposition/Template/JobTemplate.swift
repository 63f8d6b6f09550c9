import SourceCode
import Support

/// A job file that `coordinator init` writes: a text with one line in place of the task, which depends on what is known of
/// the repository's tests, and with places for the file's name and folder. Names of files are foreign: of them, no character
/// becomes YAML.
package struct JobTemplate: Sendable {
    /// The line that the task takes the place of.
    static let placeholder = "  # The task."

    private let text: String
    private let aim: Aim

    /// What a job is to do about tests.
    package enum Aim: Sendable {
        /// To see whether they pass.
        case seeing
        /// To make them pass.
        case mending
    }

    /// Makes a template of a text.
    package init(_ text: String, aim: Aim = .seeing) {
        self.text = text
        self.aim = aim
    }

    /// The text with the job file's path in it, and the path of its folder before those of files that programs are named by.
    ///
    /// - Parameter file: the path from the workspace.
    package func named(_ file: String) -> JobTemplate {
        let slash = file.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(file[...$0]) } ?? ""
        let isPlain = file.utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) || "-_./".utf8.contains(byte)
        }
        // In a comment no character needs quotes, and in a list none of these does.
        return JobTemplate(
            text.replacing("{{file}}", with: ForeignText.line(file))
                .replacing(
                    "{{folder}}tools/changes.py",
                    with: isPlain ? folder + "tools/changes.py" : JSONQuotation.quoted(folder + "tools/changes.py")),
            aim: aim)
    }

    /// The job file for a repository.
    package func filled(_ test: TestCommand?) -> String {
        let lines = test.map { $0.obstacle == nil ? testing($0) : leftOut($0) } ?? collecting
        return text.replacing(Self.placeholder, with: lines.map { "  " + $0 }.joined(separator: "\n"))
    }

    private func testing(_ test: TestCommand) -> [String] {
        let description =
            switch aim {
            case .seeing: "See \(test.purpose.question), and whether the code is formatted as it should be."
            case .mending: "Find out why this does not hold, and mend it: \(test.purpose.requirement)"
            }
        return [
            "description: \(aim == .seeing ? description : "\"\(description)\"")", "requirements:",
            "  - text: \(test.purpose.requirement)",
        ]
            + Self.comment(
                "Found by \(GitPath.shown(test.evidence)): programs of this repository, which coordinator runs as you, in a copy of it "
                    + "with the patch in it. No shell reads them."
            ).map { "    " + $0 }
            + ["    verify:"] + test.commands.map { "      - " + Self.list($0) }
    }

    private func leftOut(_ test: TestCommand) -> [String] {
        [withoutCommands]
            + Self.comment(
                "\(Self.aboutCommands) Found by \(GitPath.shown(test.evidence)), and left out: \(test.obstacle ?? "")")
            + ["# validation:"] + test.commands.map { "#   - " + Self.list($0) }
    }

    private var collecting: [String] {
        [withoutCommands]
            + Self.comment("\(Self.aboutCommands) No file at the top of this folder says how tests are run.")
            + ["# validation:", "#   - [make, check]"]
    }

    private var withoutCommands: String {
        switch aim {
        case .seeing: "description: See what is here, and whether the code is formatted as it should be."
        case .mending: "description: Say here what is to be mended."
        }
    }
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

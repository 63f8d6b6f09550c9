import Coordinator
import Support

/// An approval as a terminal shows it, and what a line that is typed there means.
public enum ApprovalText {
    /// The most lines of one value that are shown; the rest is counted.
    static let mostLines = 30
    /// The most characters of a line that are shown.
    static let mostCharacters = 200

    /// What is asked, what is shown with it, and what may be answered. Nothing in it acts on a terminal.
    ///
    /// - Parameters:
    ///   - run: the run that asks.
    ///   - request: what it asks.
    ///   - hasColor: whether colours may be used.
    public static func question(_ run: RunIdentity, _ request: ApprovalRequest, hasColor: Bool = false) -> String {
        var lines = [Ansi.paint("? \(name(of: run)) asks: \(ForeignText.line(request.question))", .bold, hasColor)]
        if let call = request.call { lines.append("  about call '\(ForeignText.line(call, atMost: 64))'") }
        for name in request.names {
            lines.append("  \(ForeignText.line(name)):")
            guard let value = request.shown[ExactString(name)] else {
                lines.append("    (too large to be shown here)")
                continue
            }
            lines += excerpt(of: value).map { "    \($0)" }
        }
        lines.append(Ansi.paint("  \(ForeignText.line(request.digest, atMost: 80))", .dim, hasColor))
        lines += request.choices.enumerated().map { "  \($0 + 1)  \(ForeignText.line($1, atMost: 64))" }
        if let choice = request.onTimeout {
            lines.append("Without an answer in time, '\(ForeignText.line(choice, atMost: 64))' counts.")
        }
        lines.append("Type a choice or its number, and a remark behind it if there is something to say.")
        return lines.joined(separator: "\n") + "\n"
    }

    /// What stands before the line that is typed.
    public static let prompt = "> "

    /// The answer that a typed line is; `nil` for an empty line.
    ///
    /// A choice by its name or number comes first, and the rest is the remark. The digest is that of what was shown.
    public static func answer(_ line: String, to request: ApprovalRequest) -> ApprovalAnswer? {
        let text = line.trimming(while: \.isWhitespace)
        guard let end = text.firstIndex(where: \.isWhitespace) else {
            return text.isEmpty ? nil : ApprovalAnswer(choice(String(text), request), digest: request.digest)
        }
        let remark = text[end...].drop(while: \.isWhitespace)
        return ApprovalAnswer(choice(String(text[..<end]), request), remark: String(remark), digest: request.digest)
    }

    private static func choice(_ word: String, _ request: ApprovalRequest) -> String {
        guard let number = Int(word), request.choices.indices.contains(number - 1) else { return word }
        return request.choices[number - 1]
    }

    private static func name(of run: RunIdentity) -> String {
        ForeignText.line(run.agent, atMost: 64) + (run.item.map { "[\($0)]" } ?? "")
            + (run.round.map { " (round \($0))" } ?? "")
    }

    /// A text's lines as they are, any other value as JSON.
    private static func excerpt(of value: JSONValue) -> [String] {
        let text: String
        switch value {
        case .null: return ["(nothing stands there)"]
        case .string(let string): text = string
        default: text = (try? value.json(pretty: true)) ?? ""
        }
        let all = ForeignText.block(text).split(separator: "\n", omittingEmptySubsequences: false)
        let lines = all.last?.isEmpty == true ? all.dropLast() : all[...]
        let shown = lines.prefix(mostLines).map { ForeignText.line(String($0), atMost: mostCharacters) }
        let rest = lines.count - shown.count
        return rest > 0 ? shown + ["… (\(Counted.text(rest, "more line")))"] : shown
    }
}

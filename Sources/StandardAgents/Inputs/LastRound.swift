import Coordinator
import Support

/// What an earlier round of a repeat made, and how that was checked: for whoever makes it anew.
struct LastRound: Sendable, Hashable {
    /// The most commands that are told. 10.
    static let commands = 10
    /// The most bytes of the end of a command's output. 1,500.
    static let tailBytes = 1_500
    /// The most requirements that are told. 50.
    static let requirements = 50

    /// The change, as a patch; empty for none.
    var patch: String
    /// What did not pass, in words and with the ends of outputs; empty for nothing.
    var faults: String

    /// Reads what a role may see of it; empty in the first round, and outside of a repeat.
    ///
    /// - Parameter limit: the most bytes of each of the two.
    static func of(_ view: RoleView, round: Int?, limit: Int) throws -> LastRound {
        guard let round, round > 1 else { return LastRound(patch: "", faults: "") }
        let patch = try AgentSources.readable(view, "artifacts.patch")?.stringValue ?? ""
        let report = try AgentSources.readable(view, "artifacts.validation") ?? .null
        return LastRound(patch: cut(patch, limit), faults: cut(faults(report), limit))
    }

    private static func faults(_ report: JSONValue) -> String {
        var lines: [String] = []
        if let state = report["patch"]?["state"]?.stringValue, state == "refused" || state == "rejected" {
            lines.append("The change could not be applied: \(report["patch"]?["reason"]?.stringValue ?? "")")
        }
        for file in report["patch"]?["files"]?.arrayValue ?? [] where file["syntax"]?["outcome"] == "fails" {
            lines.append(
                "\(file["path"]?.stringValue ?? "?") does not parse: \(file["syntax"]?["detail"]?.stringValue ?? "")")
        }
        let failed = (report["commands"]?.arrayValue ?? []).filter { $0["outcome"] != "passed" }
        for run in failed.prefix(commands) {
            let command = (run["argv"]?.arrayValue ?? []).compactMap(\.stringValue).commandLine
            let output = (run["output_tail"]?.stringValue ?? "") + (run["error_tail"]?.stringValue ?? "")
            lines.append(
                "\(command): \(run["outcome"]?.stringValue ?? "?")\n"
                    + String(decoding: output.utf8.suffix(tailBytes), as: UTF8.self))
        }
        let open = (report["requirements"]?.arrayValue ?? []).filter { $0["status"] == "failed" }
        for requirement in open.prefix(requirements) {
            lines.append(
                "Not met: \(requirement["text"]?.stringValue ?? "?") \(requirement["reason"]?.stringValue ?? "")")
        }
        return lines.joined(separator: "\n")
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        text.utf8.count > limit
            ? Excerpt.of(text, atMost: limit) + "\n(the rest of \(text.utf8.count) bytes is left out)" : text
    }
}

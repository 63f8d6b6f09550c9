import Support

/// Judges one requirement from the passages, the patch and the commands that are relevant to it.
struct RequirementJudge: Sendable {
    let index: EvidenceIndex
    let commands: [CommandRun]
    let patch: PatchReport
    /// What the commands and their output say, line by line, cut into words once for all requirements.
    private let lines: [[Line]]

    private struct Line {
        let text: String
        let words: Set<String>
        /// The identifiers as they stand there.
        let tokens: Set<String>

        init(_ text: String) {
            self.text = text
            words = RequirementWords.of(text)
            tokens = text.words
        }
    }

    init(index: EvidenceIndex, commands: [CommandRun], patch: PatchReport) {
        self.index = index
        self.commands = commands
        self.patch = patch
        lines = commands.map { run in
            let output = [run.outputTail, run.errorTail].flatMap { $0.split(whereSeparator: \.isNewline) }
            return [Line(run.arguments.joined(separator: " "))] + output.map { Line(String($0)) }
        }
    }

    /// The report on a requirement.
    func report(_ requirement: String) -> RequirementReport {
        let words = RequirementWords.of(requirement)
        let found = index.evidence(for: requirement)
        let supporting = found.filter { $0.coverage >= EvidenceIndex.supportingCoverage && Self.suffices($0, words) }
        let bearing = zip(commands, lines).compactMap { run, lines in
            evidence(lines, requirement, words, supporting).map { (run, $0) }
        }
        let broken = patch.files.filter { file in
            file.syntax.outcome == .fails && supporting.contains { $0.path?.hasBytes(of: file.path) == true }
        }
        var result = RequirementReport(
            requirement: requirement, verdict: .supported, reason: "",
            missingWords: index.missingWords(of: requirement),
            evidence: found + bearing.map(\.1))
        if words.isEmpty {
            result.verdict = .noEvidence
            result.reason = "It has no words that could be looked for."
        } else if let run = bearing.first(where: { $0.0.outcome != .passed })?.0 {
            result.verdict = .failed
            result.reason =
                "The command \(run.arguments.first ?? "") that bears on it did not pass (\(run.outcome.rawValue))."
        } else if let file = broken.first {
            result.verdict = .failed
            result.reason = "\(file.path), which bears on it, does not parse as patched: \(file.syntax.detail)."
        } else if let best = supporting.first, let path = best.path {
            let passed =
                bearing.isEmpty
                ? "" : ", and \(bearing.count) command\(bearing.count == 1 ? "" : "s") that bear on it passed"
            let name = best.name.map { " (\($0))" } ?? ""
            result.reason =
                "\(path):\(best.line ?? 1)\(name) has \(best.matchedWords.count) of its \(words.count) words\(passed)."
        } else if let run = bearing.first(where: { $0.1.coverage >= EvidenceIndex.supportingCoverage })?.0 {
            result.reason = "The command \(run.arguments.first ?? "") names it and passed."
        } else {
            result.verdict = .noEvidence
            result.reason =
                found.isEmpty
                ? "Nothing in the workspace has any of its words."
                : "No single place has enough of its words; the nearest is \(found[0].path ?? ""):\(found[0].line ?? 1)."
        }
        return result
    }

    /// Whether evidence is enough: one common word is taken for chance unless the requirement has only one.
    private static func suffices(_ evidence: Evidence, _ words: Set<String>) -> Bool {
        evidence.matchedWords.count >= min(2, words.count)
    }

    /// The evidence for a requirement in a command's arguments and output: at least half of the requirement's words, or
    /// the name of a declaration or file that supports it.
    private func evidence(
        _ lines: [Line], _ requirement: String, _ words: Set<String>, _ supporting: [Evidence]
    ) -> Evidence? {
        for line in lines {
            let text = line.text
            let matched = line.words.intersection(words)
            let coverage = matched.isEmpty ? 0 : index.coverage(matched, of: words)
            let named = supporting.contains { item in
                if let path = item.path, text.contains(path) { return true }
                guard let name = item.name?.split(separator: ".").last, name.count >= 6 else { return false }
                return line.tokens.contains(String(name))
            }
            guard named || (coverage >= 0.5 && matched.count >= min(2, words.count)) else { continue }
            let forms = RequirementWords.forms(of: requirement)
            return Evidence(
                kind: .command, path: nil, line: nil, name: lines.first?.text,
                matchedWords: matched.map { forms[$0] ?? $0 }.sorted(),
                coverage: coverage,
                excerpt: String(text.drop(while: \.isWhitespace).prefix(EvidenceIndex.excerptLength)))
        }
        return nil
    }
}

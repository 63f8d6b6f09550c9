import Support

/// What is found on each requirement: how the commands that are named for it ended, and where its words stand.
struct RequirementFindings {
    let index: EvidenceIndex
    private let runs: [[ExactString]: CommandRun]

    init(index: EvidenceIndex, commands: [CommandRun]) {
        self.index = index
        runs = Dictionary(commands.map { (Self.key($0.arguments), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Programs are told apart by the bytes of their arguments, and so are commands.
    static func key(_ arguments: [String]) -> [ExactString] { arguments.map { ExactString($0) } }

    /// The report on a requirement, before a model is heard.
    ///
    /// Commands that are not named for it do not count, whatever words they print, nor do places that have its words.
    func report(_ text: String, verify: [[String]]) -> RequirementReport {
        let (status, reason) = verdict(verify)
        return RequirementReport(
            text: text, status: status, reason: reason, verify: verify, evidence: [],
            places: index.evidence(for: text), missingWords: index.missingWords(of: text))
    }

    private func verdict(_ verify: [[String]]) -> (RequirementReport.Status, String) {
        guard !verify.isEmpty else { return (.unverified, "No command is named for it.") }
        let named = verify.compactMap { runs[Self.key($0)] }
        if let run = named.first(where: { $0.outcome == .failed || $0.outcome == .timedOut }) {
            return (.failed, "\(run.commandLine), which is named for it, \(run.ending).")
        }
        if let run = named.first(where: { $0.outcome != .passed }) {
            return (.unverified, "\(run.commandLine), which is named for it, \(run.ending).")
        }
        guard named.count == verify.count else { return (.unverified, "A command that is named for it was not run.") }
        return (
            .verified,
            named.count == 1
                ? "\(named[0].commandLine), which is named for it, passed."
                : "All \(named.count) commands that are named for it passed."
        )
    }
}

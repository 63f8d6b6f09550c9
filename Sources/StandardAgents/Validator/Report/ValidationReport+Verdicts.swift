import Coordinator

extension ValidationReport {
    /// The verdicts of the report for whoever reads logs: one for each requirement, then one for the change.
    ///
    /// - Parameter withWordsOfModels: whether reasons that a model gave are told. They may contain any text of users and files.
    func verdicts(withWordsOfModels: Bool) -> [Evaluation] {
        requirements.map { requirement in
            // A requirement without commands is judged by a model, where one was asked.
            let isOfModel = model != nil && requirement.verify.isEmpty
            return Evaluation(
                .requirement, passed: requirement.status.isPassed,
                because: isOfModel && !withWordsOfModels ? nil : requirement.reason)
        } + [
            Evaluation(
                .validation, passed: verdict.passed ? (verdict.hasShownAnything ? true : nil) : false,
                score: requirements.isEmpty
                    ? nil : Double(requirements.count { $0.status == .verified }) / Double(requirements.count),
                because: verdict.summary)
        ]
    }
}

extension RequirementReport.Status {
    /// Whether the requirement is shown to hold; `nil` where nothing shows it.
    fileprivate var isPassed: Bool? {
        switch self {
        case .verified: true
        case .failed: false
        case .unverified: nil
        }
    }
}

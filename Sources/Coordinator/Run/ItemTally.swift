import Support

/// What the outcomes of an agent's items make of the agent's.
struct ItemTally {
    private let results: [ItemResult]
    private let interruption: Interruption?

    /// - Parameters:
    ///   - results: the items' results, in their order.
    ///   - interruption: why the job was ended, if it was.
    init(_ results: [ItemResult], interruption: Interruption?) {
        self.results = results
        self.interruption = interruption
    }

    /// Why the agent did not succeed; `nil` when enough items did.
    func failure(_ quorum: ItemQuorum) -> Failure? {
        let failed = results.filter { $0.outcome != .succeeded }
        let needed = quorum.required(of: results.count)
        guard results.count - failed.count < needed, let first = failed.first else { return nil }
        // As with attempts: a job that was ended says more about the agent than what happened before.
        if let interruption, failed.contains(where: { $0.outcome == interruption.outcome }) {
            return interruption.failure
        }
        let name = "item \(first.index)" + (first.key.map { " ('\(ForeignText.line($0))')" } ?? "")
        return Failure(
            failureClass: .permanent, errorType: first.errorType ?? Failure.unknown,
            message: "\(failed.count) of \(Counted.text(results.count, "item")) did not succeed, and \(needed) had to; "
                + "the first is \(name): \(first.error ?? first.outcome.rawValue)",
            outcome: outcome(failed))
    }

    /// That of all items that did not succeed, where it is one; a rejection counts as the agent's where no item was let
    /// through, so that its fallback runs for all of them or for none.
    private func outcome(_ failed: [ItemResult]) -> AgentOutcome {
        guard let first = failed.first?.outcome, failed.allSatisfy({ $0.outcome == first }) else { return .failed }
        switch first {
        case .timeout: return .timeout
        case .rejected: return failed.count == results.count ? .rejected : .failed
        case .succeeded, .failed, .cancelled, .skipped: return .failed
        }
    }
}

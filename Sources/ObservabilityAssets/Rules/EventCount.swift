import TelemetryCatalog

/// PromQL for the numbers of an objective's bad events and of all its events.
struct EventCount {
    /// The counts over one window.
    struct Over {
        let bad: String
        let total: String
    }

    let labels: String
    /// The series of all events.
    let all: String
    private let counted: Counted

    private enum Counted {
        /// The series of the bad events.
        case bad(String)
        /// The series of the good events; all others are bad.
        case good(String)
    }

    /// - Parameter withSubject: whether the series are restricted to the agents or workflows of the objective.
    init(_ objective: Objective, withSubject: Bool) {
        labels = "\(Label.job), \(PrometheusNames.label(objective.subject))"
        // Neither good nor bad: what is beyond the limit on series, and series whose outcome is not known.
        var subject = [Matcher.named]
        // Jobs are measured with the same instrument, under their workflow's name.
        if objective.subject == AttributeKey.agentName,
            objective.indicator.instrument.attributes.contains(AttributeKey.workflowName)
        {
            subject.append(.equal(AttributeKey.workflowName, ""))
        }
        if withSubject {
            if let only = objective.only { subject.append(.equal(objective.subject, only)) }
            if !objective.except.isEmpty { subject.append(.noneOf(objective.subject, objective.except)) }
        }
        switch objective.indicator {
        case .outcomes(let instrument, let key, let good, let excluded):
            let known = subject + [.present(key)]
            all = PromQL.series(instrument, .value, known + [.noneOf(key, excluded)])
            counted = .bad(PromQL.series(instrument, .value, known + [.noneOf(key, [good] + excluded)]))
        case .latency(let instrument, let within, let excluded):
            all = PromQL.series(
                instrument, .count, subject + (excluded.isEmpty ? [] : [.noneOf(AttributeKey.errorType, excluded)]))
            let succeeded = instrument.attributes.contains(AttributeKey.errorType)
            counted = .good(
                PromQL.series(
                    instrument, .bucket,
                    subject + [.bound(within)]
                        + (succeeded ? [.equal(AttributeKey.errorType, "")] : [])))
        }
    }

    func over(_ window: Duration, _ function: String) -> Over {
        let window = PrometheusNames.duration(window)
        func sum(_ selector: String) -> String {
            "sum by (\(labels)) (\(function)(\(selector)[\(window)]))"
        }
        // A series that was never written must count as 0; without this the sum would be empty.
        func orZero(_ selector: String) -> String { "\(sum(selector)) or 0 * \(sum(all))" }
        switch counted {
        case .bad(let selector): return Over(bad: orZero(selector), total: sum(all))
        case .good(let selector): return Over(bad: "\(sum(all)) - (\(orZero(selector)))", total: sum(all))
        }
    }
}

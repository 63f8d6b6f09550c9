import Coordinator

/// Judges the recorded calls of an agent by the promises of ``AgentConformance``.
struct AgentJudge {
    private let setting: AgentConformance.Setting
    private var findings = Findings()
    private var errorTypes: Set<String> = []
    /// The contribution of a lone call, as text.
    private var reference: String?
    /// The paths that every uncancelled call on the given context wrote.
    private var commonPaths: Set<ContextPath>?
    private var jobIDs: [String] = []

    init(_ setting: AgentConformance.Setting) { self.setting = setting }

    /// A sentence for each broken promise, in the order in which they were found.
    var sentences: [String] { findings.sentences }

    mutating func mustSucceed(_ run: AgentTrial.Run) {
        judge(run)
        expect(run.hasSucceeded, .succeeds, run, Self.ending(run))
        reference = run.calls.first?.contribution.flatMap { Self.text(of: $0, in: run) }
        keepPaths(run)
    }

    mutating func mustRepeat(_ run: AgentTrial.Run) {
        judge(run)
        expect(run.hasSucceeded && run.calls.count == 2, .repeats, run, Self.ending(run))
        for call in run.calls where isOther(call, in: run) {
            findings.add(.isDeterministic, run, "attempt \(call.number) returned something else than a lone call")
        }
        keepPaths(run)
    }

    mutating func mustNotInterfere(_ runs: [AgentTrial.Run]) {
        let isTrusted = !findings.has(.isDeterministic)
        for run in runs {
            judge(run)
            expect(run.hasSucceeded, .doesNotInterfere, run, Self.ending(run))
            for call in run.calls where isTrusted && isOther(call, in: run) {
                findings.add(.doesNotInterfere, run, "it returned something else than a lone call")
            }
            keepPaths(run)
        }
    }

    mutating func mustEnd(_ run: AgentTrial.Run) {
        judge(run)
        for call in run.calls where call.wasCancelled {
            guard let contribution = call.contribution else { continue }
            let missing = (commonPaths ?? []).subtracting(contribution.paths).map(\.description).sorted()
            expect(
                missing.isEmpty, .isWhole, run, "it returned nothing for \(missing.joined(separator: ", "))")
            if missing.isEmpty, !findings.has(.isDeterministic), isOther(call, in: run) {
                findings.add(.isWhole, run, "it returned something else than when it is not cancelled")
            }
        }
    }

    mutating func mustFinish(_ runs: [AgentTrial.Run]) {
        for run in runs {
            judge(run)
            expect(run.outcome == .succeeded || run.outcome == .failed, .finishes, run, Self.ending(run))
        }
        guard errorTypes.count > setting.errorTypeLimit else { return }
        findings.add(
            .namesErrors, nil,
            "\(errorTypes.count) types were seen, more than \(setting.errorTypeLimit): "
                + errorTypes.sorted().joined(separator: ", "))
    }

    // MARK: Promises of every call

    private mutating func judge(_ run: AgentTrial.Run) {
        let denied = Set(run.deniedReads.map(\.description)).sorted()
        expect(denied.isEmpty, .readsWithinRole, run, "it tried to read \(denied.joined(separator: ", "))")
        expect(!run.attempts.contains { $0.abandoned }, .endsWhenCancelled(setting.endsWithin), run, "it went on")
        for call in run.calls {
            switch call.result {
            case .success(let contribution): judge(contribution, of: call, run)
            case .failure(let error): judge(error, of: call, run)
            }
        }
        jobIDs.append(run.jobID)
    }

    private mutating func judge(_ contribution: Contribution, of call: AgentProbe.Call, _ run: AgentTrial.Run) {
        let outside = contribution.paths.filter { !setting.role.mayWrite($0) }.map(\.description)
        expect(outside.isEmpty, .writesWithinRole, run, "it wrote \(outside.joined(separator: ", "))")
        let usage = contribution.usage
        let isSound = usage.inputTokens >= 0 && usage.outputTokens >= 0 && usage.costUSD >= 0 && usage.costUSD.isFinite
        expect(
            isSound, .usageIsSound, run,
            "\(usage.inputTokens) input tokens, \(usage.outputTokens) output tokens, \(usage.costUSD) USD")
        if let problem = WireForm.problem(of: contribution) {
            findings.add(.survivesJSON, run, problem)
        } else if let text = Self.text(of: contribution, in: run), let other = jobIDs.first(where: text.contains) {
            findings.add(.doesNotInterfere, run, "what it returned names another job, '\(other)'")
        }
        // No other agent writes in these jobs: a path that the role may write and that is refused does not fit its
        // field.
        if outside.isEmpty, !(run.losesFirst && call.number == 1),
            let attempt = run.attempts.first(where: { $0.number == call.number }), attempt.outcome == .failed
        {
            findings.add(.fitsFields, run, attempt.error ?? "it was refused")
        }
    }

    private mutating func judge(_ error: any Error, of call: AgentProbe.Call, _ run: AgentTrial.Run) {
        if error is CancellationError {
            expect(call.wasCancelled, .cancelsOnlyWhenCancelled, run, "nobody had cancelled it")
        }
        guard let type = (error as? any ClassifiedError)?.errorType else { return }
        errorTypes.insert(type)
        if let problem = ErrorTypeRule.problem(of: type, jobID: run.jobID) {
            findings.add(.namesErrors, run, "'\(type.prefix(80))' \(problem)")
        }
    }

    // MARK: Helpers

    private mutating func expect(
        _ holds: Bool, _ promise: Findings.Promise, _ run: AgentTrial.Run?, _ detail: @autoclosure () -> String
    ) {
        if !holds { findings.add(promise, run, detail()) }
    }

    private mutating func keepPaths(_ run: AgentTrial.Run) {
        for contribution in run.calls.compactMap(\.contribution) {
            commonPaths = commonPaths?.intersection(contribution.paths) ?? Set(contribution.paths)
        }
    }

    /// Whether a deterministic agent returned something else than before.
    private func isOther(_ call: AgentProbe.Call, in run: AgentTrial.Run) -> Bool {
        guard setting.isDeterministic, let reference, let contribution = call.contribution,
            let text = Self.text(of: contribution, in: run)
        else { return false }
        return text != reference
    }

    /// The contribution's JSON with the job's id made the same for all jobs.
    private static func text(of contribution: Contribution, in run: AgentTrial.Run) -> String? {
        guard let text = try? JSONValue(encoding: contribution).json() else { return nil }
        return text.replacing(run.jobID, with: "<job>")
    }

    private static func ending(_ run: AgentTrial.Run) -> String {
        let error = run.error.map { ": \($0)" } ?? ""
        return "it ended as \(run.outcome.rawValue)\(error)"
    }
}

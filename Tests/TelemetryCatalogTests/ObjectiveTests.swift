import TelemetryCatalog
import Testing

@Suite struct ObjectiveTests {
    /// The arithmetic of multi-window burn rates, worked out by hand for a month of 30 days.
    @Test(arguments: [
        (BurnRateWindow.hour, 0.02, 0.9305), (.sixHours, 0.05, 0.8333), (.day, 0.10, 0.6666), (.threeDays, 0.10, 0),
    ])
    func windowFiresWhenItsBudgetShareIsSpent(window: BurnRateWindow, share: Double, least: Double) {
        #expect(abs(window.budgetShare() - share) < 1e-9)
        #expect(abs(window.leastTarget - least) < 1e-4)
        #expect(window.short * 12 == window.long)
        #expect(window.hold < window.long)
    }

    @Test func onlyTheFastWindowsAreCritical() {
        #expect(BurnRateWindow.all.map(\.severity) == [.critical, .critical, .warning, .warning])
    }

    @Test func thresholdIsTheBurnRateFactorTimesTheBudget() {
        let objective = Objectives.agentSuccess
        #expect(objective.target == 0.99)
        #expect(abs(objective.threshold(.hour) - 0.144) < 1e-12)
        #expect(abs(objective.burnRate(errorRatio: 0.05) - 5) < 1e-9)
    }

    @Test func remainingBudgetMayBeFullPartialOrNegative() {
        let objective = Objectives.agentSuccess
        #expect(objective.budgetLeft(bad: 0, total: 1000) == 1)
        #expect(abs(objective.budgetLeft(bad: 5, total: 1000) - 0.5) < 1e-9)
        #expect(abs(objective.budgetLeft(bad: 20, total: 1000) + 1) < 1e-9)
        #expect(objective.budgetLeft(bad: 0, total: 0) == 1)
    }

    @Test func standardObjectivesAreValid() throws {
        for objective in Objectives.standard { try objective.check() }
        #expect(Set(Objectives.standard.map(\.name)).count == 5)
        #expect(
            Objectives.standard.map(\.name)
                == ["agent-success", "job-success", "attempt-success", "agent-latency", "queue-wait"])
        #expect(Objectives.standard.map(\.target) == [0.99, 0.99, 0.95, 0.95, 0.99])
        // Retries and waits are no reason to wake anybody.
        for objective in [Objectives.attemptSuccess, Objectives.queueWait] {
            #expect(objective.windows.allSatisfy { $0.severity == .warning })
        }
    }

    @Test func indicatorsUseAttributesOfTheirInstrument() {
        for objective in Objectives.standard {
            let instrument = objective.indicator.instrument
            #expect(instrument.attributes.contains(objective.subject), "\(objective.name)")
            switch objective.indicator {
            case .outcomes(_, let key, let good, let excluded):
                #expect(instrument.kind == .counter && instrument.attributes.contains(key))
                #expect(!excluded.contains(good))
            case .latency(_, _, let excluded):
                #expect(instrument.bounds != nil)
                #expect(excluded.isEmpty || instrument.attributes.contains(AttributeKey.errorType))
            }
        }
    }

    @Test func targetWhoseAlertCouldNeverFireIsRefused() throws {
        let errors = refusal { try ObjectiveSet(agents: [AgentExpectation(name: "lint", success: 0.93)]) }
        #expect(errors.map(\.code) == [.deadAlert])
        #expect(
            errors.first?.description
                == "agent-success of 'lint': at 93 % the alert at 14.4 times the error budget would need 100.8 % of all "
                + "to fail and could never fire; 93.06 % is the least")
        // What is proposed is accepted.
        _ = try ObjectiveSet(agents: [AgentExpectation(name: "lint", success: 0.9306)])
    }

    @Test func latencyBetweenTwoBoundsIsRefusedAndBothAreSuggested() throws {
        func message(_ seconds: Double) -> String? {
            let errors = refusal { try ObjectiveSet(agents: [AgentExpectation(name: "a", latencyP95: seconds)]) }
            #expect(errors.map(\.code) == [.latencyOffBounds])
            return errors.first.map { String($0.message.suffix(while: { $0 != ";" })) }
        }
        #expect(message(30) == " write 25.6s or 51.2s")
        #expect(message(0.05) == " write 0.1s")
        #expect(message(10_000) == " write 6553.6s")
        for bound in BucketBounds.invocation {
            _ = try ObjectiveSet(agents: [AgentExpectation(name: "a", latencyP95: bound)])
        }
    }

    @Test(arguments: [0, 1, -0.5, 1.5, .nan]) func targetOutsideZeroToOneIsRefused(target: Double) {
        let errors = refusal { try ObjectiveSet(agents: [AgentExpectation(name: "a", success: target)]) }
        #expect(errors.map(\.code) == [.targetOutOfRange])
    }

    @Test func everyMistakeIsReportedAtOnce() {
        let errors = refusal {
            try ObjectiveSet(agents: [
                AgentExpectation(name: "a", success: 0.5), AgentExpectation(name: "b", latencyP95: 7),
                AgentExpectation(name: "c", success: 0.99), AgentExpectation(name: "c", success: 0.995),
            ])
        }
        #expect(Set(errors.map(\.code)) == [.deadAlert, .latencyOffBounds, .contradiction])
    }

    @Test func agentObjectiveReplacesTheStandardOne() throws {
        let set = try ObjectiveSet(agents: [
            AgentExpectation(name: "b", success: 0.999), AgentExpectation(name: "a", latencyP95: 25.6),
            AgentExpectation(name: "b", success: 0.999, attemptTimeout: 30),
            AgentExpectation(name: "b", attemptTimeout: 20),
        ])
        let success = set.objectives.filter { $0.name == "agent-success" }
        #expect(success.map(\.only) == [nil, "b"])
        #expect(success.map(\.except) == [["b"], []])
        #expect(success.map(\.target) == [0.99, 0.999])
        let latency = set.objectives.filter { $0.name == "agent-latency" }
        #expect(latency.map(\.except) == [["a"], []])
        guard case .latency(_, 25.6, let excluded) = try #require(latency.last).indicator else {
            Issue.record("the agent's own latency is not watched")
            return
        }
        #expect(excluded == [ErrorType.cancelled])
        // Others are not touched.
        #expect(set.objectives.filter { $0.name == "job-success" } == [Objectives.jobSuccess])
        #expect(set.attemptTimeouts.map(\.agent) == ["b"])
        #expect(set.attemptTimeouts.map(\.seconds) == [30])
    }

    @Test func noAgentObjectivesLeaveTheStandardSet() throws {
        #expect(try ObjectiveSet(agents: []) == .standard)
        #expect(try ObjectiveSet(agents: [AgentExpectation(name: "a")]) == .standard)
    }

    private func refusal(_ make: () throws -> ObjectiveSet) -> [ObjectiveError] {
        do {
            _ = try make()
            Issue.record("nothing was refused")
            return []
        } catch {
            return (error as? ObjectiveErrors)?.errors ?? []
        }
    }
}

extension String {
    fileprivate func suffix(while predicate: (Character) -> Bool) -> Substring {
        self[(lastIndex { !predicate($0) }.map(index(after:)) ?? startIndex)...]
    }
}

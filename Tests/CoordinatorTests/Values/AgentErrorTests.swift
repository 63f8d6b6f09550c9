import Coordinator
import CoordinatorTestKit
import TelemetryCatalog
import Testing

private struct Broken: Error, CustomStringConvertible {
    var description = "the pipe is broken"
}

@Suite(.timeLimit(.minutes(1))) struct AgentErrors {
    @Test func textOfACauseIsPrintedOnceAndCut() {
        #expect("\(AgentError(.transient, "no answer", cause: Broken()))" == "no answer: the pipe is broken")
        #expect(
            "\(AgentError(.transient, "no answer: the pipe is broken", cause: Broken()))"
                == "no answer: the pipe is broken")
        #expect("\(AgentError(.transient, "no answer"))" == "no answer")
        let nested = AgentError(.transient, "no draft", cause: AgentError(.transient, "no answer", cause: Broken()))
        #expect("\(nested)" == "no draft: no answer: the pipe is broken")
        let long = AgentError(
            .transient, "no answer", cause: Broken(description: String(repeating: "x", count: 100_000)))
        #expect("\(long)".utf8.count < AgentError.longestCause + 100)
    }

    @Test func errorCarriesItsCauseItsUsageAndHowLongToWait() throws {
        let usage = Contribution.Usage(inputTokens: 5)
        let error = AgentError(.throttled(retryAfter: .seconds(20)), "busy", usage: usage, cause: Broken())
        #expect(error.cause is Broken && error.usage == usage && error.retryAfter == .seconds(20) && !error.isTimeout)
        #expect(AgentError(.transient, "no answer").retryAfter == nil)
    }

    @Test func timeoutThatAnAgentReportsEndsItsAttemptAtOnceAsOneAndIsTriedAgain() async throws {
        let clock = ManualClock()
        let agent = ScriptedAgent(
            .fail(AgentError.timeout("the index was not ready within 10 s", cause: Broken())), .succeed(Contribution()))
        let result = try await Job(runtime: CoordinatorRuntime(clock: clock)) {
            AgentTask(
                "indexer", role: writer("indexer"), retry: RetryPolicy(maxRetries: 1, initial: .zero), agent: agent)
        }.run()
        let attempts = try #require(result["indexer"]?.attempts)
        #expect(attempts.map(\.outcome) == [.timeout, .succeeded])
        #expect(attempts[0].errorType == ErrorType.timeout)
        #expect(attempts[0].error == "the index was not ready within 10 s: the pipe is broken")
        #expect(attempts[0].durationMS == 0 && !attempts[0].abandoned)
        #expect(result.metrics.agents["indexer"]?.outcomes["succeeded"] == 1)
    }

    @Test func runEndsAsTimeoutWhoseLastAttemptReportedOneWhateverItsType() async throws {
        let result = try await Job {
            AgentTask("indexer", reads: []) { _, _ in throw AgentError.timeout("too late", errorType: "index_late") }
        }.run()
        #expect(result["indexer"]?.outcome == .timeout && result["indexer"]?.errorType == "index_late")
        #expect(result.status == .failed)
    }

    @Test func whatAnAgentUsedBeforeItFailedCountsInPlaceOfItsReservation() async throws {
        let usage = Contribution.Usage(inputTokens: 7, costUSD: 0.5)
        let result = try await Job {
            AgentTask("drafter", reads: []) { _, _ in throw AgentError(.permanent, "no draft", usage: usage) }
                .configured { $0.reservation = Contribution.Usage(inputTokens: 100, outputTokens: 100, costUSD: 3) }
        }.run()
        #expect(result["drafter"]?.attempts.first?.usage == usage)
        #expect(result.metrics.job.usage == usage)
    }

    @Test func usageBeyondItsBoundsIsNotCountedAndTheFailureSaysSo() async throws {
        let reservation = Contribution.Usage(inputTokens: 100)
        let result = try await Job {
            AgentTask("drafter", reads: []) { _, _ in
                throw AgentError(.permanent, "no draft", usage: Contribution.Usage(inputTokens: .max))
            }.configured { $0.reservation = reservation }
        }.run()
        let attempt = try #require(result["drafter"]?.attempts.first)
        #expect(attempt.usage == reservation)
        #expect(attempt.error?.hasPrefix("no draft; what it used is not counted: usage.input_tokens is") == true)
    }
}

@Suite(.timeLimit(.minutes(1))) struct MisspeltNames {
    @Test func needsFallbacksResourcesAndMembersOfRepeatsThatAreMisspeltAreAnsweredWithAGuess()
        async throws
    {
        func refusal(_ change: (inout AgentTask) -> Void, members: [String] = ["collector"]) async -> String {
            let runtime = CoordinatorRuntime(.init(resources: ["models": ResourceLimits(concurrency: 1)]))
            let job = Job(runtime: runtime) {
                AgentTask("collector", reads: []) { _, _ in }
                AgentTask("drafter", reads: []) { _, _ in }.configured(change)
                Repeat("again", agents: members, until: .exists("task"))
            }
            do {
                return "\(try await job.run().status)"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            await refusal { $0.needs = ["colector"] }
                == "agent 'drafter' needs 'colector', which is not registered; did you mean 'collector'? registered are "
                + "collector, drafter")
        #expect(await refusal { $0.fallback = "Collector" }.contains("did you mean 'collector'?"))
        #expect(
            await refusal { $0.resource = "model" }
                == "agent 'drafter' uses resource 'model', which the runtime does not have; did you mean 'models'? it has models"
        )
        #expect(await refusal({ _ in }, members: ["colector"]).contains("did you mean 'collector'?"))
        #expect(
            await refusal { $0.needs = ["elsewhere"] }.hasSuffix("not registered; registered are collector, drafter"))
    }
}

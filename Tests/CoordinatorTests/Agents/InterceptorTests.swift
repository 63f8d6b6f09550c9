import Coordinator
import CoordinatorTestKit
import Support
import TelemetryCatalog
import Testing

/// Calls what comes next, and notes that it did.
private struct Noting: AttemptInterceptor {
    let name: String
    let notes: Locked<[String]>

    func intercept(
        _ view: RoleView, _ attempt: AttemptContext, next: @Sendable () async throws -> Contribution
    ) async throws -> Contribution {
        notes.withLock { $0.append("\(name) before \(attempt.agent)/\(attempt.number)") }
        defer { notes.withLock { $0.append("\(name) after") } }
        return try await next()
    }
}

/// Does what its closure does, and goes by its type's name.
private struct Closure: AttemptInterceptor {
    let body:
        @Sendable (RoleView, AttemptContext, @Sendable () async throws -> Contribution) async throws -> Contribution

    func intercept(
        _ view: RoleView, _ attempt: AttemptContext, next: @Sendable () async throws -> Contribution
    ) async throws -> Contribution { try await body(view, attempt, next) }
}

@Suite(.timeLimit(.minutes(1))) struct Interceptors {
    private let notes = Locked<[String]>([])

    private func noting(_ name: String) -> Noting { Noting(name: name, notes: notes) }

    /// The attributes of attempts' spans that tell of interceptors.
    private func attributes(of recorder: TelemetryRecorder) -> [[String: String]] {
        recorder.spans.filter { $0.operationName.hasPrefix(SpanName.attempt) }.map { span in
            var found: [String: String] = [:]
            span.attributes.forEach { key, value in
                guard [AttributeKey.attemptInterceptors, AttributeKey.attemptAnsweredBy].contains(key) else { return }
                switch value.toSpanAttribute() {
                case .string(let text): found[key] = text
                case .stringArray(let texts): found[key] = texts.joined(separator: ",")
                default: found[key] = "another kind of value"
                }
            }
            return found
        }
    }

    @Test func thoseOfTheRuntimeStandAroundThoseOfTheJobEachAroundEveryAttemptInTheirOrder()
        async throws
    {
        let recorder = TelemetryRecorder()
        let result = try await recorder.record {
            let runtime = CoordinatorRuntime(.init(interceptors: [noting("outermost"), noting("outer")]))
            let job = Job(runtime: runtime, interceptors: [noting("inner")]) {
                AgentTask(
                    "counter", role: writer("counter", "artifacts.words"),
                    retry: RetryPolicy(maxRetries: 1, initial: .zero),
                    agent: ScriptedAgent(.fail(Flaky()), .succeed(.artifact("words", 1))))
            }
            return try await job.run()
        }
        #expect(result.status == .succeeded && result["counter"]?.attempts.count == 2)
        let around = { (attempt: Int) in
            ["outermost", "outer", "inner"].map { "\($0) before counter/\(attempt)" }
                + ["inner", "outer", "outermost"].map { "\($0) after" }
        }
        #expect(notes.withLock { $0 } == around(1) + around(2))
        let expected = [AttributeKey.attemptInterceptors: "outermost,outer,inner"]
        #expect(attributes(of: recorder) == [expected, expected])
    }

    @Test func spansOfAttemptsWithoutInterceptorsSayNothingOfAny() async throws {
        let recorder = TelemetryRecorder()
        _ = try await recorder.record { try await Job { AgentTask("a", reads: []) { _, _ in } }.run() }
        #expect(attributes(of: recorder) == [[:]])
    }

    @Test func oneThatAnswersItselfIsNamedAndWhatItAnswersIsWritten() async throws {
        let recorder = TelemetryRecorder()
        let isCalled = Flag()
        let result = try await recorder.record {
            let job = Job(interceptors: [
                noting("outer"), Closure { _, _, _ in .artifact("words", 7) }, noting("inner"),
            ]) {
                AgentTask("counter", writes: .words) { _, _ in
                    _ = isCalled.raise()
                    return 1
                }
            }
            return try await job.run()
        }
        #expect(try result.value(for: .words) == 7)
        #expect(!isCalled.isUp && notes.withLock { $0 } == ["outer before counter/1", "outer after"])
        #expect(attributes(of: recorder).first?[AttributeKey.attemptAnsweredBy] == "Closure")
    }

    @Test func oneThatRefusesEndsTheAttemptAsTheAgentWouldAndIsNamed() async throws {
        let recorder = TelemetryRecorder()
        let result = try await recorder.record {
            let refusing = Closure { _, attempt, _ in
                throw AgentError(.permanent, errorType: "denied", "agent '\(attempt.agent)' may not run today")
            }
            return try await Job(interceptors: [refusing]) {
                AgentTask("counter", writes: .words, maxRetries: 3) { _, _ in 1 }
            }.run()
        }
        let counter = try #require(result["counter"])
        #expect(counter.outcome == .failed && counter.errorType == "denied" && counter.attempts.count == 1)
        #expect(counter.error == "agent 'counter' may not run today")
        #expect(attributes(of: recorder).first?[AttributeKey.attemptAnsweredBy] == "Closure")
    }

    @Test func oneMayChangeWhatIsWrittenWithinTheAgentsRole() async throws {
        let adding = Closure { _, _, next in
            var contribution = try await next()
            contribution.set["artifacts.more"] = 2
            contribution.usage.inputTokens = 9
            return contribution
        }
        let result = try await Job(interceptors: [adding]) {
            AgentTask("free", role: writer("free", "artifacts.*")) { _, _ in .artifact("words", 1) }
            AgentTask("bound", writes: ContextKey<Int>("other")) { _, _ in 1 }
        }.run()
        #expect(try result.value(for: ContextKey<Int>("artifacts.more")) == 2)
        #expect(result["free"]?.attempts.first?.usage?.inputTokens == 9)
        #expect(result["bound"]?.errorType == ErrorType.accessDenied)
    }

    @Test func oneThatHangsIsBoundByTheAttemptsDeadlineAndIsNamed() async throws {
        let recorder = TelemetryRecorder()
        let result = try await recorder.record {
            let hanging = Closure { _, _, _ in
                try await untilCancelled()
                return Contribution()
            }
            return try await Job(interceptors: [hanging]) {
                AgentTask("counter", writes: .words, timeout: .milliseconds(20)) { _, _ in 1 }
            }.run()
        }
        #expect(result["counter"]?.outcome == .timeout)
        #expect(attributes(of: recorder).first?[AttributeKey.attemptAnsweredBy] == "Closure")
    }

    @Test func whatOneReturnsTooLateIsWrittenNowhere() async throws {
        let late = Closure { _, _, next in
            do {
                return try await next()
            } catch {
                return .artifact("words", 3)
            }
        }
        let result = try await Job(interceptors: [late]) {
            AgentTask("counter", writes: .words, timeout: .milliseconds(20)) { _, _ in
                try await untilCancelled()
                return 1
            }
        }.run()
        #expect(result["counter"]?.outcome == .timeout && result.artifacts.isEmpty)
    }

    @Test func oneMayCallTheAgentTwiceAndPassASuspensionOn() async throws {
        let twice = Closure { _, _, next in
            do {
                return try await next()
            } catch is Flaky {
                return try await next()
            }
        }
        let job = Job(interceptors: [twice, noting("inner")]) {
            AgentTask(
                "flaky", role: writer("flaky", "artifacts.words"),
                agent: ScriptedAgent(.fail(Flaky()), .succeed(.artifact("words", 1))))
            AgentTask("asker", reads: [], needs: ["flaky"]) { _, attempt in
                if attempt.resumption == nil { throw Suspension(reason: "a word") }
            }
        }
        async let result = job.run()
        for try await event in job.events where event.kind == .attemptSuspended {
            try await job.resume(try #require(job.suspendedRuns.first).run, with: .null)
        }
        let ended = try await result
        #expect(ended.status == .succeeded && ended["flaky"]?.attempts.count == 1)
        #expect(notes.withLock { $0.filter { $0.hasSuffix("asker/1") }.count } == 2)
    }

    /// The interceptor waits, deaf to cancellation, until its attempt has been given up.
    @Test func agentOfAnAttemptThatHasEndedIsNotCalledAnyMore() async throws {
        let clock = ManualClock()
        let (begins, goesOn, ended) = (Latch<Void>(), Latch<Void>(), Latch<String>())
        let late = Closure { _, _, next in
            begins.set(())
            await goesOn.value
            do {
                let contribution = try await next()
                ended.set("called")
                return contribution
            } catch {
                ended.set("\(type(of: error))")
                throw error
            }
        }
        let agent = ScriptedAgent(.succeed(Contribution()))
        let job = Job(runtime: CoordinatorRuntime(clock: clock), interceptors: [late]) {
            AgentTask(
                "a", role: Role(name: "r"), timeouts: TimeoutPolicy(attempt: .seconds(5)), agent: agent)
        }
        async let result = job.run()
        await begins.value
        await clock.waitForSleeper(until: .seconds(5))
        clock.advance(by: .seconds(5))
        #expect(try await result["a"]?.outcome == .timeout)
        goesOn.set(())
        #expect(await ended.value == "CancellationError")
        #expect(agent.attempts.isEmpty)
    }
}

import Coordinator
import TestSupport
import Testing

@testable import LanguageModels

/// What services state about usage is foreign: it is counted as far as it can be.
@Suite(.timeLimit(.minutes(5))) struct ModelFigures {
    private static let most = Contribution.Usage.largestTokens

    /// What a service states, and what is counted.
    static let figures: [(stated: String, counted: Int)] = [
        ("9223372036854775807", most), ("1e30", most), ("18446744073709551616", most), ("-9223372036854775808", 0),
        ("-1", 0), ("\"many\"", 0), ("12.9", 12), ("7", 7),
    ]

    @Test(arguments: figures) func chatCompletionsCountWhatCanBeCounted(row: (stated: String, counted: Int))
        async throws
    {
        let server = try await ScriptedServer(
            Answers.stream([
                #"{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}"#,
                #"{"choices":[],"usage":{"prompt_tokens":\#(row.stated),"completion_tokens":\#(row.stated)}}"#,
                "[DONE]",
            ]))
        let response = try await model("gpt-4.1", at: server).respond(
            to: ModelRequest(messages: [.user("q")]), until: .later)
        #expect(response.usage.inputTokens == row.counted && response.usage.outputTokens == row.counted)
        #expect(try #require(response.usage.costUSD) == Double(row.counted) * 10 / 1e6)
    }

    /// Three counts are added up here.
    @Test(arguments: figures) func messagesCountWhatCanBeCounted(row: (stated: String, counted: Int)) async throws {
        let parts = ["input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"]
            .map { "\"\($0)\":\(row.stated)" }.joined(separator: ",")
        let server = try await ScriptedServer(
            Answers.messages([
                #"{"type":"message_start","message":{"model":"m","usage":{\#(parts)}}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":\#(row.stated)}}"#,
                #"{"type":"message_stop"}"#,
            ]))
        let response = try await model("claude-x", at: server).respond(
            to: ModelRequest(messages: [.user("q")]), until: .later)
        #expect(response.usage.inputTokens == min(3 * row.counted, Self.most))
        #expect(response.usage.outputTokens == row.counted)
    }

    @Test func usageOfSeveralAnswersStopsAtTheBound() async throws {
        let server = try await ScriptedServer(
            Answers.chat(["no"], usage: (.max, .max)), Answers.chat([#"{"n":1}"#], usage: (.max, .max)))
        let answer = try await model("gpt-4.1", at: server).structured(
            ModelRequest(messages: [.user("q")]),
            schema: OutputSchema(name: "s", schema: ["type": "object"]), until: .later)
        #expect(answer.repairs == 1)
        #expect(answer.usage.inputTokens == Self.most && answer.usage.outputTokens == Self.most)
    }

    /// Waits that no job lives to see; the clock is not asked to count so far.
    @Test(arguments: [
        ("retry-after", "99999999999999999999"), ("retry-after-ms", "1e300"), ("retry-after-ms", "nan"),
        ("retry-after-ms", "-5"), ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func anyWaitIsADuration(name: String, value: String) async throws {
        let server = try await ScriptedServer(ScriptedAnswer(429, headers: [(name, value)], body: "{}"))
        let error = await failure {
            _ = try await model(at: server).respond(to: ModelRequest(messages: [.user("q")]), until: .later)
        }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter ?? .zero >= .zero && error?.retryAfter ?? .zero <= .seconds(Int32.max))
    }

    /// An answer that is refused after the service has counted it.
    @Test func failedAnswerKeepsItsUsage() async throws {
        let server = try await ScriptedServer(
            Answers.stream([
                #"{"choices":[{"index":0,"delta":{"refusal":"no"},"finish_reason":"stop"}]}"#,
                #"{"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":500}}"#, "[DONE]",
            ]))
        let error = try #require(
            await failure {
                _ = try await model("gpt-4.1", at: server).respond(
                    to: ModelRequest(messages: [.user("q")]), until: .later)
            })
        #expect(error.code == .refused && !error.isUnpaid)
        #expect(error.reportedUsage == ModelUsage(inputTokens: 1000, outputTokens: 500, costUSD: 0.006))
    }

    @Test func callThatWasNotAnsweredIsUnpaid() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(503, body: "{}"))
        let error = await failure {
            _ = try await model(at: server).respond(to: ModelRequest(messages: [.user("q")]), until: .later)
        }
        #expect(error?.isUnpaid == true && error?.reportedUsage == nil)
    }

    /// The first events state the prompt's tokens, and nothing of the answer's.
    @Test func interruptedAnswerHasNoUsage() async throws {
        let server = try await ScriptedServer(
            Answers.messages([
                #"{"type":"message_start","message":{"model":"m","usage":{"input_tokens":10,"output_tokens":1}}}"#,
                #"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#,
            ]))
        let error = await failure {
            _ = try await model("claude-x", at: server).respond(to: ModelRequest(messages: [.user("q")]), until: .later)
        }
        #expect(error?.code == .overloaded && error?.isUnpaid == false && error?.reportedUsage == nil)
    }

    /// What services tell of caches and reasoning, by the names that they have for it.
    @Test(
        arguments: [
            (
                #"{"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":30},"completion_tokens_details":{"reasoning_tokens":20}}"#,
                [100, 50, 60, 30, 20]
            ),
            (#"{"prompt_tokens":100,"completion_tokens":50,"prompt_cache_hit_tokens":64}"#, [100, 50, 64, 0, 0]),
            (#"{"prompt_tokens":100,"completion_tokens":50,"cached_tokens":"7"}"#, [100, 50, 7, 0, 0]),
            (#"{"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":null}"#, [100, 50, 0, 0, 0]),
            (
                #"{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":99,"cache_write_tokens":99},"completion_tokens_details":{"reasoning_tokens":99}}"#,
                [10, 5, 10, 0, 5]
            ),
            // Reasoning that is counted beside the answer, and such that only the total has.
            (
                #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":350,"completion_tokens_details":{"reasoning_tokens":200}}"#,
                [100, 250, 0, 0, 200]
            ),
            (#"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":350}"#, [100, 250, 0, 0, 200]),
            (
                #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"completion_tokens_details":{"reasoning_tokens":20}}"#,
                [100, 50, 0, 0, 20]
            ),
            (#"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":1}"#, [100, 50, 0, 0, 0]),
        ])
    func partsOfUsageAreRead(stated: String, counted: [Int]) async throws {
        let server = try await ScriptedServer(
            Answers.stream([
                #"{"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}"#,
                #"{"choices":[],"usage":\#(stated)}"#, "[DONE]",
            ]))
        let usage = try await model(at: server).respond(to: ModelRequest(messages: [.user("q")]), until: .later).usage
        let parts = [
            usage.inputTokens, usage.outputTokens, usage.cacheReadTokens, usage.cacheWriteTokens, usage.reasoningTokens,
        ]
        #expect(parts == counted)
        let sum = usage + usage
        #expect(sum.cacheReadTokens == 2 * counted[2] && sum.reasoningTokens == 2 * counted[4])
    }

    @Test func cachedTokensOfMessagesAreToldApart() async throws {
        let server = try await ScriptedServer(
            Answers.messages([
                #"{"type":"message_start","message":{"model":"m","usage":{"input_tokens":10,"cache_read_input_tokens":60,"cache_creation_input_tokens":30}}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":50,"output_tokens_details":{"thinking_tokens":20}}}"#,
                #"{"type":"message_stop"}"#,
            ]))
        let usage = try await model("claude-haiku-4-5", at: server).respond(
            to: ModelRequest(messages: [.user("q")]), until: .later
        ).usage
        #expect(usage.inputTokens == 100 && usage.cacheReadTokens == 60 && usage.cacheWriteTokens == 30)
        #expect(usage.outputTokens == 50 && usage.reasoningTokens == 20)
        // 10 at 1 dollar a million, 60 at 0.1, 30 at 1.25, 50 at 5.
        let cost = try #require(usage.costUSD)
        #expect(abs(cost - 0.000_303_5) < 1e-12)
    }
}

import Coordinator
import CurlClient
import LanguageModels
import TestSupport
import Testing

/// Answers of services, written down.
enum Answers {
    /// A chat completion as events.
    static func chat(_ pieces: [String], finish: String = "stop", usage: (Int, Int)? = (11, 7)) -> ScriptedAnswer {
        var events = pieces.map {
            #"{"id":"c1","model":"m-1","choices":[{"index":0,"delta":{"content":\#(json($0))}}]}"#
        }
        events.append(#"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(finish)"}],"usage":null}"#)
        if let usage {
            events.append(#"{"choices":[],"usage":{"prompt_tokens":\#(usage.0),"completion_tokens":\#(usage.1)}}"#)
        }
        return stream(events + ["[DONE]"])
    }

    /// Events, each with its data.
    static func stream(_ data: [String]) -> ScriptedAnswer {
        ScriptedAnswer(
            headers: [("content-type", "text/event-stream; charset=utf-8")],
            body: data.map { "data: \($0)\n\n" }.joined())
    }

    /// Bytes under a content type; none at all with `nil`.
    static func raw(
        _ body: String, type: String? = "text/event-stream", act: ScriptedAnswer.Act = .answer
    ) -> ScriptedAnswer {
        ScriptedAnswer(headers: type.map { [("content-type", $0)] } ?? [], body: body, act: act)
    }

    /// An error with a status.
    static func error(_ status: Int, _ body: String, _ headers: [(String, String)] = []) -> ScriptedAnswer {
        ScriptedAnswer(status, headers: headers + [("content-type", "application/json")], body: body)
    }

    /// Named events of Anthropic's, which repeat their type in the data.
    static func messages(_ data: [String]) -> ScriptedAnswer {
        ScriptedAnswer(
            headers: [("content-type", "text/event-stream")],
            body: data.map { text in
                let type = (try? JSONValue(json: text.utf8))?["type"]?.stringValue ?? ""
                return "event: \(type)\ndata: \(text)\n\n"
            }.joined())
    }

    static func json(_ text: String) -> String { (try? JSONValue.string(text).json()) ?? "" }
}

/// A model of the kind that is asked for, behind a server.
func model(
    _ name: String = "m", at server: ScriptedServer, environment: [String: String] = [:]
) throws -> any LanguageModel {
    let variables = [
        "OPENAI_BASE_URL": server.url("/v1"), "ANTHROPIC_BASE_URL": server.url(""), "OLLAMA_HOST": server.url(""),
        "OPENAI_API_KEY": "sk-secret-1", "ANTHROPIC_API_KEY": "sk-ant-secret-2",
    ]
    return try ModelConfiguration(environment: variables.merging(environment) { $1 }, model: name)
        .makeModel(client: try HTTPClient())
}

extension ContinuousClock.Instant {
    /// Long enough for any machine.
    static var later: Self { .now + .seconds(60) }
}

/// The error a call ends with.
func failure(_ body: () async throws -> Void) async -> ModelError? {
    do {
        try await body()
        Issue.record("nothing was thrown")
        return nil
    } catch let error as ModelError {
        return error
    } catch {
        Issue.record("\(error)")
        return nil
    }
}

import Coordinator
import LanguageModels
import TestSupport
import Testing

/// Answers in a form.
@Suite(.timeLimit(.minutes(10))) struct Structured {
    private let schema = OutputSchema(
        name: "count",
        schema: [
            "type": "object", "properties": ["n": ["type": "integer", "minimum": 0]], "required": ["n"],
            "additionalProperties": false,
        ])

    @Test(arguments: [#"{"n":3}"#, "```json\n{\"n\": 3}\n```", "Here you are: {\"n\": 3}. Anything else?"])
    func jsonIsExtractedFromTheAnswer(text: String) async throws {
        let server = try await ScriptedServer(Answers.chat([text]))
        let answer = try await model(at: server).structured(
            ModelRequest(messages: [.user("n?")]), schema: schema, until: .later)
        #expect(answer.value == ["n": 3] && answer.repairs == 0)
        let format = try JSONValue(json: try #require(try server.requests().first).bodyBytes)["response_format"]
        #expect(format?["type"] == "json_schema" && format?["json_schema"]?["strict"] == true)
        #expect(format?["json_schema"]?["schema"] == schema.schema)
    }

    @Test func invalidAnswerIsReturnedToTheModelWithItsMistakes() async throws {
        let server = try await ScriptedServer(
            Answers.chat([#"{"n":-1,"m":2}"#], usage: (10, 1)), Answers.chat([#"{"n":1}"#], usage: (20, 2)))
        let answer = try await model(at: server).structured(
            ModelRequest(messages: [.user("n?")]), schema: schema, until: .later)
        #expect(answer.value == ["n": 1] && answer.repairs == 1)
        #expect(answer.usage.inputTokens == 30 && answer.usage.outputTokens == 3)
        let sent = try JSONValue(json: try #require(try server.requests().last).bodyBytes)["messages"]?.arrayValue
        #expect(sent?[1]["content"] == #"{"n":-1,"m":2}"#)
        let told = sent?[2]["content"]?.stringValue ?? ""
        #expect(told.contains("$: there may be no member 'm'") && told.contains("$.n: the number must be at least 0"))
    }

    private let narrowed = OutputSchema(
        name: "name", schema: ["type": "object", "required": ["n"]],
        asked: [
            "type": "object", "properties": ["n": ["enum": ["a", "b"]]], "required": ["n"],
            "additionalProperties": false,
        ])

    @Test func serviceIsAskedForTheNarrowerFormAndAnAnswerThatIsTakenNeedsNoRepair() async throws {
        let server = try await ScriptedServer(Answers.chat([#"{"n":"file a","m":1}"#]))
        let answer = try await model(at: server).structured(
            ModelRequest(messages: [.user("n?")]), schema: narrowed, until: .later)
        #expect(answer.value == ["n": "file a", "m": 1] && answer.repairs == 0)
        let format = try JSONValue(json: try #require(try server.requests().first).bodyBytes)["response_format"]
        #expect(format?["json_schema"]?["schema"] == narrowed.asked)
    }

    @Test func documentThatFitsTheNarrowerFormComesBeforeOneThatIsOnlyTaken() async throws {
        let server = try await ScriptedServer(Answers.chat([#"A sketch: {"n":"c"}. So: {"n":"b"}"#]))
        let answer = try await model(at: server).structured(
            ModelRequest(messages: [.user("n?")]), schema: narrowed, until: .later)
        #expect(answer.value == ["n": "b"])
    }

    @Test func whereAServiceTakesNoSchemaThePromptHoldsTheNarrowerForm() async throws {
        let refusal = ScriptedAnswer(400, body: #"{"error":{"message":"response_format is not supported"}}"#)
        let server = try await ScriptedServer(
            answers: Array(repeating: refusal, count: 2) + [Answers.chat([#"{"n":"a"}"#])])
        let answer = try await model(at: server).structured(
            ModelRequest(messages: [.user("n?")]), schema: narrowed, until: .later)
        #expect(answer.value == ["n": "a"])
        let sent = try JSONValue(json: try #require(try server.requests().last).bodyBytes)["messages"]?.arrayValue
        #expect(sent?.first?["content"]?.stringValue?.contains(#""enum":["a","b"]"#) == true, "\(sent ?? [])")
    }

    @Test func repairsAreLimited() async throws {
        let server = try await ScriptedServer(Answers.chat(["no"], finish: "length"))
        let error = await failure {
            _ = try await model(at: server).structured(
                ModelRequest(messages: [.user("n?")]), schema: schema, repairs: 2, until: .later)
        }
        #expect(error?.code == .invalidOutput && error?.failureClass == .transient)
        #expect(error?.message.contains("cut at the most tokens") == true)
        #expect(try server.requests().count == 3)
    }

    @Test(
        arguments: [
            (["type": "string"], "x", true), (["type": "string"], 1, false), (["type": ["string", "null"]], nil, true),
            (["type": "integer"], 2.0, true), (["type": "integer"], 2.5, false), (["type": "number"], 3, true),
            (["enum": ["a", 1]], 1, true), (["enum": ["a", 1]], 2, false), (["const": ["k": 1]], ["k": 1], true),
            (["maxLength": 2], "äöü", false), (["minLength": 3], "äöü", true),
            (["items": ["type": "boolean"], "minItems": 1], [true, false], true),
            (["items": ["type": "boolean"]], [1], false),
            (["minItems": 1], [], false), (["maxItems": 1], [1, 2], false), (["maximum": 5], 6, false),
            (["anyOf": [["type": "null"], ["minimum": 3]]], 4, true),
            (["anyOf": [["type": "null"], ["minimum": 3]]], 2, false),
            (["additionalProperties": ["type": "string"]], ["a": "b"], true),
            (["additionalProperties": ["type": "string"]], ["a": 1], false), (false, 1, false), (true, 1, true),
            (["$defs": ["p": ["type": "string"]], "properties": ["a": ["$ref": "#/$defs/p"]]], ["a": 1], false),
        ] as [(JSONValue, JSONValue, Bool)])
    func valuesAreValidatedAgainstTheSchema(schema: JSONValue, value: JSONValue, fits: Bool) throws {
        #expect(try JSONSchemaValidator(schema).mistakes(in: value).isEmpty == fits)
    }

    @Test(
        arguments: [
            (["pattern": "x"], "#/pattern"), (["properties": ["a": ["oneOf": []]]], "#/properties/a/oneOf"),
            (["$ref": "#/$defs/none"], "leads to no definition"), (["items": 3], "#/items: a schema is an object"),
        ] as [(JSONValue, String)])
    func schemaWithUnsupportedKeywordsIsRefused(schema: JSONValue, words: String) async throws {
        let error = #expect(throws: JSONSchemaValidator.SchemaError.self) { try JSONSchemaValidator(schema) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func nestingDepthAndMistakesAreLimited() throws {
        let recursive: JSONValue = ["$defs": ["n": ["items": ["$ref": "#/$defs/n"]]], "$ref": "#/$defs/n"]
        var deep: JSONValue = []
        for _ in 0..<200 { deep = [deep] }
        #expect(try JSONSchemaValidator(recursive).mistakes(in: deep).contains { $0.contains("nested too deep") })
        let many = JSONValue.array(Array(repeating: 1, count: 1000))
        let mistakes = try JSONSchemaValidator(["items": ["type": "string"]]).mistakes(in: many)
        #expect(mistakes.count == JSONSchemaValidator.mistakeLimit)
    }
}

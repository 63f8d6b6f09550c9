import Coordinator
import LanguageModels
import Testing

/// Arguments of calls, as an object and in words.
@Suite(.timeLimit(.minutes(5))) struct CallArguments {
    @Test(
        arguments: [
            (#"{"a":1}"#, ["a": 1]), (" {\n} ", [:]), ("null", [:]), (#""{\"a\":1}""#, ["a": 1]),
            (#""\"{\\\"a\\\":1}\"""#, ["a": 1]), (#"{}{"a":1}"#, ["a": 1]), (#"" {} ""#, [:]),
        ] as [(String, JSONObject)])
    func argumentsAreRead(text: String, members: JSONObject) throws {
        #expect(try ToolCall(id: "", name: "", arguments: text).readArguments() == members)
    }

    @Test(
        arguments: [
            ("", "are empty"), ("path: a", "are no JSON"), ("[1]", "are a JSON array"), ("\"a\"", "are no JSON"),
            (#"{"a":1"#, "are no JSON"), (#"{"a":1}{"b":2}"#, "are no JSON"), ("12", "are a JSON integer"),
            ("true", "are a JSON boolean"),
        ])
    func argumentsThatCannotBeReadAreToldInWords(text: String, words: String) throws {
        let error = #expect(throws: ToolCall.ArgumentsError.self) {
            try ToolCall(id: "", name: "", arguments: text).readArguments()
        }
        let told = error?.description ?? ""
        #expect(told.contains(words) && told.contains("one JSON object"), "\(told)")
        let long = ToolCall(id: "", name: "", arguments: String(repeating: "x", count: 10_000))
        let cut = #expect(throws: ToolCall.ArgumentsError.self) { try long.readArguments() }
        #expect((cut?.description.count ?? .max) < 500)
    }
}

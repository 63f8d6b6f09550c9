import Coordinator
import Support
import TestSupport
import Testing

@testable import LanguageModels

/// Documents in what models write around them.
@Suite struct AnswerDocumentTests {
    private static let schema: JSONValue = [
        "type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"], "additionalProperties": false,
    ]

    private func found(_ text: String, schema: JSONValue = Self.schema) throws -> JSONValue? {
        try? AnswerText(OutputSchema(name: "n", schema: schema)).value(of: text).get()
    }

    @Test(
        arguments: [
            #"{"n":1}"#, " \n{\"n\": 1}\n", "```json\n{\"n\": 1}\n```", "Here: {\"n\":1}. Or {\"n\":2}?",
            "<think>\nA sketch: {\"n\":2}. Then the whole.\n</think>\n\n{\"n\":1}",
            "a sketch {\"n\":2} without a start\n</think>{\"n\":1}", "<thinking>{\"n\":2}</THINKING> so: {\"n\":1}",
            "<reasoning>{ \"n\": [1, </reasoning>{\"n\":1}", "[THINK]{\"n\":2}[/THINK]{\"n\":1}",
            "<think>{\"n\":1} is what I say", "{\"m\":1} no, {\"n\":\"x\"} no, {\"n\":1}",
            "{\"m\":{\"n\":2}} {\"n\":1}",
            "Use { and } and [brackets] and \"quotes {\": {\"n\":1}", "{n: {\"n\":1}}",
            "[1, 2] and {\"n\":1} and [", "<think>\"{\\\"n\\\":</think>{\"n\":1}", "<think>{\"a\": \"</think>{\"n\":1}",
        ])
    func firstDocumentThatFitsCounts(text: String) throws {
        #expect(try found(text) == ["n": 1])
    }

    @Test func markInADocumentIsNoEndOfThought() throws {
        let schema: JSONValue = ["type": "object", "required": ["t"]]
        #expect(
            try found(#"<think>hm</think>{"t":"a </think> {\"t\":1} \\"}"#, schema: schema)?["t"]?.stringValue?.count
                == 20)
        #expect(try found(#"{"t":"}{</think>"}"#, schema: schema) == ["t": "}{</think>"])
    }

    @Test(
        arguments: [
            (["type": "array"], "<think>[1,</think> so [1, 2]", [1, 2]), (["type": "string"], #""a {} b""#, "a {} b"),
            (["type": "integer"], "<think>7</think>\n42", 42), (["type": "array"], "[]", []),
        ] as [(JSONValue, String, JSONValue)])
    func answersOfOtherKindsAreFound(schema: JSONValue, text: String, value: JSONValue) throws {
        #expect(try found(text, schema: schema) == value)
    }

    @Test(arguments: ["{\"n\":1", "{\"n\":", "n is 1", "[{\"n\":1}", "{'n':1}", "{\"n\": {\"n\":1}", "{\"n\":\"1\"}"])
    func whatIsNoDocumentOrDoesNotFitIsNone(text: String) throws {
        #expect(try found(text) == nil)
    }

    /// The model is told what is wrong with its best document.
    @Test func mistakesAreThoseOfTheDocumentWithFewest() throws {
        let text = "{\"a\":1,\"b\":2} or {\"n\":\"x\"}"
        guard case .failure(let wrong) = try AnswerText(OutputSchema(name: "n", schema: Self.schema)).value(of: text)
        else {
            return #expect(Bool(false), "it fits")
        }
        #expect(wrong.descriptions == ["$.n: must be integer, not string"])
    }

    /// A quarter of a megabyte of what begins again and again, and never ends or ends as no document, are read in one pass: with
    /// a search from each start this would take hours.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            "{\"", "[", "{\"a\":", "{\"a\":[", "[\"a\",", "{\"a{\":\"b{\",", "[[1,2],x", "{}", "\\\"{\"", "<think>{",
            "1,",
        ])
    func searchIsInProportionToTheText(piece: String) throws {
        let text = String(repeating: piece, count: (1 << 18) / piece.utf8.count)
        #expect(try found(text) == nil)
        #expect(try found(text + "\n\n\"]}</think>{\"n\":1}") == ["n": 1] || piece == "{}")
    }

    @Test func documentsThatAreTriedHaveALimit() throws {
        let many = String(repeating: "{} ", count: AnswerDocuments.limit - 1)
        #expect(try found(many + "{\"n\":1}") == ["n": 1])
        #expect(try found(many + "{} {\"n\":1}") == nil)
    }

    /// The scanner takes what the parser takes: of the same texts it finds the same whole.
    @Test func everyDocumentIsFoundWhole() throws {
        var random = SeededGenerator.announced()
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: depth > 0 ? 0...6 : 0...4, using: &random) {
            case 0: .null
            case 1: .bool(.random(using: &random))
            case 2: .integer(.random(in: -1_000...1_000, using: &random))
            case 3: .number(Double.random(in: -1e6...1e6, using: &random))
            case 4: .string(["", "{", "}]", "\"\\", "</think>", "ü\n[", "a\\\"{"].randomElement(using: &random) ?? "")
            case 5: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth - 1) })
            default:
                .object(
                    Dictionary(
                        (0..<Int.random(in: 0...3, using: &random)).map { ("k\($0){\"", value(depth - 1)) },
                        uniquingKeysWith: { $1 }))
            }
        }
        for round in 0..<300 {
            let document: JSONValue = .object(["d": value(4)])
            let text = try document.json(pretty: .random(using: &random))
            let around = "Well, \(["it's", "a {", "] and"].randomElement(using: &random) ?? "") so:\n\(text)\nDone."
            #expect(
                try found(around, schema: ["type": "object", "required": ["d"]]) == document,
                "seed \(random.seed), round \(round): \(around)")
        }
    }
}

import Coordinator
import Foundation
import Support
import TestSupport
import Testing

/// JSON as text and back, compared with the decoder of Foundation, which nothing of the product uses for it.
@Suite(.timeLimit(.minutes(5))) struct JSONText {
    private static let twins = #"{"caf\u00e9.py": 1, "cafe\u0301.py": {"\u00e9": null, "e\u0301": []}}"#

    @Test func membersWithCanonicallyEquivalentNamesStayTwoThroughTextAndValues() throws {
        let value = try JSONValue(json: Self.twins.utf8)
        #expect(value.objectValue?.count == 2 && value["cafe\u{301}.py"]?.objectValue?.count == 2)
        for text in [try value.json(), try value.json(pretty: true)] {
            #expect(try JSONValue(json: text.utf8) == value, "\(text)")
        }
        let contribution = Contribution(
            set: [ContextPath(segments: ["artifacts", "a"]): value],
            merge: [
                ContextPath(segments: ["artifacts", "\u{E9}"]): ["x": 1],
                ContextPath(segments: ["artifacts", "e\u{301}"]): ["x": 2],
            ])
        let document = try JSONValue(encoding: contribution)
        #expect(try document.decoded(as: Contribution.self) == contribution)
        #expect(try JSONValue(json: document.json().utf8).decoded(as: Contribution.self) == contribution)
    }

    @Test func textsAreEqualWhenTheirBytesAre() {
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}") && JSONValue.string("\u{E9}") == .string("\u{E9}"))
        #expect(Set<JSONValue>([.string("\u{E9}"), .string("e\u{301}")]).count == 2)
        #expect(ContextPath(segments: ["\u{E9}"]) != ContextPath(segments: ["e\u{301}"]))
    }

    @Test func aPathOfAnyNameIsReadAsItIsWritten() throws {
        for name in ["\u{301}accent first", "e\u{301}", "\u{E9}", "\"]", "\\", "", "a.b", "\u{200D}x", "\r\n"] {
            let path = ContextPath(segments: ["artifacts", name, "x"])
            #expect(try ContextPath(path.description) == path, "\(path)")
        }
    }

    @Test func textForPeopleShowsAccentsThatStandAlone() throws {
        let value: JSONValue = ["name": "cafe\u{301}.py", "other": "caf\u{E9}.py"]
        let text = try value.json(pretty: true)
        #expect(text.contains(#""cafe\u0301.py""#) && text.contains("\"caf\u{E9}.py\""), "\(text)")
        #expect(try value.json().utf8.count { $0 == 0x5C } == 0)
    }

    @Test func randomDocumentsAreReadAsFoundationReadsThem() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let value = document(&random, depth: 4)
            let text = try value.json(pretty: Bool.random(using: &random))
            #expect(try JSONValue(json: text.utf8) == value, "\(text)")
            #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value, "\(text)")
            #expect(try JSONValue(json: JSONEncoder().encode(value)) == value, "\(text)")
            #expect(try JSONValue(encoding: [value]).decoded(as: [JSONValue].self) == [value])
        }
    }

    private func document(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
        switch random.int(0...(depth > 0 ? 6 : 4)) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer([0, -1, .min, .max, 7].randomElement(using: &random) ?? 0)
        case 3: return .number([0.5, -1e300, 1e-300, 123456.789, 1e21].randomElement(using: &random) ?? 0)
        case 4: return .string(random.text(6, of: ["\"", "\\", "\n", "\u{0}", "a", "\u{1F600}", "\u{7F}", "/"]))
        case 5: return .array((0..<random.int(0...3)).map { _ in document(&random, depth: depth - 1) })
        default:
            // Foundation cannot keep twins, so that the names here are ASCII.
            return .object(
                Dictionary(
                    (0..<random.int(0...3)).map { ("k\($0)\t", document(&random, depth: depth - 1)) },
                    uniquingKeysWith: { $1 }))
        }
    }

    @Test(arguments: [
        ("", "line 1, byte 1"), ("{", "double quotes"), ("{\"a\":1", "inside an object"),
        ("{\"a\":1,}", "double quotes"), ("[1,]", "a value is missing"),
        ("[1 2]", "',' or ']'"), ("tru", "no value"), ("01", "no number"), ("1e999", "beyond"), ("-", "no number"),
        ("\"a\nb\"", "control character"), ("\"\\x\"", "no escape"), ("\"\\u12\"", "four hexadecimal"),
        ("\"\\ud800\"", "half of a character"), ("\"abc", "no end"), ("1 2", "ended before"), ("nul", "no value"),
        ("{\"a\" 1}", "':'"), ("[\n\n1 x]", "line 3, byte 3"), ("\"\\ud800\\u0041\"", "half of a character"),
    ])
    func whatIsNoJSONIsToldWithItsPlace(_ text: String, _ expected: String) {
        let error = #expect(throws: DecodingError.self) { try JSONValue(json: text.utf8) }
        #expect("\(error.map { String(describing: $0) } ?? "")".contains(expected))
    }

    @Test func bytesThatAreNoUTF8AreRefusedAMarkOfTheByteOrderIsNot() throws {
        #expect(throws: DecodingError.self) { try JSONValue(json: [0x22, 0xFF, 0x22]) }
        #expect(try JSONValue(json: [0xEF, 0xBB, 0xBF, 0x31]) == 1)
    }

    /// Copying what was read so far at each escape would be millions of millions of bytes.
    @Test(.timeLimit(.minutes(1))) func costOfATextWithAnEscapeForEachByteIsInProportion() throws {
        let text = "\"" + String(repeating: "\\n", count: 6_000_000) + "\""
        #expect(try JSONValue(json: text.utf8).stringValue?.utf8.count == 6_000_000)
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(json: nested(512).utf8)
        #expect(throws: DecodingError.self) { try JSONValue(json: nested(513).utf8) }
        #expect(throws: DecodingError.self) { try JSONValue(json: String(repeating: "[", count: 1_000_000).utf8) }
    }

    @Test func ofMembersWithOneNameTheFirstCountsAndNumbersKeep64Bits() throws {
        #expect(try JSONValue(json: #"{"a": 1, "a": 2}"#.utf8) == ["a": 1])
        #expect(try JSONValue(json: "9223372036854775807".utf8) == .integer(.max))
        #expect(try JSONValue(json: "9223372036854775808".utf8) == .number(9_223_372_036_854_775_808))
        #expect(try JSONValue(json: "1.0".utf8).integerValue == 1 && JSONValue(json: "-0".utf8) == 0)
        #expect(throws: EncodingError.self) { try JSONValue.number(.nan).json() }
        for number in [Double.infinity, .nan] {
            #expect(throws: EncodingError.self) { try JSONValue(encoding: [number]) }
        }
        #expect(throws: EncodingError.self) { try JSONValue(encoding: [Decimal.nan]) }
        #expect(try JSONValue(reporting: [Decimal.nan]) == ["NaN"])
    }

    private struct Sample: Codable, Equatable {
        enum Word: String, Codable { case one }
        var count: UInt8
        var optional: Int?
        var word = Word.one
        var list: [[Double]] = [[1, 0.5], []]
        var names: [String: Bool] = ["a": true]
        var large: UInt64 = .max - 2047
        var address = URL(string: "https://example.org/a?b=c")
        var bytes = Data([0, 1, 0xFF])
        var at = Date(timeIntervalSinceReferenceDate: 12.5)
        var price = Decimal(string: "3.133")
    }

    @Test func numbersAreThoseOfTheGrammar() throws {
        var random = SeededGenerator.announced()
        let signs = Array("+-.eE012")
        let grammar = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/
        for _ in 0..<2_000 {
            let text = String((0..<random.int(1...7)).map { _ in signs[random.int(0...signs.count - 1)] })
            let isNumber = text.wholeMatch(of: grammar) != nil
            // Not each number has a value of 64 bits.
            let value = Double(text).flatMap { $0.isFinite ? $0 : nil }
            let read = try? JSONValue(json: Array(text.utf8))
            if !isNumber { #expect(read == nil, "'\(text)', seed \(random.seed)") }
            if let read { #expect(read.doubleValue == value, "'\(text)', seed \(random.seed)") }
            if isNumber, let value, value != 0 { #expect(read != nil, "'\(text)', seed \(random.seed)") }
        }
        #expect(try JSONValue(json: Array("-0.0e9".utf8)) == 0)
    }

    @Test func valuesAreCodedAsFoundationCodesThemAndAMisfitNamesItsPath() throws {
        let sample = Sample(count: 200, optional: nil)
        let value = try JSONValue(encoding: sample)
        #expect(try value == JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(sample)))
        #expect(
            try value.decoded(as: Sample.self) == JSONDecoder().decode(Sample.self, from: JSONEncoder().encode(sample)))
        #expect(value["address"] == "https://example.org/a?b=c" && value["bytes"] == "AAH/")
        for (member, wrong, path) in [
            ("count", 256, "count"), ("count", 1.5, "count"), ("word", "two", "word"),
            ("list", [[1], ["x"]], "list.[1].[0]"),
            ("count", .null, "count"), ("bytes", "no base 64!", "bytes"), ("address", 1, "address"),
            ("price", "1", "price"),
        ] as [(String, JSONValue, String)] {
            var members = try #require(value.objectValue)
            members[member] = wrong
            let error = #expect(throws: DecodingError.self) { try JSONValue.object(members).decoded(as: Sample.self) }
            switch error {
            case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
                #expect(context.codingPath.map(\.stringValue).joined(separator: ".") == path)
            default: Issue.record("\(String(describing: error))")
            }
        }
    }
}

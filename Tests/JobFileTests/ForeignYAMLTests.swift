import Coordinator
import Foundation
import Support
import TestSupport
import Testing
import Yams

/// What another library writes, in every style that YAML has.
@Suite(.timeLimit(.minutes(10))) struct ForeignYAML {
    /// Texts that the styles write in different ways: line breaks, quotes, indicators, blanks at the ends, no text at all.
    private static let texts = [
        "word", "two words", "", " ", "a: b", "- a", "# no comment", "'", "\"", "\\", "true", "12", "~", "*x", "&x",
        "?", "[", "{}",
        "a\nb", "a\n\nb\n", "\n", " leading", "trailing ", "é", "日本", "😀", "\u{2028}", "tab\there", "%", "@", "`",
        "a,b",
        "long words that go on beyond the width at which a writer folds its lines, and on, and on, and on, and on",
    ]

    private func node(_ random: inout SeededGenerator, depth: Int) -> (Yams.Node, JSONValue) {
        switch random.int(0...(depth > 0 ? 5 : 2)) {
        case 0:
            let number = random.int(-1_000_000...1_000_000)
            return (.scalar(.init(String(number), Tag(.int))), .integer(Int64(number)))
        case 1, 2:
            let text = Self.texts.randomElement(using: &random) ?? ""
            let quoted: [Yams.Node.Scalar.Style] = [.singleQuoted, .doubleQuoted, .literal, .folded]
            // Unquoted, these are no texts.
            let isText = !["", "true", "12", "~"].contains(text)
            let style = (isText ? quoted + [.any] : quoted).randomElement(using: &random) ?? .doubleQuoted
            return (.scalar(.init(text, Tag(.str), style)), .string(text))
        case 3:
            let elements = (0..<random.int(0...3)).map { _ in node(&random, depth: depth - 1) }
            let style: Yams.Node.Sequence.Style = Bool.random(using: &random) ? .flow : .block
            return (.sequence(.init(elements.map(\.0), Tag(.seq), style)), .array(elements.map(\.1)))
        default:
            var members: [(Yams.Node, Yams.Node)] = []
            var values: JSONObject = [:]
            for number in 0..<random.int(0...3) {
                let (member, value) = node(&random, depth: depth - 1)
                members.append((.scalar(.init("key \(number)", Tag(.str))), member))
                values["key \(number)"] = value
            }
            let style: Yams.Node.Mapping.Style = Bool.random(using: &random) ? .flow : .block
            return (.mapping(.init(members, Tag(.map), style)), .object(values))
        }
    }

    @Test func everyStyleOfValueIsReadAsTheValueThatWasWritten() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            let (written, expected) = node(&random, depth: 4)
            let file = Yams.Node.mapping(
                .init([
                    ("workflow", "w"), ("decisions", .sequence([written])),
                    ("agents", [["name": "a", "uses": "collector"]]),
                ]))
            let text = try Yams.serialize(node: file, allowUnicode: Bool.random(using: &random))
            let decisions = try job(text).decisions
            try #require(decisions == [expected], "\(text)\nCOORDINATOR_TEST_SEED=\(random.seed)")
        }
    }
}

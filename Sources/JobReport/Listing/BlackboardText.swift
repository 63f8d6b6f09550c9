import Coordinator
import Support

/// A value of a blackboard for people: text as it is, anything else as JSON, without what could act on a terminal.
package enum BlackboardText {
    /// The text, ending with a line break.
    package static func text(_ value: JSONValue) -> String {
        let text =
            value.stringValue
            ?? (try? ReportJSON.encode(value, pretty: true)).map { String(decoding: $0, as: UTF8.self) }
        let safe = ForeignText.block(text ?? "")
        return safe.hasSuffix("\n") ? safe : safe + "\n"
    }
}

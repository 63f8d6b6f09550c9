import Support
import TelemetryCatalog

/// A log line for people.
enum TextLogLine {
    static func render(_ record: LogRecord) -> String {
        let time = CalendarTime(record.time, in: .local)?.time ?? "--:--:--.---"
        var line = "\(time) \(padded(record.severityText)) \(ForeignText.escaped(record.body))"
        for attribute in record.attributes {
            line += " \(ForeignText.escaped(shortened(attribute.key)))=\(quoted(attribute.value.text))"
        }
        return line + "\n"
    }

    /// The key without the prefix that every line would repeat: `gen_ai.agent.name` becomes `agent`,
    /// `coordinator.attempt.number` becomes `attempt.number`.
    private static func shortened(_ key: String) -> String {
        switch key {
        case AttributeKey.agentName: return "agent"
        case AttributeKey.workflowName: return "workflow"
        default:
            let own = "coordinator."
            return key.hasPrefix(own) ? String(key.dropFirst(own.count)) : key
        }
    }

    private static func padded(_ level: String) -> String {
        level + String(repeating: " ", count: max(0, 5 - level.utf8.count))
    }

    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x7F }
        guard !isPlain || text.unicodeScalars.contains(where: ForeignText.acts) else { return text }
        return "\"\(ForeignText.escaped(text, quotes: true))\""
    }
}

import TelemetryCatalog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A log line for people.
enum TextLogLine {
    static func render(_ record: LogRecord) -> String {
        var line = "\(timeOfDay(record.time)) \(padded(record.severityText)) \(escaped(record.body))"
        for attribute in record.attributes {
            line += " \(escaped(shortened(attribute.key)))=\(quoted(attribute.value.text))"
        }
        return line + "\n"
    }

    /// The names every line would repeat are left away: `gen_ai.agent.name` reads `agent`, `coordinator.attempt.number`
    /// reads `attempt.number`.
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
        guard !isPlain || text.unicodeScalars.contains(where: isControl) else { return text }
        return "\"\(escaped(text, quotes: true))\""
    }

    /// Control characters could rewrite the terminal, and newlines could forge lines.
    private static func escaped(_ text: String, quotes: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\"" where quotes, "\\" where quotes: result += "\\\(scalar)"
            case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // The last are the marks that turn the direction of writing round.
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func timeOfDay(_ nanoseconds: UInt64) -> String {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "--:--:--.---" }
        func digits(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let milliseconds = Int(nanoseconds / 1_000_000 % 1000)
        return digits(Int(parts.tm_hour), 2) + ":" + digits(Int(parts.tm_min), 2) + ":"
            + digits(Int(parts.tm_sec), 2) + "." + digits(milliseconds, 3)
    }
}

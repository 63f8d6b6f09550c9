import Support
import Telemetry
import TelemetryCatalog

/// The text of labels inside the braces of a sample.
enum LabelText {
    /// Labels from attributes; the values of keys that become the same name are joined by semicolons.
    static func labels(_ attributes: [Attribute]) -> [String: String] {
        var labels: [String: String] = [:]
        for attribute in attributes.sorted(byBytesOf: \.key) {
            let name = PrometheusNames.label(attribute.key)
            let value = attribute.value.text
            labels[name] = labels[name].map { "\($0);\(value)" } ?? value
        }
        return labels
    }

    /// `a="x",b="y"`, sorted by name; an empty value is the same as no label.
    static func render(_ labels: [String: String]) -> String {
        labels.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(escaped($0.value))\"" }.joined(separator: ",")
    }

    static func escaped(_ value: String) -> String {
        value.escaping { scalar in
            switch scalar {
            case "\\", "\"": "\\\(scalar)"
            case "\n": "\\n"
            default: nil
            }
        }
    }

    static func escapedHelp(_ text: String, openMetrics: Bool) -> String {
        text.escaping { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\"" where openMetrics: "\\\""
            default: nil
            }
        }
    }
}

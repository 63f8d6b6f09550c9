import Support

/// A piece of HTML that is also well-formed XML. Text and attribute values are always escaped; only constants of the
/// source are taken unescaped.
///
/// Text templates leave escaping to their author; here the type ensures it.
struct Markup {
    private(set) var html: String

    /// Text of any origin.
    static func text(_ text: String) -> Markup { Markup(html: escaped(ForeignText.block(text))) }

    /// Text of any origin, in one line.
    static func line(_ text: String) -> Markup { Markup(html: escaped(ForeignText.line(text))) }

    /// Text written in this program's source, as it is.
    static func constant(_ text: StaticString) -> Markup { Markup(html: text.description) }

    static let empty = Markup(html: "")

    /// An element; attributes whose value is `nil` are left out.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ content: [Markup]
    ) -> Markup {
        var html = "<\(name)"
        for (key, value) in attributes {
            if let value { html += " \(key)=\"\(escaped(ForeignText.block(value)))\"" }
        }
        html += ">"
        for piece in content { html += piece.html }
        return Markup(html: html + "</\(name)>")
    }

    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ content: Markup...
    ) -> Markup {
        element(name, attributes, content)
    }

    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text: String
    ) -> Markup {
        element(name, attributes, [.line(text)])
    }

    /// An element without content, such as `meta` or `rect`.
    static func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>) -> Markup {
        let open = element(name, attributes, []).html
        return Markup(html: open.dropLast(name.description.utf8.count + 4) + "/>")
    }

    static func + (left: Markup, right: Markup) -> Markup { Markup(html: left.html + right.html) }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
        return text.escaping { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&#39;"
            default: nil
            }
        }
    }
}

extension [Markup] {
    /// All pieces as one.
    var joined: Markup { reduce(.empty, +) }
}

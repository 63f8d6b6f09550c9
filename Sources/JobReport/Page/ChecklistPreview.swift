/// A checklist in Markdown as HTML: headings, lists with boxes, code and strong text; the rest as paragraphs.
enum ChecklistPreview {
    static func markup(_ text: Substring) -> Markup {
        var blocks: [Markup] = []
        var items: [Markup] = []
        var paragraph: [Markup] = []
        var code: [String]?
        func flush() {
            if !items.isEmpty { blocks.append(.element("ul", [:], items)) }
            if !paragraph.isEmpty { blocks.append(.element("p", [:], paragraph)) }
            items = []
            paragraph = []
        }
        func endCode() {
            if let lines = code {
                blocks.append(.element("pre", ["tabindex": "0"], .text(lines.joined(separator: "\n"))))
            }
            code = nil
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("```") {
                if code == nil {
                    flush()
                    code = []
                } else {
                    endCode()
                }
            } else if code != nil {
                code?.append(String(line))
            } else if trimmed.isEmpty {
                flush()
            } else if let heading = heading(trimmed) {
                flush()
                blocks.append(.element("h4", [:], inline(heading)))
            } else if let item = bullet(trimmed) {
                if !paragraph.isEmpty { flush() }
                let depth = min(line.utf8.count - trimmed.utf8.count, 12) / 2
                items.append(listItem(item, depth))
            } else if !items.isEmpty, line.count > trimmed.count {
                items[items.count - 1] = items[items.count - 1] + .element("li", ["class": "more"], inline(trimmed))
            } else {
                if !items.isEmpty { flush() }
                paragraph += inline(trimmed) + [.constant("\n")]
            }
        }
        endCode()
        flush()
        return .element("div", ["class": "checklist"], blocks)
    }

    private static func heading(_ line: Substring) -> Substring? {
        let marks = line.prefix { $0 == "#" }.count
        guard (1...6).contains(marks), line.dropFirst(marks).first == " " else { return nil }
        return line.dropFirst(marks + 1)
    }

    private static func bullet(_ line: Substring) -> Substring? {
        guard let first = line.first, "-*+".contains(first), line.dropFirst().first == " " else { return nil }
        return line.dropFirst(2)
    }

    private static func listItem(_ item: Substring, _ depth: Int) -> Markup {
        let name = depth > 0 ? "depth-\(min(depth, 3))" : nil
        for (box, sign, word) in [("[ ] ", "☐", "open"), ("[x] ", "☑", "done"), ("[X] ", "☑", "done")]
        where item.hasPrefix(box) {
            return .element(
                "li", ["class": "box \(word) \(name ?? "")"],
                [.element("span", ["role": "img", "aria-label": word], text: sign), .constant(" ")]
                    + inline(item.dropFirst(4)))
        }
        return .element("li", ["class": name], inline(item))
    }

    /// `code` and **strong** text; everything else as it stands.
    private static func inline(_ text: Substring) -> [Markup] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().flatMap { index, part -> [Markup] in
            if index % 2 == 1 { return [.element("code", [:], text: String(part))] }
            let strong = String(part).split(separator: "**")
            guard strong.count > 1 else { return [.line(String(part))] }
            return strong.enumerated().map { position, piece in
                let isStrong = (position % 2 == 1) != part.hasPrefix("**")
                return isStrong ? .element("b", [:], text: String(piece)) : .line(String(piece))
            }
        }
    }
}

/// What the output, a terminal or a file, can show.
public struct TerminalPolicy: Sendable, Hashable {
    /// Whether lines may be redrawn in place.
    public var isLive: Bool
    /// Whether colours may be used.
    public var hasColor: Bool
}

extension TerminalPolicy {
    /// Reads the usual signs: `TERM=dumb` (or none) is no live terminal and has no colours, a non-empty `NO_COLOR`
    /// means no colours, and without a terminal there is neither.
    public init(isTerminal: Bool, environment: [String: String]) {
        let term = environment["TERM"] ?? ""
        let able = isTerminal && !term.isEmpty && term != "dumb"
        self.init(isLive: able, hasColor: able && (environment["NO_COLOR"] ?? "").isEmpty)
    }
}

/// The size of a terminal in character cells.
public struct TerminalSize: Sendable, Hashable {
    /// Cells in a line.
    public var columns: Int
    /// Lines.
    public var rows: Int

    /// Sets a size of at least 1 × 1.
    public init(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
    }
}

/// The control sequences used; all are ECMA-48.
enum Ansi {
    static let hideCursor = "\u{1B}[?25l"
    static let showCursor = "\u{1B}[?25h"
    static let eraseLine = "\u{1B}[K"
    static let eraseBelow = "\u{1B}[J"
    static func up(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A\r" : "\r" }

    /// A colour by its number in the 16-colour palette, which the user's own theme defines.
    static func paint(_ text: String, _ style: Style?, _ hasColor: Bool) -> String {
        guard hasColor, let style else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    enum Style: String {
        case bold = "1", dim = "2", red = "31", green = "32", yellow = "33", blue = "34", magenta = "35"
    }
}

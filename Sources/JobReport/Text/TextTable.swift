import Support

/// Columns of text for a terminal.
public enum TextTable {
    /// The widest a column gets; longer cells are cut.
    public static let widestColumn = 60

    /// The rows as lines, each column as wide as its widest cell; control characters are escaped.
    public static func lines(_ rows: [[String]]) -> [String] {
        let cells = rows.map { $0.map { ColumnWidth.fit(ForeignText.line($0), widestColumn) } }
        let columns = cells.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            cells.map { column < $0.count ? ColumnWidth.of($0[column]) : 0 }.max() ?? 0
        }
        return cells.map { row in
            let line = row.enumerated().map { ColumnWidth.padded($1, widths[$0]) }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}

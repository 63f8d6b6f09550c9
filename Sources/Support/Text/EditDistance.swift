/// The number of insertions, deletions, substitutions and swaps of neighbours that make one text another.
package enum EditDistance {
    /// The distance, where it is at most `limit`; `nil` beyond.
    ///
    /// Only cells near the diagonal are filled, since a way through any other is longer than the limit: the cost is in
    /// proportion to the length times the limit, and comparing ends with the first row that has no cell within it.
    ///
    /// - Parameter cells: raised by the number of cells filled, so that a caller can bound its work.
    package static func between<Element: Equatable>(
        _ left: [Element], _ right: [Element], atMost limit: Int, cells: inout Int
    ) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        let beyond = limit + 1
        // Three rows that take turns. Of a row the cells near the diagonal are set, and the one before them; those behind
        // them are beyond the limit from the beginning.
        var last = (0...right.count).map { min($0, beyond) }
        var (row, beforeLast) = (last, last)
        var leastOfLast = 0
        for (i, mine) in left.enumerated() {
            let start = max(0, i - limit)
            let columns = start..<max(start, min(right.count, i + limit + 1))
            row[start] = start == 0 ? min(i + 1, beyond) : beyond
            var least = row[start]
            for j in columns {
                let theirs = right[j]
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (mine == theirs ? 0 : 1), beyond)
                if i > 0, j > 0, mine == right[j - 1], left[i - 1] == theirs { cost = min(cost, beforeLast[j - 1] + 1) }
                row[j + 1] = cost
                least = min(least, cost)
            }
            cells += columns.count
            if least > limit, i == 0 || leastOfLast > limit { return nil }
            leastOfLast = least
            swap(&beforeLast, &last)
            swap(&last, &row)
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}

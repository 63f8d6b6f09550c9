import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct EditDistanceTests {
    /// The textbook's whole table.
    private func plain(_ left: [Character], _ right: [Character]) -> Int {
        var table = (0...left.count).map { row in (0...right.count).map { row == 0 ? $0 : $0 == 0 ? row : 0 } }
        for i in left.indices {
            for j in right.indices {
                var cost = min(table[i][j + 1], table[i + 1][j]) + 1
                cost = min(cost, table[i][j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, table[i - 1][j - 1] + 1)
                }
                table[i + 1][j + 1] = cost
            }
        }
        return table[left.count][right.count]
    }

    @Test func distanceIsThatOfTheWholeTableUpToItsLimit() {
        var random = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let word = { (random: inout SeededGenerator) in
                (0..<Int.random(in: 0...8, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" }
            }
            let (left, right) = (word(&random), word(&random))
            let limit = Int.random(in: 0...5, using: &random)
            let whole = plain(left, right)
            var cells = 0
            let found = EditDistance.between(left, right, atMost: limit, cells: &cells)
            #expect(found == (whole <= limit ? whole : nil), "\(String(left)) \(String(right)) \(limit)")
        }
    }

    @Test func workGrowsWithTheLengthTimesTheLimit() {
        let left = [Character](repeating: "a", count: 1_000)
        var cells = 0
        #expect(EditDistance.between(left, left, atMost: 2, cells: &cells) == 0)
        #expect(cells <= 5 * 1_000)
    }

    /// Rows that were filled whole would take a thousand times as long.
    @Test func timeGrowsWithTheLengthTimesTheLimit() {
        let left = (0..<200_000).map { $0 % 251 }
        var cells = 0
        #expect(EditDistance.between(left, Array(left.dropFirst()) + [7], atMost: 2, cells: &cells) == 2)
    }

    @Test func comparingEndsWhereTheLimitIsExceeded() {
        let left = [Character](repeating: "a", count: 1_000)
        let right = [Character](repeating: "b", count: 1_000)
        var cells = 0
        #expect(EditDistance.between(left, right, atMost: 2, cells: &cells) == nil)
        #expect(cells <= 25)
        #expect(EditDistance.between(left, left + ["b", "b", "b"], atMost: 2, cells: &cells) == nil)
        #expect(cells <= 25)
    }
}

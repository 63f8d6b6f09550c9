/// The shortest edit from one list of lines to another, as ranges that are kept, removed or added.
///
/// Myers' greedy algorithm runs on the lines between the common start and the common end. Where more than
/// ``maximumEdits`` lines differ, the middle is replaced as a whole: the patch is longer, but still correct.
///
/// The standard library's `CollectionDifference` has no such bound: for two long files without a line in common its
/// cost is the product of their lengths.
package struct LineDifference: Sendable, Equatable {
    /// One step: a range of old lines, a range of new lines. For ``Kind/equal`` both have the same count.
    package struct Step: Sendable, Equatable {
        package enum Kind: Sendable, Equatable { case equal, delete, insert }
        package var kind: Kind
        package var old: Range<Int>
        package var new: Range<Int>
    }

    /// The most line edits up to which the shortest edit is searched for; memory grows with the square. 1,000.
    package static let maximumEdits = 1_000

    /// The steps in order; they cover both lists.
    package private(set) var steps: [Step] = []

    /// Compares two lists of lines.
    package init(from old: [ArraySlice<UInt8>], to new: [ArraySlice<UInt8>]) {
        var names: [ArraySlice<UInt8>: Int] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int {
            if let known = names[line] { return known }
            names[line] = names.count
            return names.count - 1
        }
        let a = old.map(number)
        let b = new.map(number)
        var start = 0
        while start < a.count, start < b.count, a[start] == b[start] { start += 1 }
        var endA = a.count
        var endB = b.count
        while endA > start, endB > start, a[endA - 1] == b[endB - 1] {
            endA -= 1
            endB -= 1
        }
        append(.equal, old: 0..<start, new: 0..<start)
        let middle = Self.shortest(Array(a[start..<endA]), Array(b[start..<endB]))
        if let middle {
            for (kind, x, y) in middle {
                let (x, y) = (x + start, y + start)
                switch kind {
                case .equal: append(.equal, old: x..<x + 1, new: y..<y + 1)
                case .delete: append(.delete, old: x..<x + 1, new: y..<y)
                case .insert: append(.insert, old: x..<x, new: y..<y + 1)
                }
            }
        } else {
            append(.delete, old: start..<endA, new: start..<start)
            append(.insert, old: endA..<endA, new: start..<endB)
        }
        append(.equal, old: endA..<a.count, new: endB..<b.count)
    }

    private mutating func append(_ kind: Step.Kind, old: Range<Int>, new: Range<Int>) {
        guard !old.isEmpty || !new.isEmpty else { return }
        if let last = steps.last, last.kind == kind {
            steps[steps.count - 1].old = last.old.lowerBound..<old.upperBound
            steps[steps.count - 1].new = last.new.lowerBound..<new.upperBound
        } else {
            steps.append(Step(kind: kind, old: old, new: new))
        }
    }

    /// The edits line by line, or nothing when there are more than ``maximumEdits``.
    private static func shortest(_ a: [Int], _ b: [Int]) -> [(Step.Kind, Int, Int)]? {
        let limit = min(a.count + b.count, maximumEdits)
        let centre = limit + 1
        var furthest = [Int](repeating: 0, count: 2 * limit + 3)
        var history: [[Int]] = []
        for edits in 0...limit {
            history.append(Array(furthest[(centre - edits - 1)...(centre + edits + 1)]))
            for diagonal in stride(from: -edits, through: edits, by: 2) {
                let down =
                    diagonal == -edits
                    || (diagonal != edits && furthest[centre + diagonal - 1] < furthest[centre + diagonal + 1])
                var x = down ? furthest[centre + diagonal + 1] : furthest[centre + diagonal - 1] + 1
                var y = x - diagonal
                while x < a.count, y < b.count, a[x] == b[y] {
                    x += 1
                    y += 1
                }
                furthest[centre + diagonal] = x
                if x >= a.count, y >= b.count { return walkBack(history, a.count, b.count) }
            }
        }
        return nil
    }

    private static func walkBack(_ history: [[Int]], _ countA: Int, _ countB: Int) -> [(Step.Kind, Int, Int)] {
        var edits: [(Step.Kind, Int, Int)] = []
        var x = countA
        var y = countB
        for step in history.indices.reversed() {
            let furthest = history[step]
            let centre = step + 1
            let diagonal = x - y
            let down =
                diagonal == -step
                || (diagonal != step && furthest[centre + diagonal - 1] < furthest[centre + diagonal + 1])
            let previous = down ? diagonal + 1 : diagonal - 1
            let previousX = step == 0 ? 0 : furthest[centre + previous]
            let previousY = step == 0 ? 0 : previousX - previous
            while x > previousX, y > previousY {
                x -= 1
                y -= 1
                edits.append((.equal, x, y))
            }
            if step > 0 {
                edits.append(down ? (.insert, previousX, previousY) : (.delete, previousX, previousY))
            }
            x = previousX
            y = previousY
        }
        return edits.reversed()
    }
}

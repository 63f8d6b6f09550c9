/// How relevant a file is to the task.
package struct RankedFile: Sendable, Hashable, Codable {
    package var path: String
    /// The BM25 score, rounded to four decimals; comparable within one ranking only.
    package var score: Double
    /// The task's words found in the file or its path, sorted.
    package var matched: [String]
}

/// How much one draft may change, and how long its tools may take.
package struct DraftLimits: Sendable, Hashable, Codable {
    /// The most files that a tool is shown, those relevant to the task first. Default 20.
    package var examinedFiles: Int
    /// The most files that a tool's fixes are taken from. Default 5.
    package var fixedFiles: Int
    /// The most lines that a tool may take out of a file and put into it, together; beyond that the file is left as it is,
    /// since a reformat of that size is for its maintainer to begin. Default 40.
    package var fixedLines: Int
    /// The most test files that are added. Default 2.
    package var testFiles: Int
    /// The most assertions per added test file. Default 20.
    package var assertionsPerTestFile: Int
    /// The largest file that is changed, in bytes. Default 512 KiB.
    package var fileBytes: Int
    /// How long one run of a tool may take, in seconds. Default 30.
    package var toolSeconds: Int

    /// Makes limits; negative values count as 0, and a tool gets 1 s at least.
    package init(
        examinedFiles: Int = 20, fixedFiles: Int = 5, fixedLines: Int = 40, testFiles: Int = 2,
        assertionsPerTestFile: Int = 20, fileBytes: Int = 512 << 10, toolSeconds: Int = 30
    ) {
        self.examinedFiles = max(0, examinedFiles)
        self.fixedFiles = max(0, fixedFiles)
        self.fixedLines = max(0, fixedLines)
        self.testFiles = max(0, testFiles)
        self.assertionsPerTestFile = max(0, assertionsPerTestFile)
        self.fileBytes = max(0, fileBytes)
        self.toolSeconds = max(1, toolSeconds)
    }

    enum CodingKeys: String, CodingKey {
        case examinedFiles = "examined_files"
        case fixedFiles = "fixed_files"
        case fixedLines = "fixed_lines"
        case testFiles = "test_files"
        case assertionsPerTestFile = "assertions_per_test_file"
        case fileBytes = "file_bytes"
        case toolSeconds = "tool_seconds"
    }
}

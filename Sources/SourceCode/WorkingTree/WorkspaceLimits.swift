/// How much of a workspace a scan may read. Files beyond a limit are listed in ``WorkspaceScan/skipped``.
package struct WorkspaceLimits: Sendable, Hashable, Codable {
    /// The largest file that is read, in bytes. Default 1 MiB.
    package var fileBytes: Int
    /// The most that all files together may hold, in bytes. Default 16 MiB.
    package var totalBytes: Int
    /// The most files that are read. Default 20,000.
    package var fileCount: Int

    /// Makes limits; negative values count as 0.
    package init(fileBytes: Int = 1 << 20, totalBytes: Int = 16 << 20, fileCount: Int = 20_000) {
        self.fileBytes = max(0, fileBytes)
        self.totalBytes = max(0, totalBytes)
        self.fileCount = max(0, fileCount)
    }
}

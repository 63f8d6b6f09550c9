/// The limits of a scan, and how much of them is used.
struct FileRoom {
    let limits: WorkspaceLimits
    /// Bytes read so far.
    let totalBytes: Int
    /// Files read so far.
    let fileCount: Int

    /// Why a file of this size does not fit; `nil` when it does.
    func refusal(size: Int) -> (SkipReason, String)? {
        if size > limits.fileBytes { return (.fileTooLarge, "\(size) bytes; the limit is \(limits.fileBytes)") }
        if fileCount >= limits.fileCount { return (.fileCountReached, "the limit is \(limits.fileCount) files") }
        guard size > limits.totalBytes - totalBytes else { return nil }
        let left = limits.totalBytes - totalBytes
        return (.totalSizeReached, "\(size) bytes; of \(limits.totalBytes) in all, \(left) are left")
    }
}

/// The rules for every file of a scan, wherever its text comes from.
enum FileRules {
    /// Why a text must be left out; `nil` when it may be included.
    static func refusal(path: String, text: String, room: FileRoom) -> (SkipReason, String)? {
        if let rule = SecretNames.rule(for: path) { return (.secretName, rule) }
        if let refusal = room.refusal(size: text.utf8.count) { return refusal }
        return refusal(path: path, content: Array(text.utf8))
    }

    /// Why content must be left out: a NUL, or a secret; `nil` when it may be included.
    static func refusal(path: String, content: [UInt8]) -> (SkipReason, String)? {
        if content.contains(0) { return (.binary, "it contains a NUL byte") }
        return SecretScanner.firstFinding(in: content, path: path).map {
            (.secretContent, "\($0.rule) on line \($0.line)")
        }
    }
}

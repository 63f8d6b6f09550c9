@testable import SourceCode

/// Whatever a patch states about its lines, it is read or refused.
func checkPatch(_ input: [UInt8]) throws {
    let patch = text(input)
    let read = Patch(patch)
    try hold(read.refusal != nil || !read.files.isEmpty, "neither files nor a refusal")
    let lines = patch.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).count
    let added = read.addedLines.values.reduce(0) { $0 + $1.count }
    try hold(added <= lines, "\(added) lines added in \(lines)")
}

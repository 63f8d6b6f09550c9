/// Work that takes a while and needs no lock: removing files, preparing spare memory, and warning the user.
///
/// The spool collects it under its lock, where recording threads wait, and does it after releasing the lock.
struct SpoolDeferredWork: Sendable {
    let folder: SpoolFolder?
    /// The newest segment's number.
    let sequence: UInt64
    /// Segments that have left the ring; their files are to be removed.
    var retired: [SpoolSegment] = []
    /// Warnings for the user.
    var warnings: [String] = []
    /// A segment that has left the ring and is no longer read: its memory and file are reused for the next segment.
    var reused: SpoolSegment?
    /// The size of the memory to prepare for the next segment; `nil` when none is wanted.
    var newSpareBytes: Int?

    /// Removes the files of retired segments, and prepares spare memory.
    ///
    /// - Returns: memory for the next segment; `nil` when none is wanted or available.
    func perform() -> SpareMemory? {
        for name in retired.compactMap(\.name) { folder?.remove(name) }
        // The name holds the segment's number, since two threads may prepare memory at once.
        let spareName = SpoolFolder.spareName(sequence)
        if let reused {
            guard let name = reused.name else { return SpareMemory(memory: reused.memory, name: nil) }
            if folder?.rename(name, to: spareName) == true {
                return SpareMemory(memory: reused.memory, name: spareName)
            }
            folder?.remove(name)
            return nil
        }
        guard let newSpareBytes else { return nil }
        // An error is ignored here: the thread that needs the segment tries again, and reports the error.
        guard let folder else {
            let memory = try? SegmentMemory.anonymous(byteCount: newSpareBytes, isTouched: true)
            return memory.map { SpareMemory(memory: $0, name: nil) }
        }
        let memory = try? SegmentMemory.file(
            in: folder.descriptor, name: spareName, byteCount: newSpareBytes, isTouched: true)
        return memory.map { SpareMemory(memory: $0, name: spareName) }
    }

    /// Removes the file of spare memory that turned out not to be needed.
    func discard(_ spare: SpareMemory) {
        if let name = spare.name { folder?.remove(name) }
    }
}

/// Memory for the next segment.
struct SpareMemory: Sendable {
    let memory: SegmentMemory
    /// The name of its file, which no process reads spans from; `nil` for memory of the process.
    let name: String?
}

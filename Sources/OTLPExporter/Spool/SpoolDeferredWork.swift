/// Work that takes a while and needs no lock: removing files, getting memory ready, and telling the user.
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
    /// A segment that has left the ring and that nobody reads: its memory and file serve the next segment.
    var reused: SpoolSegment?
    /// The size of the memory to get ready for the next segment; `nil` when none is wanted.
    var newSpareBytes: Int?

    /// Removes the files of retired segments, and gets memory ready.
    ///
    /// - Returns: memory for the next segment; `nil` when none is wanted or to be had.
    func perform() -> SpareMemory? {
        for name in retired.compactMap(\.name) { folder?.remove(name) }
        // The name holds the segment's number: two threads may be getting memory ready at once.
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
        // An error is of no consequence here: the thread that needs the segment tries again, and reports it.
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
    /// The name of its file, under which no process looks for spans; `nil` for memory of the process.
    let name: String?
}

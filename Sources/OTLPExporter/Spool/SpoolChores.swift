/// What the spool's lock is not held for.
struct SpoolChores: Sendable {
    let folder: SpoolFolder?
    /// The newest segment.
    let sequence: UInt64
    /// Segments that have gone from the ring.
    var retired: [SpoolSegment] = []
    /// What to tell the user.
    var notes: [String] = []
    /// A segment that has gone and whose memory nobody reads: it is for the next one.
    var reused: SpoolSegment?
    /// How much memory to get ready for the next segment; `nil` when there is some, or it is not time yet.
    var newSpareBytes: Int?

    /// Removes the files of segments that have gone.
    ///
    /// - Returns: memory for the next segment, if it is to be had.
    func tidy() -> SpareMemory? {
        for name in retired.compactMap(\.name) { folder?.remove(name) }
        // Of its own: two threads may be at it at once.
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
        // Where there is no room, the one who needs it finds that out again, and says so.
        guard let folder else {
            let memory = try? SegmentMemory.anonymous(byteCount: newSpareBytes, isTouched: true)
            return memory.map { SpareMemory(memory: $0, name: nil) }
        }
        let memory = try? SegmentMemory.file(
            in: folder.descriptor, name: spareName, byteCount: newSpareBytes, isTouched: true)
        return memory.map { SpareMemory(memory: $0, name: spareName) }
    }

    /// Lets go of memory that is not needed after all.
    func discard(_ spare: SpareMemory) {
        if let name = spare.name { folder?.remove(name) }
    }
}

/// Memory for the next segment.
struct SpareMemory: Sendable {
    let memory: SegmentMemory
    /// Its file's name, under which nobody looks for spans; `nil` for memory of the process.
    let name: String?
}

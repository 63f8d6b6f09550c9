/// The segments of a spool with the memory and the files behind them. What is to happen to them is decided elsewhere
/// (``SpoolRing``, ``OpenStarts``, ``SpareDemand``); this value does it.
struct SpoolSegments: Sendable {
    /// The ring's segments, oldest first, in the order of ``SpoolRing/counts``.
    private(set) var list: [SpoolSegment] = []
    /// This process's folder; `nil` when spans wait in memory.
    var folder: SpoolFolder?
    /// Whether a segment had to be taken from memory although there is a folder.
    private(set) var hasFallenBack = false
    /// Segments that have left the ring and whose files are still there.
    private(set) var retired: [SpoolSegment] = []
    /// Warnings for the user, to be given once the lock is free.
    private(set) var warnings: [String] = []
    /// Memory for the next segment.
    private var spare: SpareMemory?

    var hasSpare: Bool { spare != nil }

    mutating func warn(_ text: String) { warnings.append(text) }

    // MARK: adding

    /// Adds a segment: in spare memory if there is some, else in a file if there is a folder and room, else in memory.
    ///
    /// - Returns: why there is none; `nil` when there is.
    mutating func add(_ sequence: UInt64, byteCount: Int) -> String? {
        if let segment = spareSegment(sequence) {
            list.append(segment)
            return nil
        }
        do throws(SpoolError) {
            let file = newFile(sequence, byteCount: byteCount)
            let memory = if let file { file.memory } else { try SegmentMemory.anonymous(byteCount: byteCount) }
            list.append(
                SpoolSegment(sequence: sequence, name: file?.name, memory: memory, nonce: .random(in: .min ... .max)))
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// A new file for a segment; `nil` when there is no folder, or no room in it.
    private mutating func newFile(_ sequence: UInt64, byteCount: Int) -> (memory: SegmentMemory, name: String)? {
        guard let folder else { return nil }
        do throws(SpoolError) {
            let name = SpoolFolder.segmentName(sequence)
            return (try .file(in: folder.descriptor, name: name, byteCount: byteCount), name)
        } catch {
            if !hasFallenBack {
                warn(
                    "telemetry: in \(folder.path) \(error); until then new spans wait in memory and do not "
                        + "outlive this process")
            }
            hasFallenBack = true
            return nil
        }
    }

    /// A segment in the spare memory, if there is some.
    private mutating func spareSegment(_ sequence: UInt64) -> SpoolSegment? {
        guard let spare = spare.take() else { return nil }
        let name = spare.name.map { _ in SpoolFolder.segmentName(sequence) }
        // The header is written before the file gets its name: a process that finds the file under that name finds an
        // empty segment, whatever the memory held before.
        let segment = SpoolSegment(
            sequence: sequence, name: name, memory: spare.memory, nonce: .random(in: .min ... .max))
        if let old = spare.name, let name, folder?.rename(old, to: name) != true { return nil }
        return segment
    }

    /// Takes memory for the next segment.
    ///
    /// - Returns: whether it is taken; not when there is some already.
    mutating func offer(_ memory: SpareMemory) -> Bool {
        guard spare == nil else { return false }
        spare = memory
        return true
    }

    // MARK: letting go

    /// Takes the oldest segment out of the ring; its file stays until the deferred work is done.
    mutating func retireOldest() -> SpoolSegment? {
        guard !list.isEmpty else { return nil }
        let segment = list.removeFirst()
        retired.append(segment)
        return segment
    }

    /// Hands over what needs no lock.
    ///
    /// - Parameters:
    ///   - sequence: the newest segment's number.
    ///   - newSpareBytes: the size of the memory to get ready for the next segment; `nil` for none.
    /// - Returns: `nil` when there is nothing to do.
    mutating func takeDeferredWork(sequence: UInt64, newSpareBytes: Int?) -> SpoolDeferredWork? {
        guard newSpareBytes != nil || !retired.isEmpty || !warnings.isEmpty else { return nil }
        var work = SpoolDeferredWork(folder: folder, sequence: sequence)
        if let newSpareBytes {
            work.reused = takeReusable()
            if work.reused == nil, !hasFallenBack { work.newSpareBytes = newSpareBytes }
        }
        swap(&work.retired, &retired)
        swap(&work.warnings, &warnings)
        return work
    }

    /// A retired segment that nobody reads: the best spare, for its pages are there, and so is its file.
    private mutating func takeReusable() -> SpoolSegment? {
        guard let index = retired.indices.first(where: { retired[$0].memory.isFile == (folder != nil) }),
            isKnownUniquelyReferenced(&retired[index].memory)
        else { return nil }
        return retired.remove(at: index)
    }

    /// Removes the files that hold nothing to be sent, and lets go of all segments.
    ///
    /// Segments whose files another thread is about to remove keep the folder in place; the next process removes it.
    ///
    /// - Parameter keepsFile: whether the file of a segment in the ring holds spans for the next process.
    mutating func close(keepsFile: (SpoolSegment) -> Bool) {
        for name in retired.compactMap(\.name) { folder?.remove(name) }
        if let name = spare.take()?.name { folder?.remove(name) }
        for segment in list where !keepsFile(segment) {
            if let name = segment.name { folder?.remove(name) }
        }
        retired = []
        list = []
    }
}

/// The segments of a spool with their memory and files. The values ``SpoolRing``, ``OpenStarts`` and ``SpareDemand``
/// decide what happens to segments; this value carries it out.
struct SpoolSegments: Sendable {
    /// The ring's segments, oldest first, in the order of ``SpoolRing/counts``.
    private(set) var list: [SpoolSegment] = []
    /// This process's folder; `nil` when spans wait in memory.
    var folder: SpoolFolder?
    /// Whether a segment had to be made in memory although there is a folder.
    private(set) var hasFallenBack = false
    /// Segments that have left the ring and whose files are still there.
    private(set) var retired: [SpoolSegment] = []
    /// Warnings for the user, to be issued after the lock is released.
    private(set) var warnings: [String] = []
    /// Memory for the next segment.
    private var spare: SpareMemory?

    var hasSpare: Bool { spare != nil }

    mutating func warn(_ text: String) { warnings.append(text) }

    // MARK: adding

    /// Adds a segment: in spare memory if there is some, else in a file if there is a folder and room, else in memory.
    ///
    /// - Returns: why no segment could be added; `nil` on success.
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
        // The header is written before the file is renamed: a process that finds the file under the name of a segment
        // finds an empty segment, whatever the memory held before.
        let segment = SpoolSegment(
            sequence: sequence, name: name, memory: spare.memory, nonce: .random(in: .min ... .max))
        if let old = spare.name, let name, folder?.rename(old, to: name) != true { return nil }
        return segment
    }

    /// Takes spare memory for the next segment.
    ///
    /// - Returns: whether it is taken; `false` when there is spare memory already.
    mutating func offer(_ memory: SpareMemory) -> Bool {
        guard spare == nil else { return false }
        spare = memory
        return true
    }

    // MARK: retiring and closing

    /// Takes the oldest segment out of the ring; its file stays until the deferred work is done.
    mutating func retireOldest() -> SpoolSegment? {
        guard !list.isEmpty else { return nil }
        let segment = list.removeFirst()
        retired.append(segment)
        return segment
    }

    /// Hands over the work that needs no lock.
    ///
    /// - Parameters:
    ///   - sequence: the newest segment's number.
    ///   - newSpareBytes: the size of the memory to prepare for the next segment; `nil` for none.
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

    /// A retired segment that is no longer read. It is the best spare, since its pages and its file exist already.
    private mutating func takeReusable() -> SpoolSegment? {
        guard let index = retired.indices.first(where: { retired[$0].memory.isFile == (folder != nil) }),
            isKnownUniquelyReferenced(&retired[index].memory)
        else { return nil }
        return retired.remove(at: index)
    }

    /// Removes the files that hold nothing to be sent, and releases all segments.
    ///
    /// While another thread is about to remove files of retired segments, the folder stays; the next process removes
    /// it.
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

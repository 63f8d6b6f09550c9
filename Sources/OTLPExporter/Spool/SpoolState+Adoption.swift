import Telemetry
import TelemetryCatalog

extension SpoolState {
    /// Takes over the spans of a process that has ended, and removes its folder.
    ///
    /// Ended spans that were not acknowledged are kept as they are. Spans that were open count as ended by a crash, at
    /// the latest time in the folder's records. If this process dies before the folder is removed, the next process
    /// takes over the folders of both, and spans arrive twice.
    mutating func adopt(_ abandoned: SpoolFolder, into opening: inout SpoolOpening) {
        var starts: [UInt64: (bytes: [UInt8], origin: SpoolOrigin)] = [:]
        var lastTime: UInt64 = 0
        var read: [String] = []
        for name in abandoned.segmentNames {
            do throws(SpoolError) {
                let memory = try SegmentMemory.copy(
                    of: name, in: abandoned.descriptor, mostBytes: SpoolConfiguration.mostSegmentBytes)
                read.append(name)
                guard let segment = SpoolSegment(reading: memory, name: name) else {
                    throw SpoolError(.damaged, name, 0)
                }
                adopt(segment, &starts, &lastTime, &opening)
            } catch {
                opening.damaged += 1
                segments.warn("telemetry: of the spool in \(abandoned.path), \(error)")
                if error == SpoolError(.damaged, name, 0), !read.contains(name) { read.append(name) }
            }
        }
        for (id, start) in starts.sorted(by: { $0.key < $1.key }) {
            let end = MessageArena().packedEnd(
                time: lastTime, attributes: [Attribute(AttributeKey.errorType, .string(ErrorType.processCrash))],
                status: .error(message: "the process ended without ending this span")
            ).array
            opening.crashed += 1
            adopt(id, lastTime, start.bytes + end, start.origin, &opening)
        }
        // Adopted spans that are in memory only are not safe yet, so the folder stays.
        guard !segments.hasFallenBack else { return }
        for name in read + abandoned.spareNames { abandoned.remove(name) }
        abandoned.removeIfEmpty()
    }

    private mutating func adopt(
        _ segment: SpoolSegment, _ starts: inout [UInt64: (bytes: [UInt8], origin: SpoolOrigin)],
        _ lastTime: inout UInt64, _ opening: inout SpoolOpening
    ) {
        var records: [SpoolRecord] = []
        opening.damaged += segment.scan { records.append($0) } + (segment.isWhole ? 0 : 1)
        var origins: [Int: SpoolOrigin] = [:]
        for record in records {
            lastTime = max(lastTime, record.time)
            if record.kind == .origin {
                origins[record.offset] = SpoolOrigin(segment, at: record.offset)
                continue
            }
            starts[record.id] = nil
            if segment.isFinished(record) { continue }
            guard let origin = origins[record.origin] else {
                opening.damaged += 1
                continue
            }
            let bytes = segment.memory.bytes(record.payload).array
            if record.kind == .start {
                starts[record.id] = (bytes, origin)
            } else {
                adopt(record.id, record.time, bytes, origin, &opening)
            }
        }
    }

    private mutating func adopt(
        _ id: UInt64, _ time: UInt64, _ bytes: [UInt8], _ origin: SpoolOrigin, _ opening: inout SpoolOpening
    ) {
        let kept = bytes.withUnsafeBytes { keepEnded(id: id, time: time, PackedBytes($0, of: nil), .other(origin)) }
        opening.adopted += 1
        opening.evicted += kept.evicted + (kept.isKept ? 0 : 1)
    }
}

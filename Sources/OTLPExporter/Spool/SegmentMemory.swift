import Glibc

/// The bytes of one segment: a file mapped shared, or memory of the process. Only this file has their address.
///
/// The system keeps the bytes written to a mapped file when the process is killed. States of records change under the
/// spool's lock. Reading outside the bounds returns zero, writing there does nothing.
final class SegmentMemory: @unchecked Sendable {  // Records are written before other threads get their location.
    let byteCount: Int
    /// Whether the bytes outlive the process.
    let isFile: Bool
    private let base: UnsafeMutableRawPointer

    private init(base: UnsafeMutableRawPointer, byteCount: Int, isFile: Bool) {
        self.base = base
        self.byteCount = byteCount
        self.isFile = isFile
    }

    deinit {
        // munmap fails only for a range that was never mapped.
        let status = munmap(base, byteCount)
        assert(status == 0)
    }

    /// Zeroed memory of this process.
    ///
    /// - Parameter isTouched: the system makes its pages now, not one by one when they are first written.
    static func anonymous(byteCount: Int, isTouched: Bool = false) throws(SpoolError) -> SegmentMemory {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | (isTouched ? MAP_POPULATE : 0)
        guard byteCount > 0, let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
            base != MAP_FAILED
        else { throw SpoolError(.memory, "\(byteCount) bytes cannot be had", errno) }
        return SegmentMemory(base: base, byteCount: byteCount, isFile: false)
    }

    /// A new file in a folder. All its disk space is allocated at once: writing to a mapped file on a full disk would
    /// end the process with SIGBUS.
    ///
    /// - Parameter isTouched: the system makes its pages now, not one by one when they are first written.
    static func file(
        in folder: Int32, name: String, byteCount: Int, isTouched: Bool = false
    ) throws(SpoolError) -> SegmentMemory {
        // A file beyond this limit would make the system send SIGXFSZ, which ends the process.
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur >= UInt(byteCount)
        else {
            throw SpoolError(.create, name, EFBIG)
        }
        let descriptor = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SpoolError(.create, name, errno) }
        defer { close(descriptor) }
        var status = EINTR
        while status == EINTR { status = posix_fallocate(descriptor, 0, byteCount) }
        var base: UnsafeMutableRawPointer?
        if status == 0 {
            let flags = MAP_SHARED | (isTouched ? MAP_POPULATE : 0)
            base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, descriptor, 0)
            status = base == MAP_FAILED ? errno : 0
        }
        guard status == 0, let base else {
            // When removing fails, an empty file stays; the process that finds it takes it for a damaged segment.
            _ = unlinkat(folder, name, 0)
            throw SpoolError(.create, name, status)
        }
        return SegmentMemory(base: base, byteCount: byteCount, isFile: true)
    }

    /// A copy of a file that another process left. The file is read, not mapped: then a file that shrinks meanwhile, or
    /// a broken disk, is an error and not a signal.
    static func copy(of name: String, in folder: Int32, mostBytes: Int) throws(SpoolError) -> SegmentMemory {
        let descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw SpoolError(.read, name, errno) }
        defer { close(descriptor) }
        var attributes = stat()
        guard fstat(descriptor, &attributes) == 0 else { throw SpoolError(.read, name, errno) }
        guard attributes.st_mode & S_IFMT == S_IFREG, attributes.st_size > 0, attributes.st_size <= mostBytes else {
            throw SpoolError(.damaged, name, 0)
        }
        let memory = try anonymous(byteCount: attributes.st_size)
        var offset = 0
        while offset < memory.byteCount {
            let count = pread(descriptor, memory.base + offset, memory.byteCount - offset, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SpoolError(.read, name, errno) }
            // The file has shrunk since its size was read; the rest stays zero.
            if count == 0 { break }
            offset += count
        }
        return memory
    }

    func load<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number {
        guard offset >= 0, offset <= byteCount - MemoryLayout<Number>.size else { return 0 }
        return base.loadUnaligned(fromByteOffset: offset, as: type)
    }

    func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at offset: Int) {
        guard offset >= 0, offset <= byteCount - MemoryLayout<Number>.size else { return }
        base.storeBytes(of: number, toByteOffset: offset, as: Number.self)
    }

    func store(_ bytes: PackedBytes, at offset: Int) {
        guard offset >= 0, offset <= byteCount - bytes.count else { return }
        bytes.withBytes { source in
            guard let start = source.baseAddress else { return }
            (base + offset).copyMemory(from: start, byteCount: source.count)
        }
    }

    func bytes(_ range: Range<Int>) -> PackedBytes {
        let range = range.clamped(to: 0..<byteCount)
        return PackedBytes(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count), of: self)
    }

    func checksum(of range: Range<Int>, seed: UInt32) -> UInt32 {
        bytes(range).withBytes { SpoolChecksum.sum($0, seed: seed) }
    }
}

import Glibc
import Support

/// Running processes, read from `/proc`.
///
/// Neither glibc nor swift-subprocess lists processes.
enum ProcessTable {
    /// One process.
    struct Entry: Sendable {
        let id: pid_t
        let parent: pid_t
        let session: pid_t
        /// Whether it has ended and waits to be reaped.
        let isZombie: Bool
        /// When it was started, in ticks since the machine's start.
        let started: UInt64
    }

    /// Every visible process, the latest first, so that a process that is about to fork and end is seen before it does.
    static var identifiers: [pid_t] {
        ((try? Folders.names(in: "/proc")) ?? []).compactMap { pid_t($0) }.sorted(by: >)
    }

    /// The environment a process was started with, as `NAME=value`; `nil` when it cannot be read. An empty one may mean
    /// that the process is in the middle of an exec.
    static func environment(of process: pid_t) -> [ArraySlice<UInt8>]? {
        read("/proc/\(process)/environ", atMost: 1 << 20)?.split(separator: 0)
    }

    /// A process; `nil` for one that has ended.
    static func entry(_ process: pid_t) -> Entry? {
        // The name, in parentheses, may itself hold spaces and parentheses: the fields start after the last one.
        guard let text = read("/proc/\(process)/stat", atMost: 1024), let end = text.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let started = UInt64(String(decoding: fields[19], as: UTF8.self)),
            let parent = pid_t(String(decoding: fields[1], as: UTF8.self)),
            let session = pid_t(String(decoding: fields[3], as: UTF8.self))
        else { return nil }
        return Entry(
            id: process, parent: parent, session: session, isZombie: fields[0].elementsEqual([UInt8(ascii: "Z")]),
            started: started)
    }

    /// The bytes of a file in `/proc`, where files report no size; `nil` when it cannot be read.
    private static func read(_ path: String, atMost limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit, 1 << 16))
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}

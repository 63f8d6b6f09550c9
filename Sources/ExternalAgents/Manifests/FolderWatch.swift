import CLinux
import Dispatch
import Glibc
import Support

/// Signals that something in a folder may have changed, also when the folder itself is removed and made again.
///
/// A signal does not say what changed: several changes may share one signal, and a signal may come without a change
/// that matters.
final class FolderWatch: Sendable {
    /// The system refused to watch.
    struct Failure: Error, Sendable, CustomStringConvertible { let description: String }

    private static let inside =
        UInt32(IN_CREATE) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)
        | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ATTRIB)
    private static let above = UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)

    /// A signal each time something may have changed; signals that are not consumed yet are merged into one.
    let changes: AsyncStream<Void>
    private let source: Locked<any DispatchSourceRead>

    /// - Parameter path: the folder; absolute, without empty parts, `.` and `..`.
    init(_ path: String) throws(Failure) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else {
            throw Failure(
                description:
                    "cannot watch \(path): \(String(cString: strerror(errno))); see fs.inotify.max_user_instances")
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        changes = stream
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        source.setEventHandler { [path] in
            // Only empties the queue, overflow events included: the reader looks at the folder itself for what changed.
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            while read(descriptor, &buffer, buffer.count) > 0 {}
            Self.watch(path, by: descriptor)
            continuation.yield()
        }
        source.setCancelHandler {
            close(descriptor)
            continuation.finish()
        }
        source.activate()
        self.source = Locked(source)
        let refusal = Self.watch(path, by: descriptor)
        guard refusal == 0 else {
            throw Failure(
                description:
                    "cannot watch \(path): \(String(cString: strerror(refusal))); see fs.inotify.max_user_watches")
        }
        continuation.yield()
    }

    deinit { source.withLock { $0.cancel() } }

    /// Watches the folder and the nearest existing folder above it, where a removed folder would be made again.
    /// Repeating a watch that exists changes nothing.
    ///
    /// - Returns: the error number with which the system refused to watch an existing folder; 0 for none.
    @discardableResult
    private static func watch(_ path: String, by descriptor: Int32) -> Int32 {
        // A folder made between two system calls of one pass is missed, so passes repeat until two in a row agree.
        var (last, refusal) = pass(path, by: descriptor)
        for _ in 0..<passes {
            let (deepest, another) = pass(path, by: descriptor)
            if deepest == last { return another }
            (last, refusal) = (deepest, another)
        }
        return refusal
    }

    /// The most passes, so that a program that makes and removes folders all the time cannot keep this loop running;
    /// its next change gives another signal.
    private static let passes = 64

    /// One pass from the folder upwards. The mask is added to an existing watch's: through a link a folder may be the
    /// same as the one below it.
    private static func pass(_ path: String, by descriptor: Int32) -> (deepest: String?, refusal: Int32) {
        var deepest: String?
        var refusal: Int32 = 0
        func add(_ folder: String, _ mask: UInt32) -> Bool {
            if inotify_add_watch(descriptor, folder, mask | UInt32(IN_MASK_ADD)) >= 0 {
                deepest = deepest ?? folder
                return true
            }
            if errno != ENOENT, errno != ENOTDIR { refusal = errno }
            return false
        }
        _ = add(path, inside)
        var parent = path[...]
        while parent.utf8.contains(UInt8(ascii: "/")) {
            parent = parent.parentPath
            if add(parent.isEmpty ? "/" : String(parent), above) { break }
        }
        return (deepest, refusal)
    }
}

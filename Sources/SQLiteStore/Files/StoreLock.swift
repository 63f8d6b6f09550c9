import Glibc
import Support

/// The file beside a store that says which process has it open for writing.
///
/// The lock belongs to an open file (`F_OFD_SETLK`), so the system lets go of it when the process ends, however it does,
/// and others can ask for it without taking it. The file stays: who removed it could let two processes write.
final class StoreLock: Sendable {
    /// What the name of the file ends with.
    static let suffix = StoreSuffix.lock
    private static let setLock: Int32 = 37  // F_OFD_SETLK, which Swift's Glibc does not show.
    private static let getLock: Int32 = 36  // F_OFD_GETLK

    private let descriptor: Int32
    private let isReleased = Flag()

    /// Takes the lock of a store.
    ///
    /// - Throws: ``StoreError`` with the process that has it.
    init(of path: String) throws(StoreError) {
        let file = path + Self.suffix
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.unusable(file, SystemError(errno)) }
        var lock = Self.wholeFile
        guard fcntl(descriptor, Self.setLock, &lock) == 0 else {
            let number = errno
            let holder = Self.process(descriptor)
            close(descriptor)
            guard number == EAGAIN || number == EACCES else { throw Self.unusable(file, SystemError(number)) }
            throw Self.held(path, by: holder)
        }
        self.descriptor = descriptor
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            let error = SystemError(errno)
            close(descriptor)
            throw Self.unusable(file, error)
        }
    }

    deinit { release() }

    /// Lets go of the lock.
    func release() {
        guard isReleased.raise() else { return }
        // A process that is being started may have the open file too, until it executes its program: to close it is not enough.
        var lock = Self.wholeFile
        lock.l_type = Int16(F_UNLCK)
        _ = fcntl(descriptor, Self.setLock, &lock)
        close(descriptor)
    }

    /// Whether some process has the store open for writing. What nobody can tell counts as yes.
    static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path + suffix, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return errno != ENOENT }
        defer { close(descriptor) }
        var lock = wholeFile
        return fcntl(descriptor, getLock, &lock) != 0 || lock.l_type != Int16(F_UNLCK)
    }

    private static var wholeFile: flock {
        var lock = flock()
        (lock.l_type, lock.l_whence) = (Int16(F_WRLCK), Int16(SEEK_SET))
        return lock
    }

    private static func process(_ descriptor: Int32) -> Int32? {
        guard let bytes = try? FileBytes.read(descriptor: descriptor, limit: 20) else { return nil }
        return Int32(String(decoding: bytes, as: UTF8.self).trimming(while: \.isWhitespace))
    }

    private static func held(_ path: String, by process: Int32?) -> StoreError {
        let holder = process.map { $0 == getpid() ? "this process itself" : "process \($0)" } ?? "another process"
        return StoreError(
            .held,
            "the store '\(path)' is open for writing in \(holder), and one process at a time writes it; let that process "
                + "do it, wait for its end, or open the store for reading")
    }

    private static func unusable(_ file: String, _ error: SystemError) -> StoreError {
        StoreError(
            StoreError.Code(error),
            "the store's lock file '\(file)' cannot be opened: \(error); see that its folder exists and that this user may "
                + "write it")
    }
}

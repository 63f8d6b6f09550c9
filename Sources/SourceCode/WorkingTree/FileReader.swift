import Glibc
import Support

/// Reads tracked files below a root without ever following a symbolic link.
///
/// It uses system calls directly, since swift-system has no public `openat`.
struct FileReader: ~Copyable {
    enum Outcome {
        case read(SourceFile)
        case skip(SkipReason, String)
    }

    private let root: String
    private var folder: (path: Substring, descriptor: Int32)?

    init(root: String) { self.root = root }

    deinit { if let folder { close(folder.descriptor) } }

    /// Reads one file, or returns why it was not read.
    mutating func read(_ entry: GitWorkingTree.Entry, room: FileRoom) -> Outcome {
        guard entry.isUsable else { return .skip(.unusablePath, "bytes that are not printable UTF-8") }
        if entry.kind == .submodule { return .skip(.submodule, "another repository; scan it as its own workspace") }
        if let rule = SecretNames.rule(for: entry.path) { return .skip(.secretName, rule) }
        let parent = entry.path.parentPath
        let name = String(entry.path.lastPathSegment)
        let descriptor: Int32
        switch enter(parent) {
        case .failure(let problem): return problem.outcome
        case .success(let open): descriptor = open
        }
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return Self.refusal(errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK: return link(entry.path)
        default: return .skip(.notRegularFile, "a folder, pipe, socket or device stands in its place")
        }
        let size = Int(status.st_size)
        if let (reason, detail) = room.refusal(size: size) { return .skip(reason, detail) }
        return Self.content(of: name, in: descriptor, path: entry.path, size: size)
    }

    private static func content(of name: String, in folder: Int32, path: String, size: Int) -> Outcome {
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return refusal(errno) }
        defer { close(file) }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
                if got > 0 {
                    count += got
                } else if got < 0, errno == EINTR {
                    continue
                } else {
                    failure = got < 0 ? errno : 0
                    break
                }
            }
        }
        guard failure == 0 else { return refusal(failure) }
        let refusal = FileRules.refusal(path: path, content: bytes)
        if let (reason, detail) = refusal, reason == .binary { return .skip(reason, detail) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .skip(.invalidUTF8, "its bytes are not UTF-8")
        }
        if let (reason, detail) = refusal { return .skip(reason, detail) }
        return .read(SourceFile(path: path, text: text))
    }

    // MARK: folders

    private struct Problem: Error { let outcome: Outcome }

    /// Opens the folder of a file segment by segment, so that no link on the way is followed. The last folder stays
    /// open, since files come sorted.
    private mutating func enter(_ path: Substring) -> Result<Int32, Problem> {
        if let folder, ExactString(folder.path) == ExactString(path) { return .success(folder.descriptor) }
        if let folder { close(folder.descriptor) }
        folder = nil
        var current = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard current >= 0 else { return .failure(Problem(outcome: Self.refusal(errno))) }
        for segment in path.pathSegments {
            let next = openat(current, String(segment), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let reason = errno
            close(current)
            guard next >= 0 else {
                // A link gives ELOOP, or ENOTDIR together with O_DIRECTORY; a file in place of the folder gives ENOTDIR
                // too.
                let isLink = reason == ELOOP || (reason == ENOTDIR && isThroughLink(path))
                return .failure(Problem(outcome: isLink ? link(String(path)) : Self.refusal(reason)))
            }
            current = next
        }
        folder = (path, current)
        return .success(current)
    }

    private func isThroughLink(_ path: Substring) -> Bool {
        var prefix = root
        for segment in path.pathSegments {
            prefix += "/" + segment
            var status = stat()
            if lstat(prefix, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { return true }
        }
        return false
    }

    /// The outcome for a path that is a link or passes through one.
    private func link(_ path: String) -> Outcome {
        guard let target = realpath("\(root)/\(path)", nil) else {
            return .skip(.symbolicLink, "links are not followed; this one leads nowhere")
        }
        defer { free(target) }
        let resolved = String(cString: target)
        return resolved == root || resolved.hasPrefix(root == "/" ? root : root + "/")
            ? .skip(.symbolicLink, "links are not followed")
            : .skip(.outsideWorkspace, "it leads out of the workspace")
    }

    private static func refusal(_ number: Int32) -> Outcome {
        switch number {
        case ENOENT: .skip(.missing, "tracked, but not in the working tree")
        case ENOTDIR: .skip(.missing, "tracked, but a file stands in place of its folder")
        default: .skip(.unreadable, String(cString: strerror(number)))
        }
    }
}

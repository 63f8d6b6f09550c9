import Glibc

/// Removes folders, whatever programs have left in them: names that are no text, folders that may not be entered, and
/// folders in folders to a depth that no path can express.
///
/// What is in a folder's folders is lifted into the folder itself, until none of them holds another. So two descriptors are
/// enough for any depth, and no link is ever followed.
struct FolderRemoval {
    /// The most names that are looked at before their files are gone. 1,024.
    static let batch = 1_024

    /// The folder that is emptied, open.
    private let top: Int32
    private var lifted = 0

    /// Removes a folder. What cannot be removed stays.
    ///
    /// - Parameter folder: the descriptor of the folder that the path starts from.
    static func remove(_ path: String, in folder: Int32 = AT_FDCWD) {
        let top = Self.entered(folder, Array(path.utf8CString))
        guard top >= 0 else { return }
        var removal = FolderRemoval(top: top)
        removal.empty()
        close(top)
        _ = unlinkat(folder, path, AT_REMOVEDIR)
    }

    private init(top: Int32) { self.top = top }

    private mutating func empty() {
        while true {
            let names = Self.names(in: top)
            // A pass that removes nothing would never end.
            var removed = 0
            for name in names where Self.removes(name, in: top) || liftsAll(of: name) { removed += 1 }
            guard removed > 0 else { return }
        }
    }

    /// Removes a folder after what it holds: files are removed, and folders go to the top.
    private mutating func liftsAll(of name: [CChar]) -> Bool {
        let folder = Self.entered(top, name)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        while true {
            var removed = 0
            for inner in Self.names(in: folder) where Self.removes(inner, in: folder) || lifts(inner, of: folder) {
                removed += 1
            }
            guard removed > 0 else { break }
        }
        return Self.removes(name, in: top)
    }

    private mutating func lifts(_ name: [CChar], of folder: Int32) -> Bool {
        // A folder must be writable to be moved, since it names the one around it.
        let inner = Self.entered(folder, name)
        guard inner >= 0 else { return false }
        close(inner)
        while true {
            lifted += 1
            if renameat(folder, name, top, "lifted-\(lifted)") == 0 { return true }
            guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else { return false }
        }
    }

    /// Whether a name was removed, be it a file's or that of an empty folder.
    private static func removes(_ name: [CChar], in folder: Int32) -> Bool {
        unlinkat(folder, name, 0) == 0 || unlinkat(folder, name, AT_REMOVEDIR) == 0
    }

    /// Opens a folder of ours that is no link, and makes it one that may be listed and changed.
    private static func entered(_ folder: Int32, _ name: [CChar]) -> Int32 {
        let place = openat(folder, name, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard place >= 0 else { return -1 }
        defer { close(place) }
        var status = stat()
        // By its descriptor: between two looks at a name, another thing may have it.
        if fstat(place, &status) == 0, status.st_mode & 0o700 != 0o700 { chmod("/proc/self/fd/\(place)", 0o700) }
        return openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    /// `O_PATH`, which Glibc hides without _GNU_SOURCE: a folder may be opened so that may not be read.
    private static let pathOnly: Int32 = 0o10_000_000

    /// Some of the names in a folder, as bytes; none where there are none.
    private static func names(in folder: Int32) -> [[CChar]] {
        let own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { return [] }
        guard let stream = fdopendir(own) else {
            close(own)
            return []
        }
        defer { closedir(stream) }
        var names: [[CChar]] = []
        while names.count < batch, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
            }
            if name != dot, name != dots { names.append(name) }
        }
        return names
    }

    private static let dot = Array(".".utf8CString)
    private static let dots = Array("..".utf8CString)
}

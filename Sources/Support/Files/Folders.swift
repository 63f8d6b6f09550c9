import Glibc

/// The error of a system call; `description` is the system's own text.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The number, such as `ENOENT`.
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    package var description: String { String(cString: strerror(number)) }
}

/// Folders by path, without Foundation, which follows links and hides the error's number.
package enum Folders {
    /// The system's folder for temporary files: what `TMPDIR` names, or `/tmp` where it is unset or empty.
    package static var temporary: String {
        guard let value = getenv("TMPDIR"), value.pointee != 0 else { return "/tmp" }
        return String(cString: value)
    }

    /// The names of what is in a folder, without `.` and `..`, in no order.
    ///
    /// - Throws: ``SystemError``.
    package static func names(in folder: String) throws(SystemError) -> [String] {
        guard let stream = opendir(folder) else { throw SystemError(errno) }
        return try names(in: stream)
    }

    /// As the other function of this name, for a folder that is open, wherever it is now.
    package static func names(in descriptor: Int32) throws(SystemError) -> [String] {
        // A copy of the descriptor would share its place in the list.
        let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw SystemError(errno) }
        guard let stream = fdopendir(own) else {
            let number = errno
            close(own)
            throw SystemError(number)
        }
        return try names(in: stream)
    }

    /// Reads a stream to its end, and closes it.
    private static func names(in stream: OpaquePointer) throws(SystemError) -> [String] {
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw SystemError(errno) }
        return names
    }

    /// Makes a folder and the missing ones around it. A folder that is there already is accepted, links followed, even
    /// where the one around it may not be written.
    ///
    /// - Parameter mode: the mode of each folder that is made, less the process's mask.
    /// - Throws: ``SystemError`` with the first path that could not be made.
    package static func make(_ folder: String, mode: mode_t) throws(Failure) {
        var path = folder.isAbsolutePath ? "/" : ""
        for part in folder.pathSegments {
            path += path.isEmpty || path.hasSuffix("/") ? part : "/\(part)"
            guard mkdir(path, mode) != 0 else { continue }
            let number = errno
            var status = stat()
            if number != EEXIST, stat(path, &status) != 0 { throw Failure(path: path, error: SystemError(number)) }
        }
    }

    /// A folder that could not be made, and why.
    package struct Failure: Error, Sendable, Hashable {
        package let path: String
        package let error: SystemError
    }
}

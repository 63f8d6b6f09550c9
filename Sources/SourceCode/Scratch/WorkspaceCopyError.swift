import Glibc

/// A scratch copy of a workspace could not be made.
package struct WorkspaceCopyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong; more codes may come.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        /// No folder could be made under the system's temporary folder.
        package static let temporaryFolder = Self(description: "temporary_folder")
        /// A file could not be written.
        package static let writeFailed = Self(description: "write_failed")
        /// The workspace is no git repository, or git could not list its files.
        package static let notListed = Self(description: "not_listed")
        /// The workspace is larger than the limits of a copy.
        package static let tooLarge = Self(description: "too_large")
    }

    /// What went wrong.
    package let code: Code
    /// The path at which it went wrong.
    package let path: String
    /// The reason.
    package let cause: String

    package init(code: Code, path: String, cause: String) {
        self.code = code
        self.path = path
        self.cause = cause
    }

    init(code: Code, path: String, errno number: Int32) {
        self.init(code: code, path: path, cause: String(cString: strerror(number)))
    }

    package var description: String {
        switch code {
        case .temporaryFolder:
            "No temporary folder could be made in \(path): \(cause). Free space there, or set TMPDIR to another folder."
        case .notListed: "The files of \(path) could not be listed: \(cause). Give a git working tree as the workspace."
        case .tooLarge: "The workspace \(path) is too large to copy: \(cause). Raise the limit or narrow the workspace."
        default: "The file \(path) could not be written: \(cause). Check free space and permissions."
        }
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

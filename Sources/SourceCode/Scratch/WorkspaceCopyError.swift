/// A scratch copy of a workspace could not be made.
package typealias WorkspaceCopyError = PathError<WorkspaceCopyErrorCode>

/// Why a scratch copy could not be made.
package enum WorkspaceCopyErrorCode: PathErrorCode {
    /// No folder could be made under the system's temporary folder.
    case temporaryFolder
    /// A file could not be written.
    case writeFailed
    /// The workspace is larger than the limits of a copy.
    case tooLarge

    /// Whether another attempt may help though nobody does anything.
    package var isTransient: Bool { self == .temporaryFolder || self == .writeFailed }

    package func message(path: String, cause: String) -> String {
        switch self {
        case .temporaryFolder:
            "No temporary folder could be made in \(path): \(cause). Set TMPDIR to a folder that has room and can be written."
        case .tooLarge: "The workspace \(path) is too large to copy: \(cause). Raise the limit or narrow the workspace."
        case .writeFailed: "The file \(path) could not be written: \(cause). Check free space and permissions."
        }
    }
}

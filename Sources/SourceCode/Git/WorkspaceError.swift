/// A workspace cannot be used as a whole. (A single file that cannot be used is a ``SkippedFile``.)
package typealias WorkspaceError = PathError<WorkspaceErrorCode>

/// Why a workspace cannot be used.
package enum WorkspaceErrorCode: PathErrorCode {
    /// There is nothing at the path.
    case missing
    /// The path is not a folder.
    case notAFolder
    /// The folder may not be read.
    case notReadable
    /// The folder is not in a git working tree.
    case notARepository
    /// The folder is, or lies in, a repository without a working tree.
    case bareRepository
    /// The folder is, or lies in, the folder in which git keeps a repository.
    case gitFolder
    /// The git program is not installed.
    case gitMissing
    /// git refused, or did not answer in time.
    case gitFailed

    package func message(path: String, cause: String) -> String {
        switch self {
        case .missing: "The workspace \"\(path)\" does not exist. Give an existing folder."
        case .notAFolder: "The workspace \"\(path)\" is not a folder. Give the folder of a git repository."
        case .notReadable: "The workspace \"\(path)\" cannot be read: \(cause). Change its permissions."
        case .notARepository:
            "The workspace \"\(path)\" is not in a git working tree. Run \"git init\" there and \"git add\" the files "
                + "to read (only tracked files are read), or give another folder."
        case .bareRepository:
            "The workspace \"\(path)\" is a bare repository: it has no working tree, and so no files to read. Make one "
                + "with \"git -C \(path) worktree add DIR\" or \"git clone \(path) DIR\", and give that folder."
        case .gitFolder:
            "The workspace \"\(path)\" lies in the folder in which git keeps a repository. Give the folder with the "
                + "repository's files instead."
        case .gitMissing: "git was not found. Install it (\"apt-get install git\"), or put its folder on PATH."
        case .gitFailed: "git failed in the workspace \"\(path)\": \(cause)"
        }
    }
}

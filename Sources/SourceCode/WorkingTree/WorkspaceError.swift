/// A workspace cannot be used as a whole. (A single file that cannot be used is a ``SkippedFile``.)
package struct WorkspaceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong; more codes may come.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        /// There is nothing at the path.
        package static let missing = Self(description: "workspace_missing")
        /// The path is not a folder.
        package static let notAFolder = Self(description: "workspace_not_a_folder")
        /// The folder may not be read.
        package static let notReadable = Self(description: "workspace_not_readable")
        /// The folder is not in a git working tree.
        package static let notARepository = Self(description: "workspace_not_a_repository")
        /// The git program is not installed.
        package static let gitMissing = Self(description: "git_missing")
        /// git refused, or did not answer in time.
        package static let gitFailed = Self(description: "git_failed")
    }

    /// What is wrong.
    package let code: Code
    /// The workspace's path.
    package let path: String
    /// The system's or git's own words.
    package let cause: String

    package init(code: Code, path: String, cause: String = "") {
        self.code = code
        self.path = path
        self.cause = cause
    }

    package var description: String {
        switch code {
        case .missing: "The workspace \"\(path)\" does not exist. Give an existing folder."
        case .notAFolder: "The workspace \"\(path)\" is not a folder. Give the folder of a git repository."
        case .notReadable: "The workspace \"\(path)\" cannot be read: \(cause). Change its permissions."
        case .notARepository:
            "The workspace \"\(path)\" is not in a git working tree. Run \"git init\" there and \"git add\" the files "
                + "to read (only tracked files are read), or give another folder."
        case .gitMissing: "git was not found. Install it (\"apt-get install git\"), or put its folder on PATH."
        default: "git failed in the workspace \"\(path)\": \(cause)"
        }
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

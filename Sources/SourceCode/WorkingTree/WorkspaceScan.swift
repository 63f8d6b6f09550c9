import Support

/// The result of scanning a workspace: the text files that may be read, and why every other file was left out.
///
/// Both lists are sorted by path, so the same tree gives the same bytes.
package struct WorkspaceScan: Sendable, Hashable, Codable {
    /// Text files within the patterns and the limits, sorted by path.
    package var files: [SourceFile]
    /// Files within the patterns that were not read into ``files``, each with the reason, sorted by path.
    package var skipped: [SkippedFile]
    /// The commit checked out (`HEAD`), in hexadecimal; `nil` in a repository without a commit.
    package var revision: String?
    /// Whether a tracked file differs from ``revision`` in the working tree or the index; `nil` when not known.
    package var dirty: Bool?

    /// Makes a scan from its parts; the lists are sorted by path here.
    package init(files: [SourceFile], skipped: [SkippedFile], revision: String?, dirty: Bool?) {
        self.files = files.sorted(byBytesOf: \.path)
        self.skipped = skipped.sorted(byBytesOf: \.path)
        self.revision = revision
        self.dirty = dirty
    }
}

extension WorkspaceScan {
    /// Makes a scan of given texts, under the same rules as for files: size limits, and no secrets.
    /// - Parameters:
    ///   - texts: Each file's whole text, by path.
    ///   - limits: How much.
    package init(texts: [ExactString: String], limits: WorkspaceLimits = WorkspaceLimits()) {
        var files: [SourceFile] = []
        var skipped: [SkippedFile] = []
        var totalBytes = 0
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            let path = name.string
            let room = FileRoom(limits: limits, totalBytes: totalBytes, fileCount: files.count)
            if let (reason, detail) = FileRules.refusal(path: path, text: text, room: room) {
                skipped.append(SkippedFile(path: path, reason: reason, detail: detail))
            } else {
                totalBytes += text.utf8.count
                files.append(SourceFile(path: path, text: text))
            }
        }
        self.init(files: files, skipped: skipped, revision: nil, dirty: nil)
    }
}

/// One text file of a workspace.
package struct SourceFile: Sendable, Codable {
    /// The path relative to the workspace's root, with `/` between segments.
    package var path: String
    /// The whole content: valid UTF-8, without a NUL.
    package var text: String
    /// The size on disk, in bytes.
    package var bytes: Int
    /// The language, determined by the file's name.
    package var language: Language

    /// Makes a file from its text; size and language follow from text and path.
    package init(path: String, text: String) {
        self.path = path
        self.text = text
        self.bytes = text.utf8.count
        self.language = Language(path: path)
    }
}

extension SourceFile: Hashable {
    package static func == (left: SourceFile, right: SourceFile) -> Bool {
        left.path.hasBytes(of: right.path) && left.text.hasBytes(of: right.text) && left.bytes == right.bytes
            && left.language == right.language
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ExactString(path))
        hasher.combine(ExactString(text))
    }
}

/// A file that was left out of a scan.
package struct SkippedFile: Sendable, Hashable, Codable {
    /// The path relative to the workspace's root.
    package var path: String
    /// Why the file was left out.
    package var reason: SkipReason
    /// The details of the reason, for a reader: a size and its limit, the name of the matched rule, or the target of a
    /// link. Never any content of the file.
    package var detail: String
}

/// Why a tracked file was left out of a scan.
package enum SkipReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// Larger than ``WorkspaceLimits/fileBytes``; it was not read.
    case fileTooLarge = "file_too_large"
    /// Reading it would exceed ``WorkspaceLimits/totalBytes``; it was not read.
    case totalSizeReached = "total_size_reached"
    /// ``WorkspaceLimits/fileCount`` files were read already; it was not read.
    case fileCountReached = "file_count_reached"
    /// It contains a NUL byte.
    case binary
    /// Its bytes are not UTF-8.
    case invalidUTF8 = "invalid_utf8"
    /// A symbolic link to something inside the workspace; links are not followed.
    case symbolicLink = "symbolic_link"
    /// A symbolic link, or a path through one, that leads out of the workspace.
    case outsideWorkspace = "outside_workspace"
    /// A submodule: another repository with its own history.
    case submodule
    /// Tracked, but deleted from the working tree.
    case missing
    /// Neither a regular file nor a link: a folder, a socket, a device.
    case notRegularFile = "not_regular_file"
    /// The operating system refused to open or read it.
    case unreadable
    /// Its name is one that holds secrets by custom; it was not read.
    case secretName = "secret_name"
    /// Its content looks like a secret; ``SkippedFile/detail`` names the rule and the line, never the text.
    case secretContent = "secret_content"
    /// Its path is not valid UTF-8 or has a control character in it.
    case unusablePath = "unusable_path"
}

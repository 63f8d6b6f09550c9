import Support

/// The rules for a path in a patch or in a model's answer: relative, below the workspace, not in git's folder.
package enum PlainPath {
    /// The longest path, in bytes. 1,024, which is longer than any real project's paths.
    package static let longest = 1024

    /// Why a path must not be used, as the end of a sentence that begins with the path; `nil` when it
    /// may be used.
    package static func fault(in path: String) -> String? {
        if path.isEmpty { return "is empty" }
        if path.utf8.count > longest { return "is longer than \(longest) bytes" }
        return fault(in: path.allPathSegments.map(String.init))
    }

    /// As ``fault(in:)``, for a path cut at its slashes.
    static func fault(in parts: [String]) -> String? {
        if parts.first == "" { return "is absolute" }
        if parts.contains("..") { return "leaves the workspace" }
        if parts.contains("") || parts.contains(".") { return "is not a plain path" }
        if parts.contains(where: isGitFolder) { return "lies in a .git folder" }
        return nil
    }

    /// Whether a segment is `.git` in any case, or a spelling that some file systems treat as `.git`.
    private static func isGitFolder(_ part: String) -> Bool {
        let visible = part.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
        var name = String(String.UnicodeScalarView(visible)).lowercased()
        while name.last == "." || name.last == " " { name.removeLast() }
        return name == ".git" || name == "git~1" || name.hasPrefix(".git:")
    }
}

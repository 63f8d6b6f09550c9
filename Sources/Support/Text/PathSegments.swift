extension StringProtocol {
    /// The names in a path that are not empty.
    ///
    /// A path is cut at its bytes, as the kernel does: for `Character` a slash and an accent after it are one, so that
    /// `../\u{301}a` would hold no `..`.
    package var pathSegments: [Substring] { cut(omittingEmpty: true) }

    /// The names in a path, empty ones among them: one more than it has slashes.
    package var allPathSegments: [Substring] { cut(omittingEmpty: false) }

    /// The name after the last slash; the whole path where it has none.
    package var lastPathSegment: Substring {
        let scalars = Substring(self).unicodeScalars
        return Substring(scalars[(scalars.lastIndex(of: "/").map(scalars.index(after:)) ?? scalars.startIndex)...])
    }

    /// What stands before the last slash; empty where there is none.
    package var parentPath: Substring {
        let scalars = Substring(self).unicodeScalars
        return Substring(scalars[..<(scalars.lastIndex(of: "/") ?? scalars.startIndex)])
    }

    /// Whether a path begins with a slash.
    package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

    private func cut(omittingEmpty: Bool) -> [Substring] {
        let scalars = Substring(self).unicodeScalars
        return scalars.split(separator: "/", omittingEmptySubsequences: omittingEmpty).map { Substring($0) }
    }
}

import Support

/// File names made from names that agents chose: visible, portable, and never a way out of the folder.
enum FileName {
    /// The most bytes of a name, well below the 255 of common file systems, since suffixes are added.
    static let maxBytes = 120
    /// The most folders above a file; the rest of a deeper path is joined into one name.
    static let maxDepth = 16

    /// One name: letters, digits, `.`, `_`, `-`, `+` and `@` stay, a leading dot and everything else becomes `_`.
    static func safe(_ name: String) -> String {
        var safe = ""
        var bytes = 0
        for character in name {
            let kept = isPlain(character) && !(safe.isEmpty && character == ".") ? character : "_"
            bytes += kept.utf8.count
            if bytes > maxBytes { break }
            safe.append(kept)
        }
        return safe.isEmpty ? "_" : safe
    }

    /// A relative path without `.`, `..`, empty names and anything unsafe; never empty.
    static func safePath(_ path: String) -> [String] {
        let names = path.pathSegments.filter { $0 != "." && $0 != ".." }.map { safe(String($0)) }
        guard names.count > maxDepth else { return names.isEmpty ? ["_"] : names }
        return names.prefix(maxDepth - 1) + [safe(names[(maxDepth - 1)...].joined(separator: "_"))]
    }

    /// Whether this is a path that ``safePath(_:)`` could have made.
    static func isSafePath(_ path: String) -> Bool {
        !path.isEmpty && safePath(path).joined(separator: "/") == path
    }

    private static func isPlain(_ character: Character) -> Bool {
        if character.isASCII { return character.isLetter || character.isNumber || "._-+@".contains(character) }
        let scalars = character.unicodeScalars
        guard scalars.count <= 4, character.isLetter || character.isNumber else { return false }
        // A sign that joins the one after it may have taken in a slash; one that joins a neighbour would, where the name
        // stands in a path.
        return !scalars.contains { $0 == "/" || $0 == "." } && "/\(character)/".count == 3
    }
}

/// Hands out unique paths in a folder, unique on file systems too that do not distinguish upper and lower case.
struct FilePaths {
    private var files: Set<String> = []
    private var folders: Set<String> = []
    /// The last number handed out, by what was asked for: many agents may choose one name, and no number below it is
    /// free.
    private var fileNumbers: [String: Int] = [:]
    private var folderNumbers: [String: Int] = [:]
    /// How many names were looked at, the measure of this type's work.
    private(set) var looked = 0

    /// The first free path of `a.txt`, `a-2.txt`, `a-3.txt` and so on.
    mutating func take(_ path: [String]) -> String {
        var prefix = ""
        for (index, name) in path.enumerated() {
            let isFile = index == path.count - 1
            let asked = key(prefix + name)
            var number = (isFile ? fileNumbers : folderNumbers)[asked] ?? 1
            var candidate = prefix + (number == 1 ? name : Self.numbered(name, number))
            looked += 1
            while files.contains(key(candidate)) || isFile && folders.contains(key(candidate)) {
                looked += 1
                number += 1
                candidate = prefix + Self.numbered(name, number)
            }
            if isFile {
                if number > 1 { fileNumbers[asked] = number }
                files.insert(key(candidate))
                return candidate
            }
            if number > 1 { folderNumbers[asked] = number }
            folders.insert(key(candidate))
            prefix = candidate + "/"
        }
        return prefix
    }

    // No normalization is needed: String compares canonically equivalent names as equal.
    private func key(_ path: String) -> String { path.lowercased() }

    private static func numbered(_ name: String, _ number: Int) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "\(name)-\(number)" }
        return "\(name[..<dot])-\(number)\(name[dot...])"
    }
}

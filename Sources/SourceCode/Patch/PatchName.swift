/// The names of files in a patch's headers.
enum PatchName {
    /// The name in a header: quoted, or up to a tab; `nil` for `/dev/null`.
    static func name(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var name = bytes.droppingLineEnd
        if name.first == 0x22, let quoted = GitPath.unquoted(name) { return quoted.path }
        name = name.prefix { $0 != 0x09 }
        name = withoutTime(name)
        return name.elementsEqual("/dev/null".utf8) ? nil : Array(name)
    }

    /// A name without the time of the last change, which some programs put behind spaces: it is read from its end,
    /// since a name may have any length.
    private static func withoutTime(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = dropping(" +0000", from: name) ?? dropping(" -0000", from: name) ?? name
        let whole = rest.dropLast(rest.reversed().prefix(while: isDigit).count)
        if whole.count < rest.count, whole.last == UInt8(ascii: ".") { rest = whole.dropLast() }
        guard let before = dropping("0000-00-00 00:00:00", from: rest) else { return name }
        let end = before.dropLast(before.reversed().prefix(while: isBlank).count)
        return end.count < before.count ? end : name
    }

    /// The bytes without an end of a form, in which a 0 stands for any digit; `nil` where the end is another.
    private static func dropping(_ form: String, from bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let end = bytes.suffix(form.utf8.count)
        let fits =
            end.count == form.utf8.count
            && zip(end, form.utf8).allSatisfy { byte, expected in
                expected == UInt8(ascii: "0") ? isDigit(byte) : byte == expected
            }
        return fits ? bytes.dropLast(end.count) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

    /// The two names of a `diff --git` line, when they are the same or differ in their first folder only.
    static func pair(_ bytes: ArraySlice<UInt8>) -> ([UInt8], [UInt8])? {
        let halves: ([UInt8], [UInt8])
        if bytes.first == 0x22 {
            guard let first = GitPath.unquoted(bytes), let second = name(bytes.dropFirst(first.length + 1)) else {
                return nil
            }
            halves = (first.path, second)
        } else {
            // a/NAME b/NAME: the space in the middle.
            guard bytes.count % 2 == 1 else { return nil }
            let middle = bytes.startIndex + bytes.count / 2
            guard bytes[middle] == 0x20 else { return nil }
            halves = (Array(bytes[..<middle]), Array(bytes[(middle + 1)...]))
        }
        return halves.0 == halves.1 || tail(halves.0) == tail(halves.1) ? halves : nil
    }

    /// The names without the folder that git puts before them, where there is one.
    /// - Parameter isFile: Whether there is a file at a path.
    static func plain(
        old: [UInt8]?, new: [UInt8]?, isFile: (String) -> Bool
    ) throws(PatchFault) -> (old: String?, new: String?) {
        let isPrefixed = isPrefixed(old, new, isFile)
        func plain(_ name: [UInt8]?) throws(PatchFault) -> String? {
            guard let name else { return nil }
            return try text(isPrefixed ? Array(tail(name).dropFirst()) : name)
        }
        return (try plain(old), try plain(new))
    }

    private static func isPrefixed(_ old: [UInt8]?, _ new: [UInt8]?, _ isFile: (String) -> Bool) -> Bool {
        let names = [old, new].compactMap(\.self)
        guard names.allSatisfy({ $0.contains(0x2F) && $0.first != 0x2F }) else { return false }
        func areFiles(_ names: [ArraySlice<UInt8>]) -> Bool {
            names.contains { isFile(String(decoding: $0, as: UTF8.self)) }
        }
        if let old, let new {
            // Two folders before one name; only `a/` and `b/` are known to be none of the workspace.
            let differ = !old.prefix { $0 != 0x2F }.elementsEqual(new.prefix { $0 != 0x2F })
            if differ, tail(old) == tail(new) { return true }
            if differ, old.starts(with: "a/".utf8), new.starts(with: "b/".utf8) { return true }
        }
        if areFiles(names.map { $0[...] }) { return false }
        if names.allSatisfy({ $0.starts(with: "a/".utf8) || $0.starts(with: "b/".utf8) }) { return true }
        return areFiles(names.map { tail($0).dropFirst() })
    }

    /// A name as text.
    static func text(_ name: [UInt8]) throws(PatchFault) -> String {
        guard let text = String(validating: name, as: UTF8.self) else {
            throw PatchFault(
                sentence: "the path \(shown(String(decoding: name, as: UTF8.self))) is not UTF-8, and such files are "
                    + "left out here.")
        }
        return text
    }

    /// The name from the slash behind its first folder on.
    private static func tail(_ name: [UInt8]) -> ArraySlice<UInt8> { name.drop { $0 != 0x2F } }

    /// The most characters of a path in a message.
    static let shownLength = 120

    /// A path for a message: one line, without control characters, of bounded length whatever the path's is.
    static func shown(_ path: String) -> String {
        let quoted = GitPath.quoted(String(path.unicodeScalars.prefix(shownLength + 1)))
        return quoted.count > shownLength ? quoted.prefix(shownLength) + "…" : quoted
    }
}

/// The one way to print an address: on a terminal, in a log, in an error, on a span.
///
/// User and password, query, fragment, path segments that look like tokens, and everything whose meaning is in doubt
/// are left out. The text is one line of bounded length.
package enum PrintableAddress {
    /// The most characters of an address that are printed.
    package static let maximumLength = 200
    /// A path segment of at least so many characters, letters and digits mixed, counts as a token.
    package static let tokenLength = 20
    /// What stands for a part that is left out.
    package static let omission = "…"

    /// The address without what may be secret.
    ///
    /// - Parameter address: any text that was given as an address, well formed or not.
    package static func text(of address: String) -> String {
        let (scheme, rest) = parts(of: address)
        let end = rest.firstIndex { "/\\?#".contains($0) } ?? rest.endIndex
        var authority = rest[..<end]
        var path = rest[end...].prefix { $0 != "?" && $0 != "#" }
        if let at = authority.lastIndex(of: "@") {
            authority = authority[authority.index(after: at)...]
        } else if !isHostAndPort(authority), let at = rest.lastIndex(of: "@") {
            // A password with a slash or a question mark in it: nothing before the last @ is known to be harmless.
            let host = rest[rest.index(after: at)...]
            authority = host.prefix { !"/\\?#".contains($0) }
            path = host[authority.endIndex...].prefix { $0 != "?" && $0 != "#" }
        }
        let host = isHostAndPort(authority) ? String(authority) : omission
        let line = ForeignText.line(scheme + host + printable(path))
        let (cut, omitted) = ForeignText.cut(line, to: maximumLength)
        return omitted > 0 ? cut + omission : line
    }

    /// A text, such as another program's error, with the addresses in it printed as ``text(of:)`` does, and the secret
    /// parts of one known address hidden wherever they stand.
    package static func hidingSecrets(in text: String, of known: String = "") -> String {
        var rest = text[...]
        var safe = ""
        while let mark = rest.firstRange(of: "://") {
            let start = rest[..<mark.lowerBound].lastIndex { !isSchemeCharacter($0) }.map { rest.index(after: $0) }
            let begin = start ?? rest.startIndex
            let end = rest[mark.upperBound...].firstIndex { $0.isWhitespace || "\"'`<>".contains($0) } ?? rest.endIndex
            safe += rest[..<begin] + Self.text(of: String(rest[begin..<end]))
            rest = rest[end...]
        }
        safe += rest
        // The longest first, so that no part of a longer one is left.
        for secret in secrets(of: known).sorted(by: { $0.count > $1.count }) {
            safe = safe.replacing(secret, with: omission)
        }
        return safe
    }

    /// User, password and the values of the query, as they stand and percent-decoded. Those of fewer than three
    /// characters are left alone: they would be found in any text.
    package static func secrets(of address: String) -> Set<String> {
        let rest = parts(of: address).rest
        var found: [Substring] = []
        let authority = rest.prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") {
            found += [authority[..<at]] + authority[..<at].split(separator: ":", maxSplits: 1)
        }
        if let query = rest.firstIndex(of: "?") {
            for pair in rest[query...].dropFirst().prefix(while: { $0 != "#" }).split(separator: "&") {
                found.append(pair.firstIndex(of: "=").map { pair[pair.index(after: $0)...] } ?? pair)
            }
        }
        let texts = found.map(String.init)
        return Set(texts + texts.map(percentDecoded)).filter { $0.count >= 3 }
    }

    private static func parts(of address: String) -> (scheme: String, rest: Substring) {
        guard let mark = address.firstRange(of: "://"), !mark.isEmpty,
            address[..<mark.lowerBound].allSatisfy(isSchemeCharacter)
        else { return ("", address[...]) }
        return (String(address[..<mark.upperBound]), address[mark.upperBound...])
    }

    private static func isSchemeCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "+-.".contains(character))
    }

    /// Whether the text is a host with or without a port, so that no part of a password is taken for either.
    private static func isHostAndPort(_ text: Substring) -> Bool {
        var port = text[text.endIndex...]
        let host: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            host = text[text.index(after: text.startIndex)..<end]
            port = text[text.index(after: end)...]
            guard host.allSatisfy({ $0.isHexDigit || ":.%".contains($0) || $0.isASCII && $0.isLetter }) else {
                return false
            }
        } else {
            host = text.prefix { $0 != ":" }
            port = text[host.endIndex...]
            guard host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0)) }) else {
                return false
            }
        }
        guard !host.isEmpty else { return false }
        return port.isEmpty
            || (port.first == ":" && 2...6 ~= port.count && port.dropFirst().allSatisfy { $0.isASCII && $0.isNumber })
    }

    private static func printable(_ path: Substring) -> String {
        path.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
            .map { isToken($0) ? omission : String($0.prefix { $0 != ";" }) }.joined(separator: "/")
    }

    private static func isToken(_ segment: Substring) -> Bool {
        if segment.contains("@") { return true }
        return segment.count >= tokenLength && segment.contains(where: \.isNumber)
            && segment.contains(where: \.isLetter)
    }

    private static func percentDecoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

import Support

extension [HTTPHeader] {
    /// The shortest value that is looked for in a text.
    private static let shortest = 6

    /// A text of a server's, which may repeat what was sent to it, without the fields' values.
    package func hidingValues(in text: String) -> String {
        var safe = text
        for header in self {
            // Of "Bearer TOKEN" the token alone is secret, and it may be repeated alone.
            for secret in [header.value] + header.value.split(separator: " ").dropFirst().map(String.init)
            where secret.count >= Self.shortest { safe = Self.hiding(secret, in: safe) }
        }
        return safe
    }

    private static func hiding(_ secret: String, in text: String) -> String {
        let safe = text.replacing(secret, with: PrintableAddress.omission)
        guard safe.contains(PrintableAddress.omission) else { return safe }
        // Where a text was cut, the value may have been cut with it.
        for length in stride(from: secret.count - 1, through: shortest, by: -1) {
            let cut = secret.prefix(length) + PrintableAddress.omission
            if safe.contains(cut) { return safe.replacing(cut, with: PrintableAddress.omission) }
        }
        return safe
    }
}

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
            where secret.count >= Self.shortest { safe = safe.replacing(secret, with: PrintableAddress.omission) }
        }
        return safe
    }
}

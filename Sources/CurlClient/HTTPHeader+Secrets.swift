import Support

extension [HTTPHeader] {
    /// The shortest value that is looked for in a text, and the shortest beginning of one that was cut, in bytes.
    private static let shortest = 6

    /// A text of a server's, which may repeat what was sent to it, without the fields' values.
    ///
    /// Where the text was cut, as ``PrintableAddress/omission`` says, a value may have been cut with it: its beginning
    /// is left out too.
    package func hidingValues(in text: String) -> String {
        var bytes = [UInt8](text.utf8)
        for header in self {
            // Of "Bearer TOKEN" the token alone is secret, and it may be repeated alone.
            let words = header.value.utf8.split(separator: UInt8(ascii: " ")).dropFirst().map { [UInt8]($0) }
            for secret in [[UInt8](header.value.utf8)] + words where secret.count >= Self.shortest {
                bytes = ByteSearch(secret).replaced(
                    in: bytes, by: [UInt8](PrintableAddress.omission.utf8), beginningsFrom: Self.shortest)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

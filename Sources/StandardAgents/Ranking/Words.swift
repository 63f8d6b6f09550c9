/// Splits text into the words by which task and files are compared: identifiers, split at upper-case letters (camel
/// case) and underscores, in lower case.
enum Words {
    /// The longest word, in bytes. 40; longer ones are taken for data and skipped.
    static let longest = 40

    /// Calls `word` with the lower-case bytes of each word of at least two bytes, and whether it begins an identifier.
    ///
    /// `HTTPServer_v2` gives `http`, `server`, `v2`. Bytes above ASCII belong to words and keep their case.
    static func forEach(
        in bytes: UnsafeBufferPointer<UInt8>, _ word: (_ word: UnsafeBufferPointer<UInt8>, _ isFirst: Bool) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longest) { buffer in
            var length = 0
            var previous: UInt8 = 0
            var isFirst = true
            func end() {
                if length >= 2, length < longest { word(UnsafeBufferPointer(rebasing: buffer[0..<length]), isFirst) }
                if length > 0 { isFirst = false }
                length = 0
            }
            for index in bytes.indices {
                let byte = bytes[index]
                let isUpper = byte &- 65 < 26
                guard isUpper || byte &- 97 < 26 || byte &- 48 < 10 || byte >= 0x80 else {
                    end()
                    // An underscore continues the identifier.
                    if byte != 0x5F { isFirst = true }
                    previous = 0
                    continue
                }
                if isUpper, previous != 0 {
                    let followsLower = !(previous &- 65 < 26)
                    let startsWord = index + 1 < bytes.count && bytes[index + 1] &- 97 < 26
                    if followsLower || startsWord { end() }
                }
                if length < longest {
                    buffer[length] = isUpper ? byte | 0x20 : byte
                    length += 1
                }
                previous = byte
            }
            end()
        }
    }
}

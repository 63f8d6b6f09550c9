/// A set of bytes.
package struct ByteClass: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ characters: StaticString) {
        characters.withUTF8Buffer { for byte in $0 { insert(byte) } }
    }

    private init(letters: Bool, extra: StaticString) {
        self.init(extra)
        for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { insert(byte) }
        guard letters else { return }
        for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { insert(byte) }
        for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { insert(byte) }
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
    }

    package func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    static let digits = ByteClass(letters: false, extra: "")
    static let alphanumeric = ByteClass(letters: true, extra: "")
    package static let word = ByteClass(letters: true, extra: "_")
    static let base64 = ByteClass(letters: true, extra: "+/=")
    static let base64URL = ByteClass(letters: true, extra: "-_")
    static let upperDigits = ByteClass("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
}

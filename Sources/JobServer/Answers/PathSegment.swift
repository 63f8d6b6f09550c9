#if Server
    /// One part of a path.
    enum PathSegment {
        /// A text as a part of a path: whatever has a meaning there is written in hex digits.
        static func escaped(_ text: String) -> String {
            text.utf8.map { byte in
                switch UInt8(byte) {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    String(UnicodeScalar(byte))
                default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
                }
            }.joined()
        }

        /// A part of a path as text; `nil` for a percent sign without two hex digits.
        static func unescaped(_ text: String) -> String? {
            var bytes: [UInt8] = []
            var rest = text.utf8[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "%") else {
                    bytes.append(byte)
                    continue
                }
                guard rest.count >= 2, rest.first != UInt8(ascii: "+"),
                    let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
#endif

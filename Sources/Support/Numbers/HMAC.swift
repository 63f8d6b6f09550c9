/// A message's authentication by a shared key: HMAC (RFC 2104) with SHA-256.
package enum HMAC {
    private static let blockSize = 64

    /// The code as 64 hex digits.
    package static func hexDigits(of message: [UInt8], key: [UInt8]) -> String {
        var block = key.count > blockSize ? SHA256.bytes(of: key) : key
        block += Array(repeating: 0, count: blockSize - block.count)
        let inner = SHA256.bytes(of: block.map { $0 ^ 0x36 } + message)
        return SHA256.hexDigits(of: block.map { $0 ^ 0x5C } + inner)
    }
}

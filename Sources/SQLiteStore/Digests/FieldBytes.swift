/// The columns of a row as bytes, so that two rows with different columns never have the same: each begins with its kind
/// and, where that varies, its length.
struct FieldBytes {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ number: Int64?) {
        guard let number else { return bytes.append(0) }
        bytes.append(1)
        append(UInt64(bitPattern: number))
    }

    mutating func add(_ text: String?) { add(text.map { Array($0.utf8) }, kind: 2) }

    mutating func add(_ blob: [UInt8]?) { add(blob, kind: 3) }

    private mutating func add(_ content: [UInt8]?, kind: UInt8) {
        guard let content else { return bytes.append(0) }
        bytes.append(kind)
        append(UInt64(content.count))
        bytes += content
    }

    private mutating func append(_ number: UInt64) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }
}

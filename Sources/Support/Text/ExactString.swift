import Glibc

/// A text that equals another only when both have the same bytes.
///
/// Swift's strings are equal when they are canonically equivalent: `é` as one scalar equals `é` as a letter and an
/// accent. Names of files, members of JSON and values of labels are bytes to everybody else, so a dictionary with
/// strings for keys loses one of two of them. This is the key to use instead.
///
/// ```swift
/// let sizes: [ExactString: Int] = ["caf\u{E9}.py": 8, "cafe\u{301}.py": 8]  // two members
/// for (name, size) in sizes { print(name.string, size) }
/// ```
public struct ExactString: Sendable, Hashable {
    /// The text.
    public let string: String

    /// Makes a key of a text, whatever it holds.
    @inlinable public init(_ string: String) { self.string = string }

    /// Makes a key of a part of a text.
    @inlinable public init(_ string: Substring) { self.string = String(string) }

    @inlinable public static func == (left: Self, right: Self) -> Bool { left.string.isSame(as: right.string) }

    @inlinable public func hash(into hasher: inout Hasher) {
        string.utf8.withContiguousBytes { hasher.combine(bytes: $0) }
        // No UTF-8 holds this byte: it says where the text ends, so that two texts together hash as those two alone.
        hasher.combine(0xFF as UInt8)
    }
}

extension ExactString: Comparable {
    /// Orders by bytes, which is also the order by Unicode scalars.
    @inlinable public static func < (left: Self, right: Self) -> Bool {
        left.string.compareBytes(with: right.string) < 0
    }
}

extension ExactString: ExpressibleByStringInterpolation, CustomStringConvertible, CodingKeyRepresentable {
    @inlinable public init(stringLiteral text: String) { string = text }
    public var description: String { string }
    /// The key of a member of this name.
    public var codingKey: any CodingKey { ExactKey(stringValue: string) }
    /// Takes the name of a member.
    public init(codingKey: some CodingKey) { string = codingKey.stringValue }
}

extension ExactString: Codable {
    public init(from decoder: any Decoder) throws { string = try decoder.singleValueContainer().decode(String.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }
}

/// The key of a member by its name, whatever the name is.
package struct ExactKey: CodingKey {
    package let stringValue: String
    package var intValue: Int? { nil }
    package init(stringValue: String) { self.stringValue = stringValue }
    package init?(intValue: Int) { nil }
}

extension Dictionary where Key == ExactString {
    /// The same values by the same names.
    @inlinable public init(_ values: [String: Value]) {
        // Two strings that differ for a dictionary of strings differ in their bytes too.
        self.init(values.map { (ExactString($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The value of a name, as for any other key.
    @inlinable public subscript(name: String) -> Value? {
        get { self[ExactString(name)] }
        _modify { yield &self[ExactString(name)] }
    }
}

extension String {
    /// Whether both texts have the same bytes. `==` asks whether they are canonically equivalent.
    package func hasBytes(of other: String) -> Bool { isSame(as: other) }

    /// As ``hasBytes(of:)``. Equivalence is asked first: it says in an instant of most texts that they differ.
    @inlinable func isSame(as other: String) -> Bool {
        self == other && utf8.count == other.utf8.count && compareBytes(with: other) == 0
    }

    /// Less than zero where these bytes come before the other's, zero where they are the same.
    @inlinable func compareBytes(with other: String) -> Int {
        utf8.withContiguousBytes { mine in
            other.utf8.withContiguousBytes { theirs in
                guard let left = mine.baseAddress, let right = theirs.baseAddress else {
                    return mine.count - theirs.count
                }
                let order = memcmp(left, right, min(mine.count, theirs.count))
                return order == 0 ? mine.count - theirs.count : Int(order)
            }
        }
    }
}

extension String.UTF8View {
    /// Calls the body with the bytes where they are; those of a text that is not in one piece are copied.
    @inlinable func withContiguousBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) } ?? Array(self).withUnsafeBytes(body)
    }
}

extension Sequence {
    /// The elements in the order of the bytes of one of their texts.
    package func sorted(byBytesOf text: (Element) -> String) -> [Element] {
        sorted { text($0).compareBytes(with: text($1)) < 0 }
    }
}

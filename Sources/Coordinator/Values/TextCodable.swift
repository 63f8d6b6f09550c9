/// A value that is a string in JSON: its description, from which it can be read again.
protocol TextCodable: Codable, CustomStringConvertible {
    init(_ text: String) throws
}

extension TextCodable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

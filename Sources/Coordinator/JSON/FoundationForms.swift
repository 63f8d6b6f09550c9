import FoundationEssentials

/// What JSON says of values of Foundation whose own coding says something else: the coders of Foundation write an address
/// as its text, bytes in base 64 and a decimal number as a number, and so does everybody who reads what they write.
enum FoundationForms {
    /// - Returns: the JSON form; `nil` for all other values, which code themselves.
    static func json(of value: some Encodable) -> JSONValue? {
        switch value {
        case let address as URL: .string(address.absoluteString)
        case let bytes as Data: .string(bytes.base64EncodedString())
        // What is no number, and what is beyond all numbers here, is NaN, which the coder refuses or writes as a word.
        case let number as Decimal: Double(number.description).map { .number($0) } ?? .number(.nan)
        default: nil
        }
    }

    /// - Returns: the value; `nil` where the type is another, or the JSON is not a value of it.
    static func value<Value>(of json: JSONValue, as type: Value.Type) -> Value? {
        let value: Any? =
            switch type {
            case is URL.Type: json.stringValue.flatMap { URL(string: $0) }
            case is Data.Type: json.stringValue.flatMap { Data(base64Encoded: $0) }
            case is Decimal.Type:  // By its digits: a fraction of tenths is none of halves.
                json.integerValue.map { Decimal($0) } ?? json.doubleValue.flatMap { Decimal(string: $0.description) }
            default: nil
            }
        return value as? Value
    }

    /// The types that are told apart here.
    static func includes(_ type: Any.Type) -> Bool { type == URL.self || type == Data.self || type == Decimal.self }
}

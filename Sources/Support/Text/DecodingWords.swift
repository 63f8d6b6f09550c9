/// A decoder's error in words for people, without the names of Swift types.
package enum DecodingWords {
    /// Where and what: ` at usage.input_tokens: another kind of value belongs there`. Begins with a blank or a colon, so
    /// that it goes on from what was decoded.
    package static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return ": \(error)" }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return location(context) + ": another kind of value belongs there"
        case .keyNotFound(let key, let context):
            return location(context) + ": the member '\(key.stringValue)' is missing"
        case .dataCorrupted(let context):
            let cause = context.underlyingError.map { "\($0)" } ?? context.debugDescription
            return location(context) + ": " + cause.prefix(200)
        @unknown default: return ""
        }
    }

    private static func location(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return path.isEmpty ? "" : " at \(path.drop { $0 == "." })"
    }
}

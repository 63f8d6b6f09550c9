import Coordinator

/// The JSON documents of a run, each in one form wherever it is written or printed.
public enum ReportJSON {
    /// `result.json`: indented, keys sorted, slashes plain. The same text `--output json` prints, without a line
    /// break at its end.
    ///
    /// A number that JSON cannot express becomes the string `NaN`, `Infinity` or `-Infinity`.
    ///
    /// - Throws: an `EncodingError`; not for any result the engine makes.
    public static func text(of result: JobResult) throws -> String {
        String(decoding: try encode(result, pretty: true), as: UTF8.self)
    }

    /// One line of `events.jsonl`, without its line break.
    ///
    /// - Throws: an `EncodingError`; not for any event the engine makes.
    public static func line(of event: JobEvent) throws -> String {
        String(decoding: try encode(event, pretty: false), as: UTF8.self)
    }

    package static func encode(_ value: some Encodable, pretty: Bool) throws -> [UInt8] {
        try JSONValue(reporting: value).jsonBytes(pretty: pretty)
    }
}

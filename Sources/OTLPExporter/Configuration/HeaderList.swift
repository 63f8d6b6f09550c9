import CurlClient
import Support

/// The list of header fields in `OTEL_EXPORTER_OTLP_HEADERS`: `name=value` pairs separated by commas, whose values are
/// percent-encoded.
enum HeaderList {
    /// The most entries that are read.
    static let mostEntries = 128

    /// Fields that the exporter itself sets for each request.
    private static let exporters: Set = ["content-type", "content-encoding"]
    /// Fields of one connection, or of the framing of messages, which the HTTP client sets.
    private static let clients: Set = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// The fields that can be sent, and what is wrong with the other entries. No text shows a value.
    static func read(_ text: String) -> (headers: [HTTPHeader], faults: [String]) {
        var headers: [HTTPHeader] = []
        var faults: [String] = []
        // By scalars: a mark after a comma or an equals sign makes one character of both.
        let entries = text.unicodeScalars.split(separator: ",").map { Substring($0) }.filter {
            !$0.allSatisfy(\.isWhitespace)
        }
        for (index, entry) in entries.prefix(mostEntries).enumerated() {
            do throws(Fault) {
                headers.append(try header(entry))
            } catch {
                faults.append("entry \(index + 1) is left out: \(error.reason)")
            }
        }
        if entries.count > mostEntries {
            faults.append("of \(entries.count) entries only the first \(mostEntries) are read")
        }
        return (headers, faults)
    }

    private struct Fault: Error { let reason: String }

    private static func header(_ entry: Substring) throws(Fault) -> HTTPHeader {
        guard let equals = entry.unicodeScalars.firstIndex(of: "=") else { throw Fault(reason: "it is not name=value") }
        let name = entry[..<equals].trimmingWhitespace()
        guard FieldGrammar.isToken(name) else {
            throw Fault(reason: "what stands before the = is no name of a header field")
        }
        if exporters.contains(name.lowercased()) { throw Fault(reason: "\(name) is set by the exporter itself") }
        if clients.contains(name.lowercased()) {
            throw Fault(reason: "\(name) belongs to the connection and is set by the HTTP client")
        }
        guard
            let bytes = PercentCoding.bytes(
                of: entry[entry.unicodeScalars.index(after: equals)...].trimmingWhitespace())
        else {
            throw Fault(
                reason: "the value of \(name) has a % without two hexadecimal digits behind it; write %25 for %")
        }
        guard let value = String(validating: bytes, as: UTF8.self) else {
            throw Fault(reason: "the value of \(name), once decoded, is not UTF-8")
        }
        guard FieldGrammar.isValue(value) else {
            throw Fault(reason: "the value of \(name), once decoded, has a line break or another control character")
        }
        return HTTPHeader(name, value)
    }
}

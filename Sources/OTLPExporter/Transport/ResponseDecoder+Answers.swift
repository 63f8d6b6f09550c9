import CurlClient
import FoundationEssentials
import Support

extension ResponseDecoder {
    /// Reads a 2xx answer; `nil` when it is no answer of OTLP, so that something else answers at the address.
    ///
    /// An empty body is the usual answer. What the body holds counts, not its label: protobuf, or JSON as receivers send
    /// it that know only that, compressed or not.
    ///
    /// - Parameter hide: leaves out of a text what is secret, before the text is cut.
    static func acknowledgement(
        _ response: HTTPResponse, of signal: OTLPSignal, hiding hide: (String) -> String
    ) -> Acknowledgement? {
        var body = response.body
        if !body.isEmpty, ["gzip", "x-gzip"].contains(response.header("Content-Encoding")?.lowercased()) {
            guard let plain = gunzipped(body, limit: maximumBytes) else { return nil }
            body = plain
        }
        if body.isEmpty { return Acknowledgement() }
        if body.first(where: { !$0.isJSONSpace }) == UInt8(ascii: "{") {
            guard body.count <= maximumBytes,
                let answer = try? JSONDecoder().decode(JSONAnswer.self, from: Data(body)), answer.signals(signal)
            else { return nil }
            return Acknowledgement(rejected: answer.rejected, message: line(answer.message, hiding: hide))
        }
        // Almost any bytes can be fields of protobuf that are not known.
        guard isProtobuf(response) || isOneField(body) else { return nil }
        return acknowledgement(body, of: signal, hiding: hide)
    }

    /// What the body of an answer seems to be, for messages.
    static func kind(of response: HTTPResponse) -> String {
        if isProtobuf(response) { return "protobuf that cannot be read as OTLP" }
        let type = response.header("Content-Type")?.prefix { $0 != ";" }.trimmingWhitespace().lowercased() ?? ""
        let isName = type.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || "/+-._".utf8.contains(byte)
        }
        let start = String(decoding: response.body.prefix(200), as: UTF8.self).trimmingWhitespace().lowercased()
        let isPage = start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
        guard !type.isEmpty, type.utf8.count <= 60, isName else {
            return isPage ? "an HTML page" : "something else than OTLP"
        }
        return isPage || type == "text/html" ? "an HTML page" : "\(type) that is no answer of OTLP"
    }

    private static func isProtobuf(_ response: HTTPResponse) -> Bool {
        response.header("Content-Type")?.lowercased().contains("protobuf") ?? false
    }

    /// Whether the bytes are field 1, of the length that it says: the only field that answers have.
    private static func isOneField(_ body: [UInt8]) -> Bool {
        guard body.first == 0x0A else { return false }
        var length = 0
        for (index, byte) in body.dropFirst().prefix(4).enumerated() {
            length |= Int(byte & 0x7F) << (7 * index)
            if byte & 0x80 == 0 { return length == body.count - index - 2 }
        }
        return false
    }
}

/// The response message of any signal as JSON.
private struct JSONAnswer: Decodable {
    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
        /// Both forms of names that JSON of protobuf may have.
        var plain: String { stringValue.filter { $0 != "_" }.lowercased() }
    }

    private static let counts: [String: OTLPSignal] = [
        "rejectedspans": .traces, "rejecteddatapoints": .metrics, "rejectedlogrecords": .logs,
    ]

    private(set) var rejected: Int64 = 0
    private(set) var message = ""
    private var signal: OTLPSignal?

    init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: Name.self)
        let own = outer.allKeys.filter { $0.plain == "partialsuccess" }
        // Members that are not known are ignored, but an object of nothing else is something else.
        if own.isEmpty, let other = outer.allKeys.first { throw Self.foreign(other, outer) }
        for key in own {
            if try outer.decodeNil(forKey: key) { continue }
            let inner = try outer.nestedContainer(keyedBy: Name.self, forKey: key)
            for key in inner.allKeys {
                if key.plain == "errormessage" {
                    message = try inner.decodeIfPresent(String.self, forKey: key) ?? ""
                } else if let signal = Self.counts[key.plain] {
                    self.signal = signal
                    rejected = try Self.count(inner, key)
                }
            }
        }
    }

    /// Whether it is an answer to this signal.
    func signals(_ signal: OTLPSignal) -> Bool { self.signal == nil || self.signal == signal }

    /// A number of 64 bits is a string in JSON of protobuf, and many send a number. One that is too large is the largest.
    private static func count(_ container: KeyedDecodingContainer<Name>, _ key: Name) throws -> Int64 {
        if try container.decodeNil(forKey: key) { return 0 }
        if let number = try? container.decode(Int64.self, forKey: key) { return number }
        if let number = try? container.decode(Double.self, forKey: key) { return number > 0 ? .max : 0 }
        guard let number = Int64(try container.decode(String.self, forKey: key)) else { throw foreign(key, container) }
        return number
    }

    private static func foreign(_ key: Name, _ container: KeyedDecodingContainer<Name>) -> DecodingError {
        .dataCorruptedError(forKey: key, in: container, debugDescription: "not a member of OTLP's answers")
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}

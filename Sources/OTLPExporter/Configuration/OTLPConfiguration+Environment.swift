import CurlClient
import Glibc
import Support

extension OTLPConfiguration {
    /// Reads the standard `OTEL_EXPORTER_OTLP_*` variables; `nil` when none of them names an endpoint, since OTLP is
    /// off until one is given.
    ///
    /// `…_ENDPOINT`, `…_HEADERS`, `…_TIMEOUT` (milliseconds), `…_COMPRESSION`, `…_PROTOCOL`, `…_CERTIFICATE`,
    /// `…_CLIENT_CERTIFICATE` and `…_CLIENT_KEY` each have a form for one signal (`OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`)
    /// that takes precedence. An empty variable counts as unset. An unusable value is ignored and reported in
    /// ``warnings``.
    public init?(environment: [String: String]) {
        var reader = OTLPVariables(environment: environment)
        self.init()
        for signal in OTLPSignal.allCases { self[signal] = reader.endpoint(for: signal) }
        warnings = reader.warnings
        guard OTLPSignal.allCases.contains(where: { self[$0] != nil || reader.namesEndpoint(for: $0) }) else {
            return nil
        }
    }
}

/// Reads variables and collects one warning for each unusable value.
private struct OTLPVariables {
    let environment: [String: String]
    private(set) var warnings: [String] = []

    init(environment: [String: String]) { self.environment = environment }

    func namesEndpoint(for signal: OTLPSignal) -> Bool { value("ENDPOINT", signal) != nil }

    mutating func endpoint(for signal: OTLPSignal) -> OTLPEndpoint? {
        guard let url = url(for: signal) else { return nil }
        checkProtocol(signal)
        return OTLPEndpoint(
            url: url, headers: headers(signal), timeout: timeout(signal), compression: compression(signal),
            tls: TLSFiles(
                certificateAuthority: file("CERTIFICATE", signal),
                clientCertificate: file("CLIENT_CERTIFICATE", signal),
                clientKey: file("CLIENT_KEY", signal)))
    }

    /// The signal's own address as it is, or the common one with the signal's path added.
    private mutating func url(for signal: OTLPSignal) -> String? {
        guard let (name, text) = value("ENDPOINT", signal) else { return nil }
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }), text.count > scheme.count,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            warn(name, "must be an address such as http://127.0.0.1:4318")
            return nil
        }
        if name.contains(signal.variablePart) { return text }
        return text + (text.hasSuffix("/") ? "" : "/") + "v1/\(signal)"
    }

    private mutating func checkProtocol(_ signal: OTLPSignal) {
        guard let (name, text) = value("PROTOCOL", signal), text != "http/protobuf" else { return }
        warn(name, "asks for \(text), which is not supported: http/protobuf is used")
    }

    private mutating func headers(_ signal: OTLPSignal) -> [HTTPHeader] {
        guard let (name, text) = value("HEADERS", signal) else { return [] }
        var headers: [HTTPHeader] = []
        for (index, pair) in text.split(separator: ",").enumerated() where !pair.allSatisfy(\.isWhitespace) {
            guard let header = header(pair) else {
                warn(
                    name,
                    "has an entry (number \(index + 1)) that is not name=value, or a header that is not yours to set")
                continue
            }
            headers.append(header)
        }
        return headers
    }

    private func header(_ pair: Substring) -> HTTPHeader? {
        guard let equals = pair.firstIndex(of: "=") else { return nil }
        let name = pair[..<equals].trimmingWhitespace()
        let own = ["content-type", "content-encoding", "content-length", "transfer-encoding"]
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }),
            !own.contains(name.lowercased()),
            let value = percentDecoded(pair[pair.index(after: equals)...].trimmingWhitespace()),
            value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        return HTTPHeader(name, value)
    }

    private mutating func timeout(_ signal: OTLPSignal) -> Duration {
        let standard = Duration.seconds(10)
        guard let (name, text) = value("TIMEOUT", signal) else { return standard }
        guard let milliseconds = Int32(text), milliseconds > 0 else {
            warn(name, "must be a whole number of milliseconds above zero: \(standard) is used")
            return standard
        }
        return .milliseconds(milliseconds)
    }

    private mutating func compression(_ signal: OTLPSignal) -> OTLPEndpoint.Compression {
        guard let (name, text) = value("COMPRESSION", signal) else { return .none }
        guard let compression = OTLPEndpoint.Compression(rawValue: text) else {
            warn(name, "must be gzip or none: none is used")
            return .none
        }
        return compression
    }

    /// The path of a file. An unreadable file is kept, so that connections fail instead of trusting other certificates
    /// than the user asked for.
    private mutating func file(_ part: String, _ signal: OTLPSignal) -> String? {
        guard let (name, path) = value(part, signal) else { return nil }
        if access(path, R_OK) != 0 { warn(name, "names a file that cannot be read: \(path)") }
        return path
    }

    private func value(_ part: String, _ signal: OTLPSignal) -> (name: String, text: String)? {
        for name in ["OTEL_EXPORTER_OTLP_\(signal.variablePart)_\(part)", "OTEL_EXPORTER_OTLP_\(part)"] {
            if let text = environment[name]?[...].trimmingWhitespace(), !text.isEmpty { return (name, text) }
        }
        return nil
    }

    private mutating func warn(_ name: String, _ problem: String) {
        let warning = "\(name) \(problem)"
        if !warnings.contains(warning) { warnings.append(warning) }
    }
}

/// The decoded text; `nil` when a `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
private func percentDecoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard let high = rest.popFirst().flatMap(hexadecimalDigit), let low = rest.popFirst().flatMap(hexadecimalDigit)
        else { return nil }
        bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
}

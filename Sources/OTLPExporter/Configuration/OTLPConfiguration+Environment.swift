import CurlClient
import Glibc
import Support

extension OTLPConfiguration {
    /// Reads the standard `OTEL_EXPORTER_OTLP_*` variables; `nil` when none of them names an endpoint, since OTLP is
    /// off until one is given.
    ///
    /// `…_ENDPOINT`, `…_HEADERS`, `…_TIMEOUT` (milliseconds, 0 for no limit), `…_COMPRESSION`, `…_PROTOCOL`,
    /// `…_CERTIFICATE`, `…_CLIENT_CERTIFICATE` and `…_CLIENT_KEY` each have a form for one signal
    /// (`OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`) that takes precedence where it can be used. An empty variable counts as
    /// unset. An unusable value is ignored and reported in ``warnings``.
    public init?(environment: [String: String]) {
        var reader = OTLPVariables(environment)
        self.init()
        for signal in OTLPSignal.allCases { self[signal] = reader.endpoint(for: signal) }
        warnings = reader.warnings
        guard reader.namesAnEndpoint else { return nil }
    }
}

/// The variables of one exporter.
private struct OTLPVariables {
    private var reader: EnvironmentReader
    private(set) var namesAnEndpoint = false

    init(_ environment: [String: String]) { reader = EnvironmentReader(environment) }

    var warnings: [String] { reader.warnings }

    mutating func endpoint(for signal: OTLPSignal) -> OTLPEndpoint? {
        guard let (url, place) = address(of: signal) else { return nil }
        var endpoint = OTLPEndpoint(url: url)
        let (ownTimeout, timeout) = names("TIMEOUT", signal)
        endpoint.timeout = reader.timeout(ownTimeout, timeout) ?? endpoint.timeout
        let (ownCompression, compression) = names("COMPRESSION", signal)
        endpoint.compression =
            reader.choice(ownCompression, compression, of: ["gzip": .gzip, "none": .none]) ?? endpoint.compression
        let (ownProtocol, common) = names("PROTOCOL", signal)
        _ = reader.first([ownProtocol, common], expected: "http/protobuf, which is used") {
            $0.lowercased() == "http/protobuf" ? true : nil
        }
        endpoint.headers = headers(signal, place)
        let authority = file("CERTIFICATE", signal, place)
        let certificate = file("CLIENT_CERTIFICATE", signal, place)
        let key = file("CLIENT_KEY", signal, place)
        endpoint.tls = TLSFiles(
            certificateAuthority: authority.path, clientCertificate: certificate.path, clientKey: key.path)
        endpoint.certificateVariables = .init(
            authority: authority.variable, certificate: certificate.variable, key: key.variable)
        return endpoint
    }

    /// Where a signal's address comes from.
    private enum Place {
        /// Its own variable.
        case own
        /// The common variable, since the signal has none of its own.
        case common
        /// The common variable, since the address in the signal's own cannot be used.
        case commonInstead
    }

    /// The signal's own address as it is, or the common one with the signal's path added.
    private mutating func address(of signal: OTLPSignal) -> (url: String, place: Place)? {
        let (own, common) = names("ENDPOINT", signal)
        if let text = reader.text(own), address(text, own) != nil { return (text, .own) }
        guard let text = reader.text(common), let address = address(text, common) else { return nil }
        return (address.appending("v1/\(signal)").text, reader.text(own) == nil ? .common : .commonInstead)
    }

    private mutating func address(_ text: String, _ name: String) -> WebAddress? {
        namesAnEndpoint = true
        do throws(WebAddress.Fault) {
            let address = try WebAddress(text)
            if address.hadFragment { reader.warn(name, "what stands behind its # is left out: it is never sent") }
            return address
        } catch {
            reader.warn(
                name,
                "the address \(PrintableAddress.text(of: text)) \(error), and is ignored; expected one such as "
                    + "http://127.0.0.1:4318")
            return nil
        }
    }

    /// The fields of the signal's own variable, or of the common one where that holds none that can be sent.
    ///
    /// Fields may be credentials, so those of one address are not sent to another.
    private mutating func headers(_ signal: OTLPSignal, _ place: Place) -> [HTTPHeader] {
        for name in credentials("HEADERS", signal, place) {
            guard let text = reader.text(name) else { continue }
            let (headers, faults) = HeaderList.read(text)
            if !faults.isEmpty { reader.warn(name, faults.joined(separator: "; ")) }
            if !headers.isEmpty || place == .own { return headers }
        }
        return []
    }

    /// The path of a file, and the variable that names it, or could. An unreadable file is kept, so that connections
    /// fail instead of trusting other certificates than the user asked for.
    private mutating func file(_ part: String, _ signal: OTLPSignal, _ place: Place) -> (
        path: String?, variable: String
    ) {
        guard let name = credentials(part, signal, place).first(where: { reader.text($0) != nil }),
            let path = reader.text(name)
        else { return (nil, OTLPSignal.variable(part)) }
        if access(path, R_OK) != 0 {
            reader.warn(name, "the file \(ForeignText.line(path)) cannot be read: \(SystemError(errno))")
        }
        return (path, name)
    }

    /// The variables that may hold credentials for the signal's address, in the order in which they count.
    private func credentials(_ part: String, _ signal: OTLPSignal, _ place: Place) -> [String] {
        let (own, common) = names(part, signal)
        return place == .commonInstead ? [common] : [own, common]
    }

    private func names(_ part: String, _ signal: OTLPSignal) -> (own: String, common: String) {
        (OTLPSignal.variable("\(signal.variablePart)_\(part)"), OTLPSignal.variable(part))
    }
}

import OTLPExporter
import Telemetry
import TestSupport
import Testing

@Suite("Configuration from the environment")
struct ConfigurationTests {
    private let prefix = "OTEL_EXPORTER_OTLP_"

    private func configuration(_ variables: [String: String]) throws -> OTLPConfiguration {
        try #require(OTLPConfiguration(environment: prefixed(variables)))
    }

    private func prefixed(_ variables: [String: String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: variables.map { (prefix + $0, $1) })
    }

    @Test(arguments: [[:], ["ENDPOINT": ""], ["ENDPOINT": "  "], ["HEADERS": "a=b", "TIMEOUT": "5"]])
    func otlpIsOffUntilAnEndpointIsGiven(variables: [String: String]) {
        #expect(OTLPConfiguration(environment: prefixed(variables)) == nil)
    }

    @Test(
        arguments: [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
            ("https://host/otlp/in", "https://host/otlp/in/v1/traces"),
            ("https://host/otlp/in/", "https://host/otlp/in/v1/traces"),
            ("http://h/otlp?token=abc", "http://h/otlp/v1/traces?token=abc"),
            ("http://[::1]:4318?k=v", "http://[::1]:4318/v1/traces?k=v"),
            ("http://u:p%40@h", "http://u:p%40@h/v1/traces"), ("http://h/a%2Fb//", "http://h/a%2Fb//v1/traces"),
        ])
    func commonEndpointKeepsItsPath(endpoint: String, traces: String) throws {
        let configuration = try configuration(["ENDPOINT": endpoint])
        #expect(configuration.traces?.url == traces)
        #expect(configuration.metrics?.url == traces.replacing("traces", with: "metrics"))
        #expect(configuration.logs?.url == traces.replacing("traces", with: "logs"))
        #expect(configuration.warnings == [])
        #expect(configuration.traces?.timeout == .seconds(10))
        #expect(configuration.traces?.compression == OTLPEndpoint.Compression.none)
    }

    @Test func signalEndpointIsUsedUnchangedAndEnablesOnlyThatSignal() throws {
        let own = try configuration(["TRACES_ENDPOINT": "http://host/here"])
        #expect(own.traces?.url == "http://host/here")
        #expect(own.metrics == nil)
        #expect(own.logs == nil)
        let both = try configuration(["ENDPOINT": "http://a", "METRICS_ENDPOINT": "http://b"])
        #expect(both.traces?.url == "http://a/v1/traces")
        #expect(both.metrics?.url == "http://b")
    }

    @Test func signalVariablesOverrideTheCommonOnes() throws {
        let configuration = try configuration([
            "ENDPOINT": "http://a", "TIMEOUT": "2000", "LOGS_TIMEOUT": "50", "COMPRESSION": "gzip",
            "TRACES_COMPRESSION": "none", "HEADERS": "a=1", "METRICS_HEADERS": "b=2",
        ])
        #expect(configuration.traces?.timeout == .seconds(2))
        #expect(configuration.logs?.timeout == .milliseconds(50))
        #expect(configuration.traces?.compression == OTLPEndpoint.Compression.none)
        #expect(configuration.logs?.compression == .gzip)
        #expect(configuration.traces?.headers.map(\.name) == ["a"])
        #expect(configuration.metrics?.headers.map(\.name) == ["b"])
    }

    @Test func headersArePercentDecoded() throws {
        let configuration = try configuration([
            "ENDPOINT": "http://a", "HEADERS": " Authorization = Bearer%20a%3Db%2Cc ,x=a=b,,empty=, u=%C3%BC",
        ])
        #expect(configuration.warnings == [])
        #expect(configuration.traces?.headers.map(\.name) == ["Authorization", "x", "empty", "u"])
        #expect(configuration.traces?.headers.map(\.value) == ["Bearer a=b,c", "a=b", "", "ü"])
    }

    /// For `Character` an accent and the separator before it are one.
    @Test func headersAreCutByBytes() throws {
        let configuration = try configuration(["ENDPOINT": "http://a", "HEADERS": "a=\u{301}1,\u{301}b=2,c=3"])
        #expect(configuration.traces?.headers.map(\.name) == ["a", "c"])
        #expect(configuration.traces?.headers.first?.value.utf8.elementsEqual("\u{301}1".utf8) == true)
        #expect(configuration.warnings.count == 1 && configuration.warnings.allSatisfy { $0.contains("entry 2") })
    }

    @Test(
        arguments: [
            "secret", "=secret", "a b=secret", "a=secret%0d%0aX:y", "a=secret%", "a=secret%2", "a=secret%zz",
            "a=secret%FF", "Content-Type=secret", "content-length=secret",
        ])
    func invalidHeadersAreDroppedWithoutPrintingThem(header: String) throws {
        let configuration = try configuration(["ENDPOINT": "http://a", "HEADERS": "good=1,\(header),fine=2"])
        #expect(configuration.traces?.headers.map(\.name) == ["good", "fine"])
        #expect(configuration.warnings.count == 1, "one warning, though three signals read the variable")
        #expect(configuration.warnings.allSatisfy { $0.contains("OTEL_EXPORTER_OTLP_HEADERS") })
        #expect(configuration.warnings.allSatisfy { $0.contains("entry 2") && !$0.contains("secret") })
    }

    @Test(
        arguments: [
            ("TIMEOUT", "soon"), ("TIMEOUT", "-1"), ("TIMEOUT", "2s"), ("TIMEOUT", "1.5"), ("COMPRESSION", "zstd"),
            ("PROTOCOL", "grpc"), ("PROTOCOL", "http/json"),
            ("CERTIFICATE", "/nowhere/ca.pem"), ("TRACES_TIMEOUT", "x"), ("LOGS_CLIENT_KEY", "/nowhere/key.pem"),
            ("METRICS_ENDPOINT", "localhost:4318"), ("METRICS_ENDPOINT", "http://"), ("METRICS_ENDPOINT", "grpc://a"),
        ])
    func invalidValueIsIgnoredAndItsVariableIsNamed(variable: String, value: String) throws {
        let configuration = try configuration(["ENDPOINT": "http://a", variable: value])
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.hasPrefix(prefix + variable + ": ") == true)
        #expect(configuration.traces?.url == "http://a/v1/traces")
        #expect(configuration.traces?.timeout == .seconds(10))
    }

    @Test(arguments: ["GZIP", "Gzip", " gzip "]) func wordsOfTheExporterAreReadInAnyCase(word: String) throws {
        let configuration = try configuration([
            "ENDPOINT": "http://a", "COMPRESSION": word, "PROTOCOL": "HTTP/Protobuf",
        ])
        #expect(configuration.traces?.compression == .gzip)
        #expect(configuration.warnings == [])
    }

    @Test(arguments: [
        ("TIMEOUT", "abc", "300"), ("TIMEOUT", "-1", "300"), ("COMPRESSION", "zstd", "gzip"),
        ("PROTOCOL", "grpc", "http/protobuf"),
    ])
    func commonVariableDecidesWhereTheSignalsOwnCannotBeUsed(
        part: String, own: String, common: String
    ) throws {
        let expected = try configuration(["ENDPOINT": "http://a", part: common])
        let configuration = try configuration(["ENDPOINT": "http://a", part: common, "TRACES_\(part)": own])
        #expect(configuration.traces == expected.traces)
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.hasPrefix("OTEL_EXPORTER_OTLP_TRACES_\(part): \"\(own)\"") == true)
    }

    @Test func timeoutOfZeroIsNoLimit() throws {
        let configuration = try configuration(["ENDPOINT": "http://a", "TIMEOUT": "0", "LOGS_TIMEOUT": "5"])
        #expect((configuration.traces?.timeout ?? .zero) > .seconds(3_600 * 24 * 365))
        #expect(configuration.logs?.timeout == .milliseconds(5))
        #expect(configuration.warnings == [])
    }

    @Test func credentialsOfOneAddressAreNeverSentToAnother() throws {
        let variables = [
            "ENDPOINT": "http://a", "HEADERS": "common=1", "CLIENT_KEY": "/dev/null", "TRACES_HEADERS": "own=2",
            "TRACES_CLIENT_KEY": "/dev/zero",
        ]
        let instead = try configuration(variables.merging(["TRACES_ENDPOINT": "own:4318"]) { $1 })
        #expect(instead.traces?.url == "http://a/v1/traces")
        #expect(instead.traces?.headers.map(\.name) == ["common"])
        #expect(instead.traces?.tls.clientKey == "/dev/null")
        #expect(instead.warnings.count == 1 && instead.warnings[0].hasPrefix("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "))
        let own = try configuration(
            variables.merging(["TRACES_ENDPOINT": "http://own", "TRACES_HEADERS": "bad"]) { $1 })
        #expect(own.traces?.headers == [])
        let shared = try configuration(variables.merging(["TRACES_HEADERS": "bad"]) { $1 })
        #expect(shared.traces?.headers.map(\.name) == ["common"])
        #expect(try configuration(variables).traces?.headers.map(\.name) == ["own"])
    }

    @Test func everyTokenIsANameOfAField() throws {
        let name = "!#$%&'*+-.^_`|~09azAZ"
        let configuration = try configuration(["ENDPOINT": "http://a", "HEADERS": "x~a=1,\(name)=2,tab=a%09b"])
        #expect(configuration.warnings == [])
        #expect(configuration.traces?.headers.map(\.name) == ["x~a", name, "tab"])
    }

    @Test(arguments: [
        ("Content-Type=x", "set by the exporter"), ("Host=x", "belongs to the connection"),
        ("connection=x", "belongs to the connection"), ("Transfer-Encoding=x", "belongs to the connection"),
        ("a b=x", "no name of a header field"), ("é=x", "no name of a header field"),
        ("=x", "no name of a header field"),
        ("x", "not name=value"), ("a=x%", "without two hexadecimal digits"), ("a=x%FF", "not UTF-8"),
        ("a=x%0D%0AB:c", "control character"),
    ])
    func fieldThatCannotBeSentIsLeftOutWithTheTrueReason(entry: String, reason: String) throws {
        let configuration = try configuration(["ENDPOINT": "http://a", "HEADERS": entry])
        #expect(configuration.traces?.headers == [])
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.contains(reason) == true, "\(configuration.warnings)")
    }

    @Test func onlySoManyFieldsAreReadAndThatIsTold() throws {
        let list = (0..<200).map { "h\($0)=1" }.joined(separator: ",")
        let configuration = try configuration(["ENDPOINT": "http://a", "HEADERS": list])
        #expect(configuration.traces?.headers.count == 128)
        #expect(configuration.warnings.first?.contains("of 200 entries only the first 128 are read") == true)
    }

    @Test func addressIsNamedWithoutWhatMayBeSecretInIt() throws {
        let variables = ["ENDPOINT": "http://user:s3cr3t@host:port/v1?key=s3cr3t"]
        let configuration = try configuration(variables)
        #expect(configuration.traces == nil)
        #expect(configuration.warnings.count == 1 && !configuration.warnings[0].contains("s3cr3t"))
        #expect(configuration.warnings[0].contains("does not name a port"))
    }

    @Test func invalidEndpointIsReported() throws {
        let configuration = try configuration(["ENDPOINT": "127.0.0.1:4318"])
        #expect(configuration.traces == nil)
        #expect(
            configuration.warnings == [
                "OTEL_EXPORTER_OTLP_ENDPOINT: the address 127.0.0.1:4318 does not begin with http:// or https://, and "
                    + "is ignored; expected one such as http://127.0.0.1:4318"
            ])
    }

    @Test func certificatesAreKeptEvenWhenUnreadable() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("ca.pem")
        try "pem".write(to: file, atomically: true, encoding: .utf8)
        let configuration = try configuration([
            "ENDPOINT": "https://a", "CERTIFICATE": file.path, "CLIENT_CERTIFICATE": "/nowhere/c",
            "CLIENT_KEY": file.path,
        ])
        #expect(configuration.traces?.tls.certificateAuthority == file.path)
        #expect(configuration.traces?.tls.clientCertificate == "/nowhere/c")
        #expect(configuration.traces?.tls.clientKey == file.path)
        #expect(configuration.warnings.count == 1)
    }
}

@Suite("Destination of a signal in self-metrics")
struct DestinationTests {
    @Test(arguments: [
        ("http://127.0.0.1:4318", "127.0.0.1", 4318), ("https://collector", "collector", 443),
        ("http://collector/in", "collector", 80), ("HTTPS://[::1]:9/x", "::1", 9), ("http://[fe80::1]/", "fe80::1", 80),
        ("https://user:secret@host:1?k=v", "host", 1),
    ])
    func destinationIsTheEndpointsHostAndPort(url: String, host: String, port: Int) throws {
        let exporter = try OTLPHTTPExporter(configuration: OTLPConfiguration(traces: OTLPEndpoint(url: url)))
        #expect(
            exporter.destination(of: .spans([], scope: InstrumentationScope(name: "")))
                == ExportDestination(host: host, port: port))
        #expect(exporter.destination(of: .logs([])) == nil)
    }
}

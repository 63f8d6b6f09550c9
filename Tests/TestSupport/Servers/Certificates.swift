import Foundation

/// Certificates made for one test with the openssl command.
package struct Certificates {
    package struct NoCertificates: Error { let why: String }

    private let folder: TemporaryFolder

    package init() async throws {
        folder = try TemporaryFolder()
        for name in ["server", "client"] {
            let openssl = try await Program.run(
                command: "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                    "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path("\(name).key"),
                    "-out", path("\(name).pem"),
                ])
            guard openssl.status == 0 else {
                throw NoCertificates(why: "is openssl there (apt-get install openssl)? \(openssl.output)")
            }
        }
    }

    /// Where a file is, such as `server.pem`, `server.key`, `client.pem`.
    package func path(_ name: String) -> String { folder.file(name).path }
}

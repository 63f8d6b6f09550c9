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

    /// Makes a certificate and its key that are valid between two times, such as `20200101000000Z`.
    ///
    /// - Parameter uses: what alone it may be used for, as openssl names it, such as `clientAuth`.
    package func make(_ name: String, from start: String, to end: String, uses: String? = nil) async throws {
        try folder.write(
            """
            [ca]
            default_ca = authority
            [authority]
            database = \(path("index"))
            serial = \(path("serial"))
            new_certs_dir = \(folder.path)
            default_md = sha256
            policy = policy
            x509_extensions = extensions
            [policy]
            commonName = supplied
            [extensions]
            subjectAltName = IP:127.0.0.1
            basicConstraints = CA:TRUE
            \(uses.map { "extendedKeyUsage = \($0)" } ?? "")
            """, to: "ca.conf")
        try folder.write("", to: "index")
        try folder.write("01\n", to: "serial")
        let request = try await Program.run(
            command: "openssl",
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
                "-keyout", path("\(name).key"), "-out", path("\(name).csr"),
            ])
        let signed = try await Program.run(
            command: "openssl",
            [
                "ca", "-config", path("ca.conf"), "-selfsign", "-batch", "-notext", "-keyfile", path("\(name).key"),
                "-in", path("\(name).csr"), "-out", path("\(name).pem"), "-startdate", start, "-enddate", end,
            ])
        guard request.status == 0, signed.status == 0 else {
            throw NoCertificates(why: request.output + signed.output)
        }
    }

    /// Where a file is, such as `server.pem`, `server.key`, `client.pem`.
    package func path(_ name: String) -> String { folder.file(name).path }
}

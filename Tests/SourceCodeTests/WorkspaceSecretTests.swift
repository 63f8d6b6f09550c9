import Foundation
import SourceCodeTestSupport
import Testing

@testable import SourceCode

/// The secrets are made at run time, so that this file itself holds none.
@Suite(.timeLimit(.minutes(10))) struct WorkspaceSecretTests {
    /// Text as a generator makes it: letters of both cases and digits, the same in every run.
    static func random(_ count: Int, _ alphabet: String = "aZ3kQ9xB7mR2tW5yN8pL4vC6dF1gH0jS") -> String {
        let characters = Array(alphabet)
        var state: UInt64 = 42
        return String(
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return characters[Int(state >> 33) % characters.count]
            })
    }

    private static func finding(_ text: String, path: String = "a.swift") -> SecretScanner.Finding? {
        SecretScanner.firstFinding(in: Array(text.utf8), path: path)
    }

    static let secrets: [(String, String)] = [
        ("private key", "-----BEGIN RSA " + "PRIVATE KEY-----\n" + random(64) + "\n" + random(64) + "\n-----END"),
        ("private key", "-----BEGIN OPENSSH " + "PRIVATE KEY-----\n" + random(70)),
        ("private key", "let k = \"-----BEGIN EC " + "PRIVATE KEY-----\\n" + random(64) + "\\n\""),
        ("private key", "-----BEGIN RSA " + "PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\n" + random(64)),
        ("private key", "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----\n\n" + random(64)),
        ("AWS access key", "key: AK" + "IA" + random(16, "QWERTYUPLKJ2345670")),
        ("GitHub token", "gh" + "p_" + random(36)), ("GitHub token", "x=gh" + "s_" + random(40)),
        ("GitHub token", "github" + "_pat_" + random(82)), ("GitLab token", "gl" + "pat-" + random(20)),
        ("Slack token", "xo" + "xb-123456789012-" + random(24)),
        ("Slack webhook", "https://hooks.slack" + ".com/services/T01ABCD23/B04EFGH56/" + random(24)),
        ("OpenAI key", "s" + "k-proj-" + random(48)), ("OpenAI key", "\"s" + "k-" + random(48) + "\""),
        ("Anthropic key", "s" + "k-ant-api03-" + random(90)), ("Google key", "AI" + "za" + random(35)),
        ("Google token", "ya" + "29." + random(60)), ("Stripe key", "sk" + "_live_" + random(24)),
        ("npm token", "np" + "m_" + random(36)), ("Hugging Face token", "h" + "f_" + random(34)),
        ("JSON web token", "eyJ" + random(30) + ".eyJ" + random(40) + "." + random(43)),
        ("Azure account key", "Account" + "Key=" + random(86) + "=="),
        ("password in an address", "postgres://admin:" + random(12) + "@db.internal/app"),
        ("value of a secret's name", "let pass" + "word = \"" + random(16) + "\""),
        ("value of a secret's name", "let apiKey" + ": String = \"" + random(20) + "\""),
        ("value of a secret's name", "{\"client_sec" + "ret\": \"" + random(24) + "\"}"),
        ("value of a secret's name", "API_TO" + "KEN='" + random(32) + "'"),
        ("value of a secret's name", "db.pass" + "wd := `" + random(14) + "`"),
    ]

    @Test(arguments: secrets.indices) func secretsAreFound(index: Int) {
        let (rule, text) = Self.secrets[index]
        let found = Self.finding("first line\n" + text + "\nlast line\n")
        #expect(found?.rule == rule)
        #expect(found?.line == 2)
    }

    @Test func unquotedSecretsAreFoundOnlyInConfigurationFiles() {
        let text = "to" + "ken: " + Self.random(32) + "\n"
        #expect(Self.finding(text, path: "config/app.yaml")?.rule == "value of a secret's name")
        #expect(Self.finding(text, path: "notes.swift") == nil)
    }

    static let harmless: [String] = [
        "Keys start with -----BEGIN RSA " + "PRIVATE KEY----- and end with -----END RSA " + "PRIVATE KEY-----.",
        "let pattern = /gh" + "p_[A-Za-z0-9]{36}/", "token(\"GitHub token\", [\"gh" + "p_\", \"gho_\"], 36...251)",
        "AK" + "IAIOSFODNN7EXAMPLE", "aws_key = \"AK" + "IA\"", "AK" + "IA" + String(repeating: "A", count: 16),
        "gh" + "p_" + String(repeating: "x", count: 36), "let pass" + "word = \"changeme-please1\"",
        "pass" + "word = \"${DATABASE_PASSWORD_1}\"", "pass" + "word: String = readLine()",
        "let tokenCount = \"number of tokens in 2024\"", "to" + "ken = \"https://example.com/oauth2/token\"",
        "secret" + "Name = \"my-app/production/db-credentials\"", "pass" + "word = \"<your-password-here-1>\"",
        "postgres://user:password@localhost/db", "http://host:8080/path@2x.png", "mailto:a@b.example",
        "let to" + "ken = try parser.next(after: \"identifier\")", "task-" + random(40),
        "to" + "kenAccount = \"accountservice2\"", "class=\"sk-fading-circle\"",
        "eyJ is how base64 of a JSON object starts", "to" + "ken: \"com.example.service.account.token\"",
        "sha256: " + random(64, "0123456789abcdef"), "revision = \"" + random(40, "0123456789abcdef") + "\"",
        "\"pass" + "word\": \"aaaaaaaaaaaa1\"", "npm" + "_config_registry_that_is_a_rather_long_name",
    ]

    @Test(arguments: harmless.indices) func harmlessTextIsNoSecret(index: Int) {
        #expect(Self.finding(Self.harmless[index], path: "a.md") == nil, "\(Self.harmless[index])")
        #expect(Self.finding(Self.harmless[index], path: "a.yaml") == nil, "\(Self.harmless[index])")
    }

    @Test(
        arguments: [
            ".env", "x/.env.production", ".envrc", "prod.env", "server.pem", "tls/Server.KEY", "id_rsa", ".ssh/config",
            "id_ed25519", "credentials", "credentials.json", "aws/Credentials.csv", "credentials.py", ".netrc", "a.p12",
            "a.pfx", "a.keystore", "a.jks", "secrets.yml", "Secrets.swift", ".aws/config", ".npmrc",
            "terraform.tfstate",
            "service-account-prod.json", ".docker/config.json", ".git-credentials", ".htpasswd",
        ])
    func secretFileNamesAreDenied(path: String) { #expect(SecretNames.rule(for: path) != nil) }

    @Test(
        arguments: [
            "environment.swift", "Sources/CredentialsProvider.swift", "Credentials.swift", "key.swift", "KeyPath.md",
            "id_rsa.pub", "docs/secrets-management.md", "config.json", "monkey", "src/secret_scanner.py", "keys.json",
        ])
    func ordinaryFileNamesAreAllowed(path: String) { #expect(SecretNames.rule(for: path) == nil) }

    @Test func skippedSecretFileIsListedWithoutTheSecret() async throws {
        let folder = try ScratchFolder()
        let secret = Self.random(36)
        try folder.write("deploy.sh", "#!/bin/sh\nexport GITHUB=gh" + "p_\(secret)\n")
        try folder.write(".env", "KEY=\(secret)")
        try folder.write("main.swift", "print(1)")
        try await folder.commitAll()
        let scan = try await Workspace(folder.path).scan()
        #expect(scan.files.map(\.path) == ["main.swift"])
        #expect(
            scan.skipped == [
                SkippedFile(path: ".env", reason: .secretName, detail: ".env*"),
                SkippedFile(path: "deploy.sh", reason: .secretContent, detail: "GitHub token on line 2"),
            ])
        let everything = String(decoding: try JSONEncoder().encode(scan), as: UTF8.self)
        #expect(!everything.contains(secret))
    }
}

import Support
import Testing

/// Written apart, so that no address here is taken for one with a password.
private let at = "@"

@Suite struct PrintableAddressTests {
    @Test(
        arguments: [
            ("http://127.0.0.1:4318/v1/traces", "http://127.0.0.1:4318/v1/traces"),
            ("https://user:s3cr3t\(at)example.org/otlp", "https://example.org/otlp"),
            ("https://s3cr3t@example.org", "https://example.org"),
            ("https://user:s3%63r3t%40x\(at)example.org:443/", "https://example.org:443/"),
            ("https://us@er:s3cr3t\(at)example.org/", "https://example.org/"),
            ("http://h/p?token=s3cr3t", "http://h/p"), ("http://h?s3cr3t", "http://h"),
            ("http://h/p#s3cr3t", "http://h/p"), ("http://h/p;token=s3cr3t/q", "http://h/p/q"),
            ("http://user:s3cr3t\(at)[fe80::1%25eth0]:4318/v1", "http://[fe80::1%25eth0]:4318/v1"),
            ("http://[::1]/x", "http://[::1]/x"),
            // Not well formed: whatever may belong to a password is left out.
            ("user:s3cr3t@example.org:80/x", "example.org:80/x"),
            ("http:/user:s3cr3t@example.org/x", "example.org/x"),
            ("http:\\\\user:s3cr3t@example.org", "example.org"),
            ("http://user:s3/cr3t\(at)example.org/x", "http://example.org/x"),
            ("http://user:s3cr3t?\(at)example.org/x", "http://example.org/x"),
            ("http://user:s3cr3t", "http://…"), ("http://s3 cr3t/x", "http://…/x"), ("http://", "http://…"),
            ("ftp://user:s3cr3t\(at)example.org/x", "ftp://example.org/x"), ("127.0.0.1:4318", "127.0.0.1:4318"),
            ("http://h/a/s3cr3t0123456789abcdef/b", "http://h/a/…/b"),
            ("http://h/x/user:s3cr3t\(at)y/z", "http://h/x/…/z"),
            ("http://h/api/v2/otlp/v1/metrics", "http://h/api/v2/otlp/v1/metrics"),
        ])
    func secretPartsAreLeftOut(address: String, printed: String) {
        #expect(PrintableAddress.text(of: address) == printed)
        #expect(PrintableAddress.text(of: printed) == printed, "printing it again changes nothing")
    }

    @Test func lengthAndLinesAreBounded() {
        let long = PrintableAddress.text(of: "http://h/" + String(repeating: "a/", count: 1_000))
        #expect(long.count == PrintableAddress.maximumLength + 1 && long.hasSuffix("…"))
        #expect(
            !PrintableAddress.text(of: "http://h/\u{1B}[31m\n\u{202E}x").unicodeScalars.contains(
                where: ForeignText.acts))
    }

    /// libcurl names the proxy with its password.
    @Test(
        arguments: [
            ("Unsupported proxy syntax in 'http://user:s3cr3t\(at)proxy:x'", "Unsupported proxy syntax in 'http://…'"),
            (
                "no 'socks9://user:s3cr3t\(at)proxy:1'; see http://h/p?t=s3cr3t.",
                "no 'socks9://proxy:1'; see http://h/p"
            ),
            ("nothing to hide: at all", "nothing to hide: at all"), ("://", "://…"),
        ])
    func addressesInsideTextsArePrintedTheSameWay(text: String, printed: String) {
        #expect(PrintableAddress.hidingSecrets(in: text) == printed)
    }

    @Test func secretsOfAKnownAddressAreHiddenWhereverTheyStand() {
        let address = "http://user:s3%40cr3t\(at)h/p?token=abc%20def&x=1&flagged"
        let said = "user may not: s3@cr3t, s3%40cr3t, 'abc def', abc%20def, flagged, x=1"
        #expect(
            PrintableAddress.hidingSecrets(in: said, of: address) == "… may not: …, …, '…', …, …, x=1")
    }
}

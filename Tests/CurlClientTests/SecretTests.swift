import CurlClient
import Glibc
import Testing

/// No error shows a password, whoever put it into an address.
@Suite("Secrets in errors", .timeLimit(.minutes(5)))
struct SecretTests {
    @Test(
        arguments: [
            "http://user:s3cr3t@127.0.0.1:1/", "http://s3cr3t@127.0.0.1:1/", "http://127.0.0.1:1/p?token=s3cr3t",
            "http://127.0.0.1:1/p#s3cr3t", "http://user:s3cr3t@nowhere.invalid/", "ftp://user:s3cr3t@127.0.0.1/",
            "user:s3cr3t@127.0.0.1:1", "http://user:s3cr3t", "http://user:s3cr3t@[::1]:1/",
            "http://user:s3cr3t@127.0.0.1:99999/", "http://user:s3/cr3t@127.0.0.1:1/", "http://user:s3cr3t @h/",
            "http://user:s3cr3t@/", "http:///user:s3cr3t@x",
        ])
    func addressOfARequestIsShownWithoutThem(url: String) async throws {
        let error = try await failure(of: HTTPRequest(url: url), by: HTTPClient())
        #expect(!"\(error)".contains("s3cr3t") && !"\(error)".contains("cr3t@"), "\(error)")
    }

    /// The mark says that the text was cut there; each place is looked at, whatever was found before.
    @Test(arguments: [
        ("no key sk-0123456789 here", "no key … here"), ("Bearer sk-0123456789", "…"), ("sk-0123…", "…"),
        ("a sk-012345…, b sk-0123…, c sk-0…", "a …, b …, c sk-0…"), ("Bearer sk…", "…"), ("sk-0123 x…", "sk-0123 x…"),
        ("sk-sk-0123456789", "sk-…"), ("e\u{301}sk-0123456789\u{301}", "e\u{301}…\u{301}"), ("", ""), ("…", "…"),
    ])
    func valuesOfHeadersAreHiddenWhereverTheyStand(text: String, expected: String) {
        let headers = [HTTPHeader("Authorization", "Bearer sk-0123456789"), HTTPHeader("x", "b"), HTTPHeader("y", "")]
        #expect(headers.hidingValues(in: text).utf8.elementsEqual(expected.utf8), "\(headers.hidingValues(in: text))")
    }

    @Test func hidingLongValuesInALongTextTakesTimeOfTheirLengths() {
        let headers = (0..<8).map { HTTPHeader("x", String(repeating: "a", count: 8_000) + "\($0)") }
        let text = String(repeating: String(repeating: "a", count: 7_999) + "…", count: 100)
        #expect(headers.hidingValues(in: text) == String(repeating: "…", count: 100))
    }

    @Test(
        arguments: [
            "http://user:s3cr3t@127.0.0.1:1", "http://user:s3cr3t@proxy.invalid:1", "ftp://user:s3cr3t@127.0.0.1:1",
            "http://user:s3cr3t@127.0.0.1:port", "socks5h://user:s3cr3t@127.0.0.1:1", "gopher://user:s3cr3t@h",
            "http://user:s3cr3t@[::1:1",
        ])
    func addressOfAProxyIsShownWithoutThem(proxy: String) async {
        await #expect(processExitsWith: .success) { [proxy] in
            for name in ["all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            setenv("http_proxy", proxy, 1)
            let error = try await failure(of: HTTPRequest(url: "http://nowhere.invalid/"), by: HTTPClient())
            try #require(!"\(error)".contains("s3cr3t"), "\(error)")
        }
    }
}

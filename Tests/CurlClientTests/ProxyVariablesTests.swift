import Glibc
import TestSupport
import Testing

@testable import CurlClient

@Suite("The proxy that libcurl takes", .timeLimit(.minutes(10)))
struct ProxyVariablesTests {
    private func proxy(for url: String, _ variables: [String: String]) -> String? {
        ProxyVariables { variables[$0] }.proxy(for: url)?.variable
    }

    @Test(
        arguments: [
            ("http://h/", ["http_proxy": "p:1"], "http_proxy"), ("http://h/", ["HTTP_PROXY": "p:1"], nil),
            ("http://h/", ["https_proxy": "p:1"], nil), ("https://h/", ["https_proxy": "p:1"], "https_proxy"),
            ("https://h/", ["HTTPS_PROXY": "p:1"], "HTTPS_PROXY"), ("https://h/", ["http_proxy": "p:1"], nil),
            ("http://h/", ["all_proxy": "p:1"], "all_proxy"), ("http://h/", ["ALL_PROXY": "p:1"], "ALL_PROXY"),
            ("http://h/", ["http_proxy": "", "all_proxy": "p:1"], "all_proxy"), ("http://h/", ["http_proxy": ""], nil),
            ("http://h/", [:], nil),
        ] as [(String, [String: String], String?)])
    func variableOfTheSchemeComesFirstThenThatOfAll(
        url: String, variables: [String: String], expected: String?
    ) {
        #expect(proxy(for: url, variables) == expected)
    }

    /// Hosts, lists, and whether the host is reached directly.
    static let exemptions: [(host: String, list: String, isExempt: Bool)] = [
        ("a.example.org", "example.org", true), ("a.example.org", ".example.org", true),
        ("example.org", ".example.org", true),
        ("badexample.org", "example.org", false), ("EXAMPLE.org", "example.ORG", true), ("h", "*", true),
        ("h", "x,*", false),
        ("h", "a, h", true), ("h", "a h b", true), ("h", "", false), ("10.1.2.3", "10.0.0.0/8", true),
        ("11.1.2.3", "10.0.0.0/8", false), ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "2.3", false),
        ("127.0.0.1", "127.0.0.0/31", true), ("127.0.0.3", "127.0.0.0/31", false), ("::1", "::1", true),
        // One address, of whatever form, and no network of none or more than all bits.
        ("10.0.0.1", "10.0.0.0/0", false), ("127.0.0.1", "127.0.0.0/0", false), ("127.0.0.1", "127.0.0.1/0", true),
        ("127.0.0.1", "127.0.0.1/32", true), ("127.0.0.1", "127.0.0.1/33", false), ("127.0.0.1", "127.0.0.0/-1", false),
        ("127.0.0.1", "127.0.0.0/8x", true), ("127.0.0.1", "127.0.0.0/+8", true), ("127.0.0.1", "127.0.0.1/", true),
        ("127.0.0.1", "127.0.0.0/8/9", true), ("127.0.0.1", "127.0.0.0/99999999999999999999", false),
        ("127.0.0.1", "127.0.0.1.", false), ("127.0.0.1", "[127.0.0.1]", false), ("127.0.0.1", "127.1", false),
        ("127.1", "127.0.0.1", true), ("2130706433", "127.0.0.0/8", true),
        // Those of IPv6 are compared as they are written.
        ("0:0::1", "::1", true), ("::1", "[::1]", false), ("::1", "0:0::1", false), ("::1", "::/64", false),
        ("::1", "::1/128", false), ("::1", "::1.", true),
        // One dot at each end of a name means nothing.
        ("h", "h.", true), ("h.", "h", true), ("h", ".h.", true), ("h", "..h", false), ("h", "h..", false),
        ("h", ".", false), ("h.", ".", false), ("h", "[h]", false), ("h", "*h", false), ("h", "*,", false),
        ("h", "a\th", true), ("h", ",h", true), ("h", "h/8", false), ("h", "h\u{301}", false),
    ]

    @Test(arguments: exemptions) func hostsAreExemptAsNoProxySays(host: String, list: String, isExempt: Bool) {
        let url = "http://\(host.contains(":") ? "[\(host)]" : host):1/"
        #expect((proxy(for: url, ["http_proxy": "p:1", "no_proxy": list]) == nil) == isExempt)
        #expect((proxy(for: url, ["http_proxy": "p:1", "NO_PROXY": list]) == nil) == isExempt)
    }

    /// Only the proxy listens: an answer says that libcurl has asked it.
    @Test func libcurlGoesTheWayThatIsTold() async {
        await #expect(processExitsWith: .success) {
            for name in ["all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            let proxy = try await ScriptedServer(ScriptedAnswer(299))
            setenv("http_proxy", proxy.url(), 1)
            let client = try HTTPClient()
            // No connection to the others ends at once.
            let hosts = ["127.0.0.1", "127.0.0.3", "127.1", "2130706433", "::1", "0:0::1", "h", "h."]
            for (host, list, isExempt) in Self.exemptions where hosts.contains(host) {
                setenv("no_proxy", list, 1)
                let url = "http://\(host.contains(":") ? "[\(host)]" : host):1/"
                let answer = try? await client.execute(HTTPRequest(url: url), deadline: soon())
                try #require((answer?.status == 299) == !isExempt, "\(host) \(list)")
            }
        }
    }
}

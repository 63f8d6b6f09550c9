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
    ]

    @Test(arguments: exemptions) func hostsAreExemptAsNoProxySays(host: String, list: String, isExempt: Bool) {
        let url = "http://\(host.contains(":") ? "[\(host)]" : host):1/"
        #expect((proxy(for: url, ["http_proxy": "p:1", "no_proxy": list]) == nil) == isExempt)
        #expect((proxy(for: url, ["http_proxy": "p:1", "NO_PROXY": list]) == nil) == isExempt)
    }

    /// Nothing listens at either place, and the error says which of the two libcurl has tried.
    @Test func libcurlGoesTheWayThatIsTold() async {
        await #expect(processExitsWith: .success) {
            for name in ["all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            let proxy = try await ScriptedServer(ScriptedAnswer(299))
            setenv("http_proxy", proxy.url(), 1)
            let client = try HTTPClient()
            for (host, list, isExempt) in Self.exemptions where host.hasPrefix("127.") || host == "::1" || host == "h" {
                setenv("no_proxy", list, 1)
                let url = "http://\(host.contains(":") ? "[\(host)]" : host):1/"
                let answer = try? await client.execute(HTTPRequest(url: url), deadline: soon())
                try #require((answer?.status == 299) == !isExempt, "\(host) \(list)")
            }
        }
    }
}

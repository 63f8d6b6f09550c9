import CurlClient
import Glibc
import ServerTestSupport
import Testing

/// Each test in a process of its own: proxies are named by variables of the process.
@Suite("Proxies from the environment")
struct ProxyTests {
    @Test func plainRequestsGoThroughTheProxy() async {
        await #expect(processExitsWith: .success) {
            let proxy = try await ScriptedServer(ScriptedAnswer(200, body: "from the proxy"))
            setenv("http_proxy", proxy.url(), 1)
            unsetenv("no_proxy")
            unsetenv("NO_PROXY")
            let response = try await HTTPClient().execute(
                HTTPRequest(method: "POST", url: "http://collector.invalid/v1/traces", body: [1]), deadline: soon())
            try #require(response.body == Array("from the proxy".utf8))
            try #require(try proxy.requests().map(\.path) == ["http://collector.invalid/v1/traces"])
        }
    }

    @Test func namedHostsAreReachedDirectly() async {
        await #expect(processExitsWith: .success) {
            let proxy = try await ScriptedServer(ScriptedAnswer(200))
            let server = try await ScriptedServer(ScriptedAnswer(200, body: "direct"))
            setenv("http_proxy", proxy.url(), 1)
            setenv("no_proxy", "example.org,127.0.0.1", 1)
            let response = try await HTTPClient().execute(HTTPRequest(url: server.url()), deadline: soon())
            try #require(response.body == Array("direct".utf8))
            try #require(try proxy.requests().isEmpty)
        }
    }

    @Test func theVariableInCapitalsIsNotTrusted() async {
        // A web server hands a request's `Proxy:` header to its programs under that name.
        await #expect(processExitsWith: .success) {
            let proxy = try await ScriptedServer(ScriptedAnswer(200))
            let server = try await ScriptedServer(ScriptedAnswer(200, body: "direct"))
            for name in ["http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            setenv("HTTP_PROXY", proxy.url(), 1)
            let response = try await HTTPClient().execute(HTTPRequest(url: server.url()), deadline: soon())
            try #require(response.body == Array("direct".utf8))
            try #require(try proxy.requests().isEmpty)
        }
    }

    @Test func aProxyThatIsNotThereIsNamedInTheError() async {
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://proxy.invalid:1", 1)
            unsetenv("no_proxy")
            unsetenv("NO_PROXY")
            let error = try await failure(of: HTTPRequest(url: "http://127.0.0.1:1/"), by: HTTPClient())
            try #require(error.code == .unknownHost)
            try #require("\(error)".contains("http_proxy"))
        }
    }
}

import CurlClient
import Glibc
import TestSupport
import Testing

/// Each test runs in a process of its own, since environment variables name the proxies.
@Suite("Proxies from the environment", .timeLimit(.minutes(10)))
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

    @Test func noProxyHostsAreReachedDirectly() async {
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

    @Test func uppercaseHTTPProxyVariableIsIgnored() async {
        // HTTP_PROXY is ignored: a web server passes a request's `Proxy:` header to CGI programs under that name.
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

    @Test func httpsRequestsUseATunnelThatTheProxyCannotRead() async {
        await #expect(processExitsWith: .success) {
            let certificates = try await Certificates()
            let proxy = try await ScriptedServer(.act(.tunnel))
            let server = try await ScriptedServer(
                ScriptedAnswer(200, body: "safe"),
                tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
            for name in ["http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            setenv("https_proxy", proxy.url(), 1)
            var request = HTTPRequest(
                method: "POST", url: "https://127.0.0.1:\(server.port)/v1/traces",
                headers: [HTTPHeader("Authorization", "secret")], body: Array("spans".utf8))
            // The tunnel does not change which certificates the client trusts.
            try #require(try await failure(of: request, by: HTTPClient()).code == .tls)
            try #require(try server.requests().isEmpty)
            request.tls.certificateAuthority = certificates.path("server.pem")
            let client = try HTTPClient()
            for _ in 0..<2 {
                try #require(try await client.execute(request, deadline: soon()).body == Array("safe".utf8))
            }
            let connects = try proxy.requests()
            try #require(
                connects.map(\.method) == ["CONNECT", "CONNECT"], "one for each client; a tunnel is used again")
            try #require(connects.allSatisfy { $0.path == "127.0.0.1:\(server.port)" })
            try #require(connects.allSatisfy { $0.values(of: "Authorization").isEmpty && $0.bodyBytes.isEmpty })
            try #require(try server.requests().map(\.bodyBytes) == [Array("spans".utf8), Array("spans".utf8)])
            try #require(try server.requests().allSatisfy { $0.values(of: "Authorization") == ["secret"] })
            await client.shutdown()
        }
    }

    @Test func httpsProxyIsNotUsedForPlainRequestsOrNoProxyHosts() async {
        await #expect(processExitsWith: .success) {
            let certificates = try await Certificates()
            let proxy = try await ScriptedServer(.act(.tunnel))
            let plain = try await ScriptedServer(ScriptedAnswer(200, body: "plain"))
            let server = try await ScriptedServer(
                ScriptedAnswer(200, body: "safe"),
                tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
            for name in ["http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            setenv("https_proxy", proxy.url(), 1)
            let client = try HTTPClient()
            let answer = try await client.execute(HTTPRequest(url: plain.url()), deadline: soon())
            try #require(answer.body == Array("plain".utf8))
            setenv("no_proxy", "127.0.0.1", 1)
            var request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
            request.tls.certificateAuthority = certificates.path("server.pem")
            try #require(try await client.execute(request, deadline: soon()).body == Array("safe".utf8))
            try #require(try proxy.requests().isEmpty)
            await client.shutdown()
        }
    }

    @Test(arguments: [403, 407, 502]) func proxyThatRefusesTheTunnelIsNamedInTheError(_ status: Int) async {
        await #expect(processExitsWith: .success) { [status] in
            let proxy = try await ScriptedServer(ScriptedAnswer(status))
            for name in ["http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            setenv("https_proxy", proxy.url(), 1)
            let error = try await failure(of: HTTPRequest(url: "https://127.0.0.1:1/"), by: HTTPClient())
            try #require(error.message.contains("\(status)"), "\(error)")
            try #require(error.message.contains("proxy"), "\(error)")
            try #require(try proxy.requests().map(\.method) == ["CONNECT"])
        }
    }

    @Test(arguments: [
        ("http_proxy", "http://nowhere.invalid/v1"), ("https_proxy", "https://nowhere.invalid/v1"),
        ("HTTPS_PROXY", "https://nowhere.invalid/v1"), ("ALL_PROXY", "http://nowhere.invalid/v1"),
    ])
    func proxyThatRefusesConnectionsIsNamedAndNotTheServerAsTheOneThatRefused(
        variable: String, url: String
    ) async {
        await #expect(processExitsWith: .success) { [variable, url] in
            for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] {
                unsetenv(name)
            }
            let port = try SilentPort(.refusing)
            setenv(variable, "http://user:s3cr3t@127.0.0.1:\(port.port)", 1)
            let error = try await failure(of: HTTPRequest(url: url), by: HTTPClient())
            try #require(error.code == .connectionRefused)
            try #require(
                error.message
                    == "connection refused by the proxy http://127.0.0.1:\(port.port), which \(variable) names for "
                    + "\(url): is a proxy listening there?", "\(error)")
            withExtendedLifetime(port) {}
        }
    }

    @Test func whatAServerDoesBehindAProxyIsToldWithTheWayThere() async {
        await #expect(processExitsWith: .success) {
            for name in ["all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            let proxy = try await ScriptedServer(.act(.close))
            setenv("http_proxy", proxy.url(), 1)
            let error = try await failure(of: HTTPRequest(url: "http://nowhere.invalid/v1"), by: HTTPClient())
            try #require(error.code == .connectionLost)
            try #require(
                error.message.contains("http://nowhere.invalid/v1 (by way of the proxy \(proxy.url()))"), "\(error)")
        }
    }

    @Test func proxyThatAsksForAPasswordIsToldWhereToWriteIt() async {
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            let proxy = try await ScriptedServer(ScriptedAnswer(407))
            setenv("https_proxy", proxy.url(), 1)
            let error = try await failure(of: HTTPRequest(url: "https://127.0.0.1:1/"), by: HTTPClient())
            try #require(error.message.contains("USER:PASSWORD@") && error.message.contains("https_proxy"), "\(error)")
        }
    }

    @Test func unresolvableProxyIsNamedInTheError() async {
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

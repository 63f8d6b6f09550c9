import MCPClient
import Testing

@Suite struct MCPServers {
    @Test func aServerHasAName() { #expect(MCPServer(name: "a", transport: .url("http://x", token: nil)).name == "a") }
}

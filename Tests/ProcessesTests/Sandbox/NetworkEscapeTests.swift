import Support
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct NetworkEscapeTests {
    private static let escapes = [
        Escape("tcp", "127.0.0.1", "{TCP4}"), Escape("tcp", "::1", "{TCP6}"),
        Escape("udp", "127.0.0.1", "{UDP4}"), Escape("udp", "::1", "{UDP6}"),
        Escape("name_server", "127.0.0.1", "{UDP4}"), Escape("raw", "", "", control: .root),
        Escape("stream_path", "{OUTSIDE}/stream"), Escape("abstract", "victim-{PROCESS}"),
        Escape("datagram_pair", "{OUTSIDE}/datagram"), Escape("packet_pair", "{OUTSIDE}/stream"),
        Escape("family_with_high_bits", "{OUTSIDE}/stream"), Escape("pair_with_high_bits", "{OUTSIDE}/datagram"),
        Escape("rebound_pair", "{OUTSIDE}/stream", control: .nobodyHere),
        Escape("stream_path", "{OUTSIDE}/stream", reads: ["{OUTSIDE}"]),
        Escape("datagram_pair", "{OUTSIDE}/datagram", reads: ["{OUTSIDE}"]),
        Escape("family_with_high_bits", "{OUTSIDE}/stream", reads: ["{OUTSIDE}"]),
        Escape("pair_with_high_bits", "{OUTSIDE}/datagram", reads: ["{OUTSIDE}"]),
        Escape("rebound_pair", "{OUTSIDE}/stream", control: .nobodyHere, reads: ["{OUTSIDE}"]),
        Escape("virtual_machine"), Escape("device_events"), Escape("packets", control: .root),
        Escape("key_sockets", control: .nobodyHere),
        Escape("interfaces"),
        // In a network of its own, which nobody else is in.
        Escape("listen", "", "") { level, _ in level == .bubblewrap },
    ]

    @Test(arguments: escapes, Caller.possible) func noNetworkAndNoSocketIsReached(
        escape: Escape, by caller: Caller
    ) async throws {
        let bench = try SandboxBench(caller)
        let victim = try await bench.victim()
        let facts = victim.facts
        try await bench.check(
            escape,
            [
                "PROCESS": "\(facts.process)", "TCP4": "\(facts.tcp4)", "TCP6": "\(facts.tcp6)",
                "UDP4": "\(facts.udp4)", "UDP6": "\(facts.udp6)",
            ])
    }
}

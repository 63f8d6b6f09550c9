import MCPClient
import Testing

/// Lists of tools: what is taken of them, and what is not.
@Suite(.timeLimit(.minutes(3))) struct Listings {
    @Test func allPagesAreRead() async throws {
        let server = try TestServer.hostile("pages")
        #expect(try await server.connection.tools(until: .late).map(\.name) == ["echo", "last"])
        await server.connection.close()
    }

    @Test(arguments: ["pages-without-end", "too-many-tools"])
    func listsHaveALimit(behaviour: String) async throws {
        let server = try TestServer.hostile(behaviour)
        await #expect(throws: MCPError.self) { try await server.connection.tools(until: .late) }
        await server.connection.close()
    }

    @Test func toolsThatNobodyCouldCallAreLeftOutAndTold() async throws {
        let server = try TestServer.hostile("odd-tools")
        let tools = try await server.connection.tools(until: .late)
        #expect(tools.map(\.name) == ["echo", "long"])
        for words in ["without a name", "cannot be seen", "is one of this name", "is no object", "65536 bytes"] {
            #expect(server.log.contains(words), "\(words) in \(server.log.lines)")
        }
        // Cut at a character, and told.
        let long = tools[1].description
        #expect(long.hasPrefix("ééé") && long.hasSuffix("é… (3952 more bytes)"))
        await server.connection.close()
    }

    @Test func descriptionsAreShownHarmlessly() async throws {
        let server = try TestServer.hostile("description:Reads\u{200B} a \u{1B}[2Jfile\u{E0041}")
        let tool = try #require(try await server.connection.tools(until: .late).first)
        #expect(tool.description == "Reads\u{FFFD} a ␛[2Jfile\u{FFFD}")
        await server.connection.close()
    }

    /// What is cut off counts too: a change there would otherwise go unnoticed.
    @Test func theDigestIsOfTheWholeDescription() async throws {
        var digests: Set<String> = []
        var descriptions: Set<String> = []
        for end in ["x", "y"] {
            let server = try TestServer.hostile("description:" + String(repeating: "d", count: 3000) + end)
            let tool = try #require(try await server.connection.tools(until: .late).first)
            digests.insert(tool.digest)
            descriptions.insert(tool.description)
            await server.connection.close()
        }
        #expect(digests.count == 2 && descriptions.count == 1)
    }
}

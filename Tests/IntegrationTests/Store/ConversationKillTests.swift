import Foundation
import TestSupport
import Testing

/// An agent made of a model whose process is killed at every boundary of its conversation, with a server of tools that counts.
@Suite(.timeLimit(.minutes(15))) struct ConversationKills {
    @Test func conversationThatIsKilledAtEveryBoundaryPaysAndActsOnce() async throws {
        let repository = (0..<4).reduce(URL(filePath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }
        let program = try await Program.run(
            URL(filePath: "/usr/bin/env"),
            [
                "python3", repository.appending(path: "scripts/lib/conversation_kills.py").path,
                CoordinatorProgram.url.path,
                repository.appending(path: "Tests/IntegrationTests/Support/counting_tools.py").path, "--seeds", "1",
            ])
        #expect(program.status == 0, "\(program.output)")
        #expect(
            program.standardOutput.contains(/conversation kills: [0-9]+ jobs, [0-9]+ boundaries, .* 0 failed/),
            "\(program.output)")
    }
}

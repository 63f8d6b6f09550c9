import SourceCode
import SourceCodeTestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SyntaxCheckerTests {
    /// A version manager's program that stands for an interpreter chooses the one it starts by files of the folder it is in.
    @Test(arguments: ["a.py", "a.swift"]) func parsersRunOutsideOfTheWorkspace(path: String) async throws {
        let folder = try ScratchFolder()
        let parser = try folder.writeProgram("parser", "#!/bin/sh\necho \"1: in $(pwd -P)\"\nexit 1\n")
        let checker = SyntaxChecker(swiftParser: [parser], python: [parser])
        let status = try await checker.check(path: path, text: "x")
        #expect(status.detail.hasSuffix("in /"), "\(status.detail)")
    }
}

import Foundation
import TestSupport

/// The program under test, beside the test bundle.
enum CoordinatorProgram {
    static let url = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "coordinator")

    static func run(
        _ arguments: String..., environment: [String: String] = [:], in folder: URL? = nil, input: String = ""
    ) async throws -> Program {
        try await Program.run(url, arguments, environment: environment, in: folder, input: input)
    }
}

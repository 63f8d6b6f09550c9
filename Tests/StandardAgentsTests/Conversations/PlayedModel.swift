import Coordinator
import CurlClient
import Foundation
import LanguageModels
import TestSupport

/// A model on a server of its own, whose part of a conversation is written down, asked by the client that asks real ones.
final class PlayedModel: Sendable {
    /// The key with which it is asked; nothing that is said to it may hold it.
    static let key = "sk-played-0123456789"

    let model: any LanguageModel
    private let server: PythonServer
    private let folder: TemporaryFolder

    /// - Parameter answers: the answers, as `played_model.py` says.
    init(_ answers: JSONValue) async throws {
        folder = try TemporaryFolder()
        try folder.write(try answers.json(), to: "answers.json")
        server = try await PythonServer(
            python: try TestPython.fromPath,
            script: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts/played_model.py"),
            arguments: [folder.path + "/answers.json", folder.path + "/requests.jsonl"])
        let configuration = try ModelConfiguration(
            environment: ["OPENAI_BASE_URL": server.url("/v1"), "OPENAI_API_KEY": Self.key], model: "played")
        model = configuration.makeModel(client: try HTTPClient())
    }

    /// The bodies of all requests, in order.
    var requests: [JSONValue] {
        get throws {
            let text = FileManager.default.contents(atPath: folder.path + "/requests.jsonl") ?? Data()
            return try text.split(separator: UInt8(ascii: "\n")).map { try JSONValue(json: $0) }
        }
    }
}

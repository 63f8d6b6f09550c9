import CurlClient
import Foundation
import LanguageModels
import TestSupport
import Testing

/// Addresses with a query, keys in a field of their own, and names that services complete.
@Suite(.timeLimit(.minutes(10))) struct ServiceAddresses {
    @Test(
        arguments: [
            (
                "m", "OPENAI_BASE_URL", "/openai/deployments/d?api-version=2024-10-21",
                "/openai/deployments/d/chat/completions?api-version=2024-10-21"
            ),
            ("m", "OPENAI_BASE_URL", "/v1/?a=b/c&d=", "/v1/chat/completions?a=b/c&d="),
            ("m", "OPENAI_BASE_URL", "?k=v", "/chat/completions?k=v"),
            ("m", "OPENAI_BASE_URL", "/v1?", "/v1/chat/completions"),
            ("claude-x", "ANTHROPIC_BASE_URL", "/a?k=v", "/a/v1/messages?k=v"),
            ("ollama/m", "OLLAMA_HOST", "/o?k=v", "/o/v1/chat/completions?k=v"),
        ])
    func pathIsAddedBeforeTheQuery(name: String, variable: String, base: String, path: String) async throws {
        let server = try await ScriptedServer(
            Answers.raw(#"{"content":[],"choices":[{"message":{}}]}"#, type: "application/json"))
        let asked = try model(name, at: server, environment: [variable: "http://127.0.0.1:\(server.port)\(base)"])
        _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(try server.requests().map(\.path) == [path])
    }

    /// A query may hold a key: messages show the address without it.
    @Test func queryIsNotShown() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(500, body: "no"))
        let asked = try model(at: server, environment: ["OPENAI_BASE_URL": server.url("/v1?token=s3cr3t")])
        let error = await failure {
            _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
        }
        #expect(error?.message.contains("/v1/chat/completions") == true && error?.message.contains("s3cr3t") == false)
    }

    @Test(
        arguments: [
            (["OPENAI_API_KEY": "k"], "https://x.openai.azure.com/openai/deployments/d?api-version=1", "api-key"),
            (["OPENAI_API_KEY": "k"], "https://gateway.example/v1", "authorization"),
            (["OPENAI_API_KEY": "other", "AZURE_OPENAI_API_KEY": "k"], "https://gateway.example/v1", "api-key"),
            (["OPENAI_API_KEY": "k", "AZURE_OPENAI_API_KEY": "other"], "https://api.openai.com/v1", "authorization"),
            (["OPENAI_API_KEY": "k"], "https://openai.azure.com.example/v1", "authorization"),
        ])
    func keyGoesInTheFieldThatTheServiceReads(environment: [String: String], base: String, field: String) throws {
        let configuration = try ModelConfiguration(
            environment: environment.merging(["OPENAI_BASE_URL": base]) { $1 }, model: "m")
        let keys = configuration.modelsRequest.headers.filter { ["api-key", "authorization"].contains($0.name) }
        #expect(keys == [HTTPHeader(field, field == "api-key" ? "k" : "Bearer k")])
        #expect(configuration.modelsURL.hasPrefix(base.prefix { $0 != "?" } + "/models"))
        #expect(ModelConfiguration.Variable.secrets.contains("AZURE_OPENAI_API_KEY"))
    }

    @Test(
        arguments: [
            ("ollama", "tiny-coder", "tiny-coder:latest", true), ("ollama", "tiny-coder:latest", "tiny-coder", true),
            ("ollama", "tiny-coder:7b", "tiny-coder:latest", false), ("ollama", "tiny-coder", "tiny-coder:7b", false),
            ("ollama", "Tiny-Coder", "library/tiny-coder:latest", true),
            ("ollama", "hf.co/a/b", "hf.co/a/b:latest", true),
            ("ollama", "a/b", "b:latest", false), ("ollama", "localhost:5000/a/b", "localhost:5000/a/b:latest", true),
            ("ollama", "tiny", "tiny-20250929", false), ("anthropic", "claude-x-4", "claude-x-4-20250929", true),
            ("anthropic", "claude-x-4-latest", "claude-x-4-20250929", true),
            ("anthropic", "claude-x", "claude-x-4-20250929", false),
            ("openai", "gpt-x", "gpt-x-2025-04-14", true), ("openai", "gpt-x", "gpt-x-mini", false),
            ("openai", "gem", "models/gem", true), ("openai", "models/gem", "gem", true),
            ("openai", "m", "m:latest", false),
            ("openai", "m", "M", false),
        ])
    func nameIsComparedAsTheServiceCompletesIt(provider: String, name: String, listed: String, isSame: Bool) {
        let identity = ModelIdentity(provider: provider, model: name, serverAddress: "h", serverPort: 1)
        #expect(identity.isListed(in: ["other", listed]) == isSame)
    }

    /// A price is found under the full name too, before a pattern's.
    @Test func priceIsFoundUnderTheNameThatTheServiceCompletes() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("prices.json")
        let prices = #"{"tiny:latest": {"input": 1, "output": 2}, "t*": {"input": 9, "output": 9}}"#
        try Data(prices.utf8).write(to: file)
        func price(_ name: String) throws -> PriceTable.Price? {
            try ModelConfiguration(environment: ["COORDINATOR_MODEL_PRICES": file.path], model: "ollama/" + name)
                .prices[name]
        }
        #expect(try price("tiny") == .init(input: 1, output: 2) && price("tiny:7b") == .init(input: 9, output: 9))
    }
}

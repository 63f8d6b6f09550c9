import CurlClient
import Foundation
import LanguageModels
import TestSupport
import Testing

/// Which model, where, and with which key.
@Suite struct ModelConfigurations {
    @Test func remedyIsForWhatIsNotReached() throws {
        let configuration = try ModelConfiguration(environment: [:], model: "ollama/m")
        for code: HTTPClientError.Code in [.connectionRefused, .unknownHost, .connectionFailed, .connectTimeout] {
            #expect(configuration.remedy(for: HTTPClientError(code, "x")).hasPrefix("Start Ollama"), "\(code)")
        }
        for code: HTTPClientError.Code in [.tls, .timeout, .connectionLost, .malformedResponse, .system] {
            #expect(configuration.remedy(for: HTTPClientError(code, "x")).isEmpty, "\(code)")
        }
    }

    @Test(
        arguments: [
            ("gpt-x", ["OPENAI_API_KEY": "k"], "openai", "gpt-x", "api.openai.com", 443),
            ("gpt-x", ["OPENAI_BASE_URL": "http://127.0.0.1:8000/v1/"], "openai", "gpt-x", "127.0.0.1", 8000),
            (
                "openai/claude-like", ["OPENAI_BASE_URL": "https://models.example/v1"], "openai", "claude-like",
                "models.example", 443
            ),
            ("claude-x", ["ANTHROPIC_API_KEY": " k \n"], "anthropic", "claude-x", "api.anthropic.com", 443),
            ("claude-x", ["ANTHROPIC_AUTH_TOKEN": "t"], "anthropic", "claude-x", "api.anthropic.com", 443),
            ("anthropic/m", ["ANTHROPIC_BASE_URL": "http://[::1]:9"], "anthropic", "m", "::1", 9),
            ("ollama/qwen:7b", [:], "ollama", "qwen:7b", "127.0.0.1", 11434),
            ("ollama/q", ["OLLAMA_HOST": "0.0.0.0"], "ollama", "q", "127.0.0.1", 11434),
            ("ollama/q", ["OLLAMA_HOST": ":7"], "ollama", "q", "127.0.0.1", 7),
            ("ollama/q", ["OLLAMA_HOST": "box:99"], "ollama", "q", "box", 99),
            ("ollama/q", ["OLLAMA_HOST": "https://box/"], "ollama", "q", "box", 443),
            ("ollama/q", ["OLLAMA_HOST": "10.0.0.0"], "ollama", "q", "10.0.0.0", 11434),
            ("ollama/q", ["OLLAMA_HOST": "[::]"], "ollama", "q", "::1", 11434),
        ] as [(String, [String: String], String, String, String, Int)])
    func modelNameSelectsTheService(
        name: String, environment: [String: String], provider: String, model: String, host: String, port: Int
    ) throws {
        let identity = try ModelConfiguration(environment: environment, model: name).identity
        let expected = ModelIdentity(provider: provider, model: model, serverAddress: host, serverPort: port)
        #expect(identity == expected)
    }

    @Test(
        arguments: [
            ("gpt-x", [:], "OPENAI_API_KEY"), ("claude-x", [:], "ANTHROPIC_API_KEY"), ("", [:], "a model's name"),
            ("ollama/", [:], "a model's name"), ("a b", [:], "a model's name"),
            (String(repeating: "x", count: 129), [:], "128"),
            ("m", ["OPENAI_API_KEY": "one two"], "OPENAI_API_KEY holds a blank"),
            ("m", ["OPENAI_API_KEY": "schlüssel"], "OPENAI_API_KEY holds a blank"),
            ("m", ["OPENAI_BASE_URL": "127.0.0.1:8000"], "OPENAI_BASE_URL must be an address"),
            ("m", ["OPENAI_BASE_URL": "http://user:pw@host/v1"], "without user"),
            ("m", ["OPENAI_BASE_URL": "http://host:99999"], "port from 1 to 65535"),
            (
                "m", ["OPENAI_BASE_URL": "http://h", "COORDINATOR_MODEL_CONTEXT_TOKENS": "lots"],
                "whole number from 512"
            ),
            ("m", ["OPENAI_BASE_URL": "http://h", "COORDINATOR_MODEL_CONTEXT_TOKENS": "511"], "whole number from 512"),
            ("m", ["OPENAI_BASE_URL": "http://h/v1#x"], "fragment"),
            ("m", ["OPENAI_BASE_URL": "http://"], "names no host"),
            ("ollama/m", ["OLLAMA_HOST": "::1"], "OLLAMA_HOST must be an address"),
            (
                "m", ["OPENAI_BASE_URL": "http://h", "COORDINATOR_MODEL_PRICES": "/nowhere/p.json"],
                "there is no such file"
            ),
            ("m", ["OPENAI_BASE_URL": "http://h", "COORDINATOR_MODEL_PRICES": "/dev/null"], "not a JSON object"),
        ] as [(String, [String: String], String)])
    func invalidConfigurationIsReportedWithoutSecrets(name: String, environment: [String: String], words: String) {
        let error = #expect(throws: ModelConfigurationError.self) {
            try ModelConfiguration(environment: environment, model: name)
        }
        let text = error?.description ?? ""
        #expect(text.contains(words), "\(text)")
        #expect(!text.contains("one two") && !text.contains("pw@"))
    }

    @Test(arguments: [
        ("true", true, 0), ("TRUE", true, 0), ("false", false, 0), ("", false, 0), ("yes", false, 1), ("1", false, 1),
    ])
    func contentIsRecordedForTheWordTrueAloneAndOtherWordsAreWarnedOf(
        value: String, isRecorded: Bool, warnings: Int
    ) throws {
        let environment = [
            "OPENAI_BASE_URL": "http://h", "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": value,
        ]
        #expect(try ModelConfiguration(environment: environment, model: "m").capturesContent == isRecorded)
        #expect(ModelConfiguration.warnings(environment: environment).count == warnings)
    }

    @Test func apiKeyIsNeverPrinted() throws {
        let secret = Secret("sk-very-secret")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect("\(secret)" == "<secret>" && String(reflecting: secret) == "<secret>" && !dumped.contains("very"))
        let configuration = try ModelConfiguration(environment: ["OPENAI_API_KEY": "sk-very-secret"], model: "m")
        dumped = ""
        dump(configuration, to: &dumped)
        #expect(!"\(configuration) \(String(reflecting: configuration)) \(dumped)".contains("very"))
    }

    /// More of files: `Prices`.
    @Test func pricesComeFromTheTableOrAFile() throws {
        let usage = ModelUsage(inputTokens: 1_000_000, outputTokens: 500_000)
        #expect(PriceTable.standard.cost(of: usage, model: "gpt-4.1") == 6)
        #expect(PriceTable.standard.cost(of: usage, model: "claude-sonnet-4-5-20250929") == 10.5)
        #expect(PriceTable.standard.cost(of: usage, model: "unheard-of") == nil)
        let table = PriceTable([
            "a*": .init(input: 1, output: 1), "ab*": .init(input: 2, output: 2), "abc": .init(input: 3, output: 3),
        ])
        #expect(table["abc"]?.input == 3 && table["abd"]?.input == 2 && table["ax"]?.input == 1)
        let folder = try TemporaryFolder()
        let file = folder.file("prices.json")
        func read(_ text: String) throws -> PriceTable {
            try Data(text.utf8).write(to: file)
            return try ModelConfiguration(
                environment: ["OPENAI_BASE_URL": "http://h", "COORDINATOR_MODEL_PRICES": file.path], model: "m"
            ).prices
        }
        let own = try read(#"{"gpt-4.1": {"input": 1, "output": 0}, "local-*": {"input": 0, "output": 0}}"#)
        #expect(own["gpt-4.1"]?.input == 1 && own["local-7b"]?.output == 0 && own["o3"] != nil)
        for wrong in [
            #"{"m": {"input": 1}}"#, #"{"m": {"input": -1, "output": 1}}"#,
            #"{"m": {"input": 1, "output": 1, "x": 1}}"#, "[]",
        ] {
            #expect(throws: ModelConfigurationError.self) { try read(wrong) }
        }
        #expect(throws: ModelConfigurationError.self) {
            try read(String(repeating: " ", count: PriceTable.fileBytes + 1))
        }
    }

    /// The page on variables names every one, and says what holds without it.
    @Test func everyVariableIsDocumented() throws {
        let text = try String(
            contentsOf: TestPython.packageRoot.appending(path: "docs/environment.md"), encoding: .utf8)
        for variable in ModelConfiguration.Variable.all { #expect(text.contains("`\(variable)`"), "\(variable)") }
        #expect(ModelConfiguration.defaultContextTokens == 8_192 && ObservedModel.contentLength == 16_384)
    }
}

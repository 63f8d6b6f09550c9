extension ModelName {
    /// The services that a name may begin with, as ``ModelConfiguration`` takes them.
    private static let services = ["openai/", "anthropic/", "ollama/"]

    /// The names under which a model's price may stand: its own, and that without its service.
    static func priced(_ name: String) -> [String] {
        [name] + services.filter { name.hasPrefix($0) }.map { String(name.dropFirst($0.count)) }
    }

    /// The name without the day of its version, `-20250929` or `-2025-04-14`, or `-latest`; `nil` where it has none.
    static func withoutDay(_ name: String) -> String? {
        if name.hasSuffix("-latest") { return String(name.dropLast("-latest".count)) }
        let bytes = Array(name.utf8)
        for form in [Array("-dddddddd".utf8), Array("-dddd-dd-dd".utf8)] where bytes.count > form.count {
            let end = bytes.suffix(form.count)
            let fits = zip(end, form).allSatisfy { byte, wanted in
                wanted == UInt8(ascii: "d")
                    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == wanted
            }
            if fits { return String(decoding: bytes.dropLast(form.count), as: UTF8.self) }
        }
        return nil
    }
}

extension ModelIdentity {
    /// The names that lists of prices have for services with OpenAI's protocol, by the ends of their hosts.
    private static let hosts = [
        (".openai.azure.com", "azure"), (".cognitiveservices.azure.com", "azure"), (".services.ai.azure.com", "azure"),
        ("openrouter.ai", "openrouter"), ("api.deepseek.com", "deepseek"), ("api.groq.com", "groq"),
        ("api.mistral.ai", "mistral"), ("api.x.ai", "xai"), ("generativelanguage.googleapis.com", "gemini"),
        ("api.together.xyz", "together_ai"), ("api.fireworks.ai", "fireworks_ai"), ("api.deepinfra.com", "deepinfra"),
        ("api.cerebras.ai", "cerebras"), ("api.moonshot.ai", "moonshot"),
    ]

    /// The names under which its price may stand, the one that says most first.
    var pricedNames: [String] {
        let host = serverAddress.lowercased()
        let service = Self.hosts.first { host.hasSuffix($0.0) }?.1 ?? provider
        var names = [model]
        if provider == Self.ollama {
            names.append(model.contains(":") ? String(model.prefix { $0 != ":" }) : model + ":latest")
        }
        if model.hasPrefix("models/") { names.append(String(model.dropFirst(7))) }
        return names.map { "\(service)/\($0)" } + names.flatMap(ModelName.priced)
    }
}

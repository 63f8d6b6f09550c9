/// Names of models as services complete them.
///
/// A service takes a short name and lists the full one: Ollama adds `:latest`, Anthropic the day of a version, Google the
/// folder `models/`.
struct ModelName: Sendable, Hashable {
    /// The registry that Ollama's names stand for without one.
    private static let registry = "registry.ollama.ai"
    /// The namespace that Ollama's names stand for without one.
    private static let namespace = "library"

    private let isOllama: Bool
    private let name: String

    init(_ name: String, provider: String) {
        isOllama = provider == ModelIdentity.ollama
        self.name = isOllama ? Self.ollama(name) : name.hasPrefix("models/") ? String(name.dropFirst(7)) : name
    }

    /// Whether a listed name is this model's.
    func isListed(as listed: ModelName) -> Bool {
        if name == listed.name { return true }
        guard !isOllama else { return false }
        let stem = name.hasSuffix("-latest") ? String(name.dropLast("-latest".count)) : name
        // A version's day, `-20250929` or `-2025-04-14`.
        return listed.name.hasPrefix(stem)
            && listed.name.dropFirst(stem.count).wholeMatch(of: /-(?:\d{8}|\d{4}-\d\d-\d\d)/) != nil
    }

    /// The full name: registry, namespace, model and tag, without regard to case, which Ollama does not have either.
    private static func ollama(_ name: String) -> String {
        let parts = name.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        let model = parts.last ?? ""
        let tagged = model.contains(":") ? String(model) : model + ":latest"
        let space = parts.count > 1 ? String(parts[parts.count - 2]) : namespace
        let host = parts.count > 2 ? parts.dropLast(2).joined(separator: "/") : registry
        return "\(host)/\(space)/\(tagged)"
    }
}

extension ModelIdentity {
    /// Whether the service lists this model under one of some names.
    package func isListed(in names: [String]) -> Bool {
        let own = ModelName(model, provider: provider)
        return names.contains { own.isListed(as: ModelName($0, provider: provider)) }
    }
}

/// The address of a service, to which paths are added.
///
/// A query stays behind the path: Azure's addresses end in `?api-version=…`.
struct BaseURL: Sendable, Hashable {
    /// Everything before the query, without a slash at its end.
    let base: String
    /// The query with its question mark; empty where there is none.
    let query: String

    init(_ text: String) {
        let end = text.firstIndex(of: "?") ?? text.endIndex
        var base = text[..<end]
        while base.hasSuffix("/") { base.removeLast() }
        self.base = String(base)
        query = text[end...] == "?" ? "" : String(text[end...])
    }

    /// The address of something below it.
    ///
    /// - Parameter parameters: what is added to the query, such as `limit=10`.
    func appending(_ path: String, parameters: String? = nil) -> String {
        guard let parameters else { return base + path + query }
        return base + path + (query.isEmpty ? "?" : query + "&") + parameters
    }

    /// The address with a path that all others are below.
    func below(_ path: String) -> BaseURL { BaseURL(appending(path)) }

    /// Whether it is one of Azure's, whose keys go in a field of their own.
    var isAzures: Bool {
        guard let host = (try? ServiceAuthority(base))?.host.lowercased() else { return false }
        return [".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"].contains {
            host.hasSuffix($0)
        }
    }
}

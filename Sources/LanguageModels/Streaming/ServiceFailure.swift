import Coordinator
import CurlClient
import Support

/// An error that a service reports, by status or within a stream.
///
/// The bodies are those of OpenAI and compatible services, `{"error": {"message", "type", "code"}}`, of Anthropic,
/// `{"type": "error", "error": {"type", "message"}}`, of Ollama, `{"error": "message"}`, and of services that check
/// requests by a framework, `{"detail": [{"loc", "msg"}]}`.
struct ServiceFailure: Sendable {
    let status: Int?
    let type: String
    let detail: String
    let retryAfter: Duration?
    /// The service's name and address, for messages.
    let service: String
    private let contextTokens: Int?
    private let refusal: Refusal

    init(status: Int, headers: [HTTPHeader], body: [UInt8], service: String) {
        let document = (try? JSONValue(json: body)) ?? .null
        self.init(
            status: status, document: document,
            retryAfter: ServiceWait().duration(status: status, headers: headers, document: document), service: service,
            otherwise: String(decoding: body, as: UTF8.self))
    }

    /// - Parameter otherwise: the message when the document has none.
    init(status: Int?, document: JSONValue, retryAfter: Duration? = nil, service: String, otherwise: String = "") {
        let error = Self.described(document)
        let words = ["type", "code", "error_type", "status"].compactMap { error[$0]?.wireText }
        self.status = status ?? (error["code"] ?? error["status"])?.wireInteger.map { Int(clamping: $0) }
        type = words.joined(separator: " ")
        detail = ModelError.detail(Self.message(error) ?? otherwise)
        self.retryAfter = retryAfter ?? ServiceWait().duration(status: self.status, headers: [], document: document)
        self.service = service
        // llama.cpp reports the size of the context.
        contextTokens = error["n_ctx"]?.wireInteger.flatMap { Int(exactly: $0) }
        refusal = Self.refusal(document, otherwise: otherwise)
    }

    /// The error for the caller.
    var error: ModelError {
        let (code, remedy) = meaning
        let what = status.map { "answered \($0)" } ?? "said in its answer that it failed"
        let said = detail.isEmpty ? "" : ": \(detail)"
        var error = ModelError(
            code, Sentences.joined("\(service) \(what)\(said)", remedy), retryAfter: retryAfter,
            contextTokens: code == .contextTooLong ? contextTokens : nil)
        if code == .badRequest { error.refusal = refusal }
        return error
    }

    private var meaning: (ModelError.Code, remedy: String) {
        let said = (type + " " + detail).lowercased()
        // The text is checked before the status: services phrase it differently, but it is more specific than the
        // status.
        let isTooLong = [
            "context_length_exceeded", "exceed_context_size", "context length", "context size", "context window",
            "prompt is too long", "maximum context",
        ].contains { said.contains($0) }
        if isTooLong { return (.contextTooLong, "Send less, or use a model with a larger context.") }
        // The model's call has no form that the service can read: another answer may have one.
        if ["tool_use_failed", "failed_generation"].contains(where: { said.contains($0) }) {
            return (.invalidOutput, "The model wrote a call that the service cannot read.")
        }
        if said.contains("overloaded") { return (.overloaded, "Try later.") }
        switch status {
        case 401, 403: return (.unauthorized, "Check the key, and that it may use this model.")
        // A gateway that finds nobody who serves the model with tools.
        case 404 where said.contains("support tool use"): return (.badRequest, "")
        case 404: return (.notFound, "Check the model's name and the address.")
        case 408, 504: return (.timeout, "")
        case 413: return (.contextTooLong, "Send less.")
        case 429:
            // An account without credit is not a rate limit: waiting does not help.
            if said.contains("insufficient_quota") || said.contains("billing") {
                return (.unauthorized, "The account has no credit left; see to its billing.")
            }
            return (.rateLimited, "")
        case 529: return (.overloaded, "Try later.")
        case 503: return (.overloaded, "")
        case .some(500...599): return (.serverError, "")
        case .some(300...399): return (.notFound, "Redirects are not followed; give the final address.")
        case .some: return (.badRequest, "")
        case nil:
            if said.contains("rate_limit") { return (.rateLimited, "") }
            if said.contains("authentication") || said.contains("permission") {
                return (.unauthorized, "Check the key.")
            }
            if said.contains("invalid_request") { return (.badRequest, "") }
            return (.serverError, "")
        }
    }
}

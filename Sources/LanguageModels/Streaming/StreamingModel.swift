import Coordinator

/// A model behind a protocol of its own: what goes there, and what puts the answer together.
protocol StreamingModel: LanguageModel {
    associatedtype Assembly: AnswerAssembly

    /// Sends requests and reads answers.
    var transport: ModelTransport { get }
    /// What the service has refused so far.
    var memory: OptionMemory { get }
    /// What a service may refuse of a request, as far as it has several forms, names or words; every other member of the
    /// body can be left out too.
    var options: [RequestOption] { get }
    /// The members of the body without which there is no request.
    var requiredMembers: Set<String> { get }
    /// The most tokens of an answer that a request asks for; `nil` when it leaves that to the service.
    func outputLimit(_ request: ModelRequest) -> Int?
    /// The request's body.
    func body(_ request: ModelRequest, _ form: RequestForm) -> JSONValue
    /// Whether a body holds an option that is no member of it.
    func holds(_ option: RequestOption, _ body: JSONValue) -> Bool
    /// An assembly of the request's answer that has taken nothing in yet.
    func assembly(_ request: ModelRequest) -> Assembly
}

/// The name of the option that tools are, in both protocols.
private let toolsOption = "tools"

/// The most calls of one question: the first, and again after each refusal that names an option.
private let callLimit = 16

extension StreamingModel {
    /// Asks, and asks again without what the service refuses by name. What it refuses is left out from then on.
    func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        let needed = request.neededOptions(limitedBy: options)
        // A refusal costs nothing, and the service may have been set up otherwise since the last one.
        var form = memory.form.sending(needed)
        var request = request
        let offered = request.tools
        let refused = memory.refusedTools
        request.tools.removeAll { refused.contains($0) }
        if request.requiresTools, request.tools.isEmpty { request.tools = offered }
        var calls = 0
        while true {
            calls += 1
            let body = body(request, form)
            do {
                var response = try await transport.answer(
                    body, traceHeaders: TraceHeaders.current, until: deadline, assembly: assembly(request),
                    schema: request.schema, receiving: receive)
                memory.keep(form, of: options, identity: identity)
                let left = request.tools
                response.leftOut =
                    form.leftOut.sorted() + offered.filter { !left.contains($0) }.map { "tools.\($0.name)" }
                return response
            } catch {
                guard calls < callLimit, let refusal = error.refusal else {
                    // A service that fails otherwise has taken the form.
                    if error.code != .badRequest { memory.keep(form, of: options, identity: identity) }
                    throw error
                }
                if body.objectValue?["tools"] != nil, let index = refusal.tool(among: request.tools) {
                    memory.keep(refused: request.tools.remove(at: index), identity: identity)
                    // There are no more such calls than tools.
                    calls -= 1
                    if request.requiresTools, request.tools.isEmpty { throw error.ofNeededTools }
                    continue
                }
                guard let next = form.after(refusal, of: optional(body), limit: outputLimit(request)) else {
                    throw error
                }
                if let lost = needed.first(where: { !next.sends($0) }) {
                    throw lost == toolsOption ? error.ofNeededTools : error.ofNeededLimit
                }
                form = next
            }
        }
    }

    /// What can be left out of a body.
    private func optional(_ body: JSONValue) -> [RequestOption] {
        let members = body.objectValue ?? [:]
        let present = options.filter { option in
            option.words.contains { members[$0] != nil } || holds(option, body)
        }
        let known = Set(options.flatMap(\.words)).union(requiredMembers)
        return present
            + members.keys.map(\.string).filter { !known.contains($0) }.sorted().map(RequestOption.init(member:))
    }
}

extension ModelRequest {
    /// The options without which the request is of no use.
    fileprivate func neededOptions(limitedBy options: [RequestOption]) -> [String] {
        (requiresTools && !tools.isEmpty ? [toolsOption] : [])
            + (requiresOutputLimit ? options.filter(\.isLimit).map(\.name) : [])
    }
}

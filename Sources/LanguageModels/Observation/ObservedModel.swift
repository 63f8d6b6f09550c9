import TelemetryCatalog
import Tracing

/// Records the calls of a model: each has a span `chat MODEL`, and its duration, tokens and cost are metrics.
///
/// Prompts and answers are recorded only when that is enabled, and then cut.
public struct ObservedModel: LanguageModel {
    /// The most characters of prompts, and of an answer, that one span holds where content is recorded. 16,384.
    public static let contentLength = 16_384

    private let model: any LanguageModel
    private let prices: PriceTable
    private let capturesContent: Bool
    private let instruments: ModelInstruments

    /// Wraps a model.
    ///
    /// - Parameters:
    ///   - prices: the prices of tokens.
    ///   - capturesContent: whether spans hold prompts and answers. These may contain any text of users and files.
    public init(_ model: any LanguageModel, prices: PriceTable = .standard, capturesContent: Bool = false) {
        self.model = model
        self.prices = prices
        self.capturesContent = capturesContent
        instruments = ModelInstruments(model.identity)
    }

    /// The identity of the wrapped model.
    public var identity: ModelIdentity { model.identity }

    /// Asks the model within a span, and records duration, tokens and cost.
    public func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        let span = InstrumentationSystem.tracer.startSpan(
            "\(SpanName.chat) \(identity.model)", context: .current ?? .topLevel, ofKind: .client)
        let start = ContinuousClock.now
        let result = await ServiceContext.withValue(span.context) {
            await Self.result(of: model, request, deadline, receive)
        }
        let duration = ContinuousClock.now - start
        defer { span.end() }
        switch result {
        case .success(var response):
            response.usage = priced(response.usage)
            ServiceContext.withValue(span.context) {
                instruments.ended(duration, errorType: nil)
                if let first = response.timeToFirstChunk { instruments.firstChunk(after: first) }
                instruments.used(response.usage, agent: request.agentName)
            }
            if response.lacksEndMark { ServiceContext.withValue(span.context) { reportMissingEndMark() } }
            describe(span, request, response, nil)
            return response
        case .failure(let error):
            let error = error.reportedUsage.map { error.duringAnswer(priced($0)) } ?? error
            ServiceContext.withValue(span.context) {
                instruments.ended(duration, errorType: error.errorType)
                // What was used before the failure is paid for too.
                if let usage = error.reportedUsage { instruments.used(usage, agent: request.agentName) }
            }
            describe(span, request, nil, error)
            span.setStatus(SpanStatus(code: .error, message: error.description))
            throw error
        }
    }

    private func priced(_ usage: ModelUsage) -> ModelUsage {
        var priced = usage
        priced.costUSD = prices.cost(of: usage, model: identity.model)
        return priced
    }

    private static func result(
        of model: any LanguageModel, _ request: ModelRequest, _ deadline: ContinuousClock.Instant,
        _ receive: @Sendable (ModelEvent) -> Void
    ) async -> Result<ModelResponse, ModelError> {
        do {
            return .success(try await model.respond(to: request, until: deadline, receiving: receive))
        } catch {
            return .failure(error)
        }
    }

    private func describe(_ span: any Span, _ request: ModelRequest, _ response: ModelResponse?, _ error: ModelError?) {
        guard span.isRecording else { return }
        var attributes: SpanAttributes = [
            AttributeKey.operationName: .string(SpanName.chat),
            AttributeKey.openInferenceSpanKind: .string(OpenInferenceKind.llm),
            AttributeKey.providerName: .string(identity.provider),
            AttributeKey.requestModel: .string(identity.model),
            AttributeKey.serverAddress: .string(identity.serverAddress),
            AttributeKey.serverPort: .int64(Int64(identity.serverPort)),
        ]
        if let agent = request.agentName { attributes[AttributeKey.agentName] = agent }
        if let version = request.promptVersion { attributes[AttributeKey.promptVersion] = version }
        if let error { attributes[AttributeKey.errorType] = error.errorType }
        if let response {
            attributes[AttributeKey.responseModel] = response.model
        }
        if let usage = response?.usage ?? error?.reportedUsage {
            attributes[AttributeKey.inputTokens] = Int64(usage.inputTokens)
            attributes[AttributeKey.outputTokens] = Int64(usage.outputTokens)
            // Services that have no cache, or do not reason, state nothing of it.
            let details = [
                (AttributeKey.cacheReadTokens, usage.cacheReadTokens),
                (AttributeKey.cacheWriteTokens, usage.cacheWriteTokens),
                (AttributeKey.reasoningTokens, usage.reasoningTokens),
            ]
            for (key, count) in details where count > 0 { attributes[key] = Int64(count) }
        }
        if capturesContent {
            describeContent(&attributes, request, response)
        }
        if let response { describeEnd(&attributes, response) }
        span.attributes = attributes
    }
}

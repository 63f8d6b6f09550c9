import Logging
import TelemetryCatalog
import Tracing

extension ObservedModel {
    /// Notes what was said, as far as a span holds it.
    func describeContent(_ attributes: inout SpanAttributes, _ request: ModelRequest, _ response: ModelResponse?) {
        let limit = Self.contentLength
        // Anthropic's protocol has the instructions beside the messages, the other among them.
        let isApart = identity.provider == ModelIdentity.anthropic
        attributes[AttributeKey.inputMessages] = Content.input(of: request, hasSystem: !isApart, limit: limit)
        if isApart, !request.system.isEmpty {
            attributes[AttributeKey.systemInstructions] = Content.system(of: request, limit: limit)
        }
        if !request.tools.isEmpty {
            attributes[AttributeKey.toolDefinitions] = Content.tools(of: request, limit: limit)
        }
        if let response { attributes[AttributeKey.outputMessages] = Content.output(of: response, limit: limit) }
    }

    /// Notes how the answer came.
    func describeEnd(_ attributes: inout SpanAttributes, _ response: ModelResponse) {
        attributes[AttributeKey.finishReasons] = [Content.name(of: response.finishReason)]
        if !response.leftOut.isEmpty { attributes[AttributeKey.leftOutOptions] = response.leftOut }
        if response.lacksEndMark { attributes[AttributeKey.endMarkMissing] = true }
    }

    func reportMissingEndMark() {
        Logger(label: "coordinator").warning(
            "\(EventName.endMarkMissing)",
            metadata: [
                AttributeKey.requestModel: "\(identity.model)", AttributeKey.serverAddress: "\(identity.serverAddress)",
            ])
    }
}

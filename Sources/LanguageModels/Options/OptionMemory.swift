import Logging
import Support
import TelemetryCatalog

/// What one model of one service takes, kept for as long as its client lives.
final class OptionMemory: Sendable {
    /// The most tools that are remembered. 64.
    static let toolLimit = 64

    private let known = Locked(RequestForm())
    private let tools = Locked<[ModelTool]>([])

    var form: RequestForm { known.withLock { $0 } }

    /// The tools that the service refused one by one, the oldest first.
    var refusedTools: [ModelTool] { tools.withLock { $0 } }

    /// Remembers a tool that the service refuses; the oldest is forgotten for it when there are too many.
    func keep(refused tool: ModelTool, identity: ModelIdentity) {
        let isNew = tools.withLock { tools in
            guard !tools.contains(tool) else { return false }
            if tools.count >= Self.toolLimit { tools.removeFirst() }
            tools.append(tool)
            return true
        }
        if isNew { report(["tools.\(tool.name)"], identity) }
    }

    /// Keeps a form that the service took, and says once what is left out from then on.
    func keep(_ form: RequestForm, of options: [RequestOption], identity: ModelIdentity) {
        let new = known.withLock { known in
            let before = known
            known = known.merged(with: form, of: options)
            return known.differences(from: before)
        }
        if !new.isEmpty { report(new, identity) }
    }

    private func report(_ new: [String], _ identity: ModelIdentity) {
        Logger(label: "coordinator").info(
            "\(EventName.optionsRefused)",
            metadata: [
                AttributeKey.requestModel: "\(identity.model)", AttributeKey.serverAddress: "\(identity.serverAddress)",
                AttributeKey.leftOutOptions: "\(new.joined(separator: ", "))",
            ])
    }
}

import Logging
import Support
import TelemetryCatalog

/// What one model of one service takes, kept for as long as its client lives.
final class OptionMemory: Sendable {
    private let known = Locked(RequestForm())

    var form: RequestForm { known.withLock { $0 } }

    /// Keeps a form that the service took, and says once what is left out from then on.
    func keep(_ form: RequestForm, of options: [RequestOption], identity: ModelIdentity) {
        let new = known.withLock { known in
            let before = known
            known = known.merged(with: form, of: options)
            return known.differences(from: before)
        }
        guard !new.isEmpty else { return }
        Logger(label: "coordinator").info(
            "\(EventName.optionsRefused)",
            metadata: [
                AttributeKey.requestModel: "\(identity.model)", AttributeKey.serverAddress: "\(identity.serverAddress)",
                AttributeKey.leftOutOptions: "\(new.joined(separator: ", "))",
            ])
    }
}

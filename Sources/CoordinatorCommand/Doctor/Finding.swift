/// The result of checking one thing that a run needs.
struct Finding: Encodable {
    enum State: String, Encodable {
        case ok
        /// The thing is not configured, or not needed.
        case off
        case failed
    }

    let name: String
    let state: State
    /// What the check found.
    let detail: String
    /// What to do; empty if nothing is to be done.
    var remedy = ""

    static func ok(_ name: String, _ detail: String) -> Finding { Finding(name: name, state: .ok, detail: detail) }

    static func off(_ name: String, _ detail: String) -> Finding { Finding(name: name, state: .off, detail: detail) }

    static func failed(_ name: String, _ detail: String, remedy: String) -> Finding {
        Finding(name: name, state: .failed, detail: detail, remedy: remedy)
    }

    /// The finding as one or two lines for people.
    var text: String {
        let sign =
            switch state {
            case .ok: "✓"
            case .off: "–"
            case .failed: "✗"
            }
        return "\(sign) \(name): \(detail)" + (remedy.isEmpty ? "" : "\n    \(remedy)")
    }
}

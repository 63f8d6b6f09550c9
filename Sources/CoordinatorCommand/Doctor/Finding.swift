import Support

/// The result of checking one thing that a run needs.
struct Finding: Encodable {
    enum State: String, Encodable {
        /// It was seen to work.
        case ok
        /// The thing is not configured, or not needed.
        case off
        /// It may work or not: the check could not tell.
        case unchecked
        case failed

        var mark: String {
            switch self {
            case .ok: "✓"
            case .off: "–"
            case .unchecked: "?"
            case .failed: "✗"
            }
        }
    }

    /// What the marks mean, for the command's help.
    static let legend = """
        \(State.ok.mark) was seen to work, \(State.failed.mark) does not work, \(State.unchecked.mark) could not be \
        checked, \(State.off.mark) is not configured or not needed.
        """

    let name: String
    let state: State
    /// What the check found.
    let detail: String
    /// What to do; empty if nothing is to be done.
    var remedy = ""

    static func ok(_ name: String, _ detail: String) -> Finding { Finding(name: name, state: .ok, detail: detail) }

    static func off(_ name: String, _ detail: String) -> Finding { Finding(name: name, state: .off, detail: detail) }

    static func unchecked(_ name: String, _ detail: String, remedy: String) -> Finding {
        Finding(name: name, state: .unchecked, detail: detail, remedy: remedy)
    }

    static func failed(_ name: String, _ detail: String, remedy: String) -> Finding {
        Finding(name: name, state: .failed, detail: detail, remedy: remedy)
    }

    /// The finding as lines for people. What others have said is made safe.
    var text: String {
        let lines = (detail + (remedy.isEmpty ? "" : "\n" + remedy)).split(separator: "\n").map {
            ForeignText.line(String($0))
        }
        return "\(state.mark) \(name): " + lines.joined(separator: "\n    ")
    }
}

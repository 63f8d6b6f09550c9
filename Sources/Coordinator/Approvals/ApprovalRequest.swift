import Support

/// What an approval asks a person, as the state of its suspension holds it.
///
/// A run whose ``SuspendedRun/state`` is one is an approval, whichever agent suspended it: its answer is an
/// ``ApprovalAnswer``, and is checked where it is taken.
///
/// ```swift
/// for waiting in coordinator.suspendedRuns {
///     guard let request = ApprovalRequest(state: waiting.state) else { continue }
///     print(request.question, request.choices, request.digest)
/// }
/// ```
public struct ApprovalRequest: Sendable, Hashable, Codable {
    /// The question, in a sentence.
    public let question: String
    /// What may be answered.
    public let choices: [String]
    /// The paths of what is shown with the question, in order.
    public let show: [ContextPath]
    /// The values that are shown, by their paths; `null` where nothing stood. What takes more than
    /// ``ApprovalAgent/largestShown`` bytes together is left out, and is read on the blackboard.
    public let shown: JSONObject
    /// Says what was shown, whole: `sha256:` and 64 hex digits of all values at ``show``.
    public let digest: String
    /// What counts as answered when nobody answers in time; `nil` for nothing.
    public let onTimeout: String?

    /// The call that is asked about, by its name in the run's conversation; `nil` for a question of another kind.
    public let call: String?
    /// What the agent needs to go on, beside the question.
    public let state: JSONValue?

    enum CodingKeys: String, CodingKey {
        case question, choices, show, shown, digest, call, state
        case onTimeout = "on_timeout"
    }

    /// Makes a request of the values that are to be shown.
    ///
    /// - Parameter values: the value at each path of `show`; `null` where nothing stands.
    init(question: String, choices: [String], show: [ContextPath], values: JSONObject, onTimeout: String?) {
        self.question = question
        self.choices = choices
        self.show = show
        self.digest = Self.digest(of: values)
        self.onTimeout = onTimeout
        (call, state) = (nil, nil)
        var room = ApprovalAgent.largestShown
        var shown: JSONObject = [:]
        for path in show {
            let name = ExactString(path.description)
            guard let value = values[name], shown[name] == nil, let size = try? value.json().utf8.count, size <= room
            else { continue }
            room -= size
            shown[name] = value
        }
        self.shown = shown
    }

    /// Makes a request about something other than paths of the blackboard, such as a call of a tool.
    ///
    /// - Parameters:
    ///   - question: the question, in a sentence.
    ///   - choices: what may be answered.
    ///   - shown: what is shown with it, by names; the digest is of all of it. Of what takes more than
    ///     ``ApprovalAgent/largestShown`` bytes together, the beginnings alone are repeated in the request.
    ///   - call: the call that is asked about.
    ///   - state: what the agent needs to go on.
    public init(
        question: String, choices: [String] = ApprovalAgent.defaultChoices, shown: JSONObject, call: String? = nil,
        state: JSONValue? = nil
    ) {
        self.question = question
        self.choices = choices
        show = []
        digest = Self.digest(of: shown)
        self.shown = Self.cut(shown)
        onTimeout = nil
        self.call = call
        self.state = state
    }

    /// Reads the state of a suspension; `nil` when it is no approval's.
    public init?(state: JSONValue) {
        // Looked at before the whole is decoded: a state may be large, and most are no approval's.
        guard case .object(let members) = state, members["question"]?.stringValue != nil,
            members["digest"]?.stringValue != nil, members["choices"]?.arrayValue != nil,
            let request = try? state.decoded(as: ApprovalRequest.self)
        else { return nil }
        self = request
    }

    /// The names of what is shown, in order: the paths of ``show``, or else the names in ``shown``.
    package var names: [String] {
        show.isEmpty ? shown.keys.map(\.string).sorted() : show.map(\.description)
    }

    /// The values as a request repeats them: the smaller ones whole, of the others the beginning.
    private static func cut(_ values: JSONObject) -> JSONObject {
        var room = ApprovalAgent.largestShown
        var shown: JSONObject = [:]
        let sized = values.map { ($0.key, $0.value, text: (try? $0.value.json()) ?? "") }
            .sorted { ($0.text.utf8.count, $0.0.string) < ($1.text.utf8.count, $1.0.string) }
        for (left, (name, value, text)) in zip((1...max(1, sized.count)).reversed(), sized) {
            let most = room / left
            let whole = text.utf8.count
            if whole <= most {
                shown[name] = value
            } else {
                let start = Excerpt.of(value.stringValue ?? text, atMost: most)
                shown[name] = .string("\(start)\n(cut: the whole takes \(whole) bytes of JSON)")
            }
            room -= min(whole, most)
        }
        return shown
    }

    /// The paths that are shown and whose values are too large to be repeated in the request.
    public var omitted: [ContextPath] { show.filter { shown[ExactString($0.description)] == nil } }

    /// `sha256:` and the hash of values as JSON with its members in order.
    ///
    /// A value without a JSON form cannot stand on a blackboard that is kept: numbers that are not finite are texts here.
    static func digest(of values: JSONObject) -> String {
        let text = (try? JSONValue.object(values).json()) ?? String(describing: values.keys.map(\.string).sorted())
        return "sha256:" + SHA256.hexDigits(of: text.utf8)
    }
}

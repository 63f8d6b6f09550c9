import Coordinator

/// What the report shows of a job beside its result, as its events tell it: where nobody ran the job, what waited for
/// people, what agents did with models and tools. Of most jobs it is empty.
struct ReportHistory: Sendable, Equatable {
    /// Time in which nobody ran the job.
    struct Gap: Sendable, Equatable {
        let from: Timestamp
        let to: Timestamp
        /// Why the process gave the job up, in words; `nil` when it ended without a word.
        let reason: String?
        /// What of the job was another thing when it went on, in sentences.
        let changes: [String]
        let isForced: Bool
    }

    /// A run that waited until somebody said something.
    struct Question: Sendable, Equatable {
        let run: RunIdentity
        /// Whether it is about what an attempt has done whose process ended.
        let isDoubt: Bool
        let text: String
        let asked: Timestamp
        var ended: Timestamp?
        /// What was said; `nil` where nobody said anything in time.
        var answer: String?
        var by: String?
    }

    /// The most gaps, and the most questions, that are kept: a job may be taken up or ask any number of times.
    static let most = 200

    private(set) var gaps: [Gap] = []
    private(set) var questions: [Question] = []
    private(set) var conversations = ReportConversations()
    /// How many of each there were beyond ``most``.
    private(set) var hiddenGaps = 0
    private(set) var hiddenQuestions = 0
    /// The positions of the questions that are open.
    private var open: [RunIdentity: Int] = [:]
    private var lastAt: Timestamp?
    private var reason: String?

    init() {}

    /// Adds the next event.
    mutating func apply(_ event: JobEvent) {
        switch event.payload {
        case .jobInterrupted(let interrupted): reason = interrupted.message
        case .jobResumed(let resumed):
            add(
                Gap(
                    from: min(lastAt ?? event.at, event.at), to: event.at, reason: reason, changes: resumed.changes,
                    isForced: resumed.forced))
            reason = nil
        default:
            guard let run = event.run else { break }
            apply(event, to: run)
            conversations.apply(event, to: run)
        }
        lastAt = event.at
    }

    private mutating func apply(_ event: JobEvent, to run: RunIdentity) {
        switch event.payload {
        case .attemptSuspended(let suspended): ask(run, suspended.reason, isDoubt: false, at: event.at)
        case .attemptInDoubt(let doubt): ask(run, doubt.reason, isDoubt: true, at: event.at)
        case .signalReceived(let signal): end(run, at: event.at, Self.words(signal.value), by: signal.by)
        case .doubtResolved(let said): resolve(run, said, at: event.at)
        // Nobody answered: its time was up, or the job ended.
        case .attemptResumed, .attemptFinished, .agentFinished, .itemFinished: end(run, at: event.at, nil, by: nil)
        default: break
        }
    }

    private mutating func add(_ gap: Gap) {
        if gaps.count < Self.most { gaps.append(gap) } else { hiddenGaps += 1 }
    }

    private mutating func ask(_ run: RunIdentity, _ text: String, isDoubt: Bool, at: Timestamp) {
        guard open[run] == nil else { return }
        guard questions.count < Self.most else { return hiddenQuestions += 1 }
        open[run] = questions.count
        questions.append(Question(run: run, isDoubt: isDoubt, text: text, asked: at))
    }

    /// Of an attempt whose calls were in doubt, each answer says which call it is about.
    private mutating func resolve(_ run: RunIdentity, _ said: JobEvent.DoubtResolved, at: Timestamp) {
        let words = said.call.map { "call '\($0)': \(said.resolution.words)" } ?? said.resolution.words
        let answer = (open[run].flatMap { questions[$0].answer }.map { [$0, words] } ?? [words]).joined(separator: "; ")
        if said.endsDoubt {
            end(run, at: at, answer, by: said.by)
        } else if let index = open[run] {
            questions[index].answer = answer
        }
    }

    private mutating func end(_ run: RunIdentity, at: Timestamp, _ answer: String?, by: String?) {
        guard let index = open.removeValue(forKey: run) else { return }
        (questions[index].ended, questions[index].by) = (at, by)
        questions[index].answer = answer ?? questions[index].answer
    }

    /// An answer as a reader wants it: the choice, with the remark if there is one; any other value as JSON.
    private static func words(_ value: JSONValue) -> String {
        guard let choice = value["choice"]?.stringValue else {
            return value.stringValue ?? (try? ReportJSON.encode(value, pretty: false)).map {
                String(decoding: $0, as: UTF8.self)
            } ?? ""
        }
        return choice + (value["remark"]?.stringValue.map { ": \($0)" } ?? "")
    }
}

extension JobEvent.DoubtResolved.Resolution {
    fileprivate var words: String {
        switch self {
        case .succeeded: "it has done its work"
        case .failed: "it has failed"
        case .retry: "it may be tried again"
        }
    }
}

import Coordinator

/// The promises that an agent broke, and the situations in which it did.
struct Findings {
    /// A promise that an agent must keep, as ``AgentConformance`` documents it.
    enum Promise: Hashable {
        case succeeds, writesWithinRole, readsWithinRole, fitsFields, survivesJSON, usageIsSound, doesNotInterfere
        case repeats, isDeterministic, endsWhenCancelled(Duration), isWhole, cancelsOnlyWhenCancelled, namesErrors
        case finishes

        var sentence: String {
            switch self {
            case .succeeds: "it succeeds on the given context"
            case .writesWithinRole: "it writes only where its role may"
            case .readsWithinRole: "it reads only what its role may, even if it catches the error"
            case .fitsFields: "what it returns fits the fields it writes to"
            case .survivesJSON: "what it returns survives its JSON form"
            case .usageIsSound: "the usage it reports is not negative"
            case .doesNotInterfere: "calls for several jobs do not show in each other"
            case .repeats: "a repeated attempt is as good as the first"
            case .isDeterministic: "equal calls give equal contributions"
            case .endsWhenCancelled(let limit): "cancelled, its code ends within \(limit.inSeconds) s"
            case .isWhole: "cancelled, it throws or returns all of its work"
            case .cancelsOnlyWhenCancelled: "it throws CancellationError only when it was cancelled"
            case .namesErrors: "its error types are few and name kinds of failure"
            case .finishes: "an empty context gets an outcome within the timeouts"
            }
        }
    }

    /// The most situations that one sentence names.
    private static let placeLimit = 4
    private var order: [Promise] = []
    private var details: [Promise: [String]] = [:]

    func has(_ promise: Promise) -> Bool { details[promise] != nil }

    mutating func add(_ promise: Promise, _ run: AgentTrial.Run?, _ detail: String) {
        if details[promise] == nil { order.append(promise) }
        let text = run.map { "\($0.situation), \(detail)" } ?? detail
        if details[promise]?.contains(text) != true { details[promise, default: []].append(text) }
    }

    var sentences: [String] {
        order.map { promise in
            let all = details[promise] ?? []
            let rest = all.count > Self.placeLimit ? "; and \(all.count - Self.placeLimit) more" : ""
            return "\(promise.sentence) (\(all.prefix(Self.placeLimit).joined(separator: "; "))\(rest))"
        }
    }
}

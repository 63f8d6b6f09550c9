import Coordinator
import Support

extension SandboxReport {
    /// How an attempt's programs were confined, for people: `ran a program without a sandbox`.
    var sentence: String {
        guard level != .unconfined else { return "ran a program without a sandbox" }
        let together = Limit.allCases.filter { limits[$0] == .cgroup }.map(\.words)
        let each = Limit.allCases.filter { limits[$0] == .rlimit }.map(\.words)
        let bounds = [
            together.isEmpty ? nil : "\(together.listed) limited together",
            each.isEmpty ? nil : "\(each.listed) limited for each process",
        ].compactMap(\.self)
        let what = "ran programs in a sandbox (\(level.rawValue))"
        return bounds.isEmpty ? what : "\(what), \(bounds.joined(separator: ", "))"
    }
}

extension SandboxReport.Limit {
    fileprivate var words: String {
        switch self {
        case .memory: "memory"
        case .processes: "processes"
        case .cpu: "processor time"
        case .fileSize: "sizes of files"
        }
    }
}

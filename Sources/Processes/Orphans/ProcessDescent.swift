import Glibc

/// Where a process comes from, as seen by one that starts programs.
package enum ProcessDescent: Sendable, Hashable {
    /// A program of that process, or what such a program has started.
    case own
    /// Somebody else has started it.
    case foreign
    /// It has ended, or cannot be looked at.
    case unknown

    /// The longest line of parents that is followed.
    static let mostParents = 1_000

    /// Looks at a process and at its parents. A program that has left its parents is known by the mark in its environment,
    /// and by the limit on resources that it keeps even where it has wiped that.
    ///
    /// - Parameters:
    ///   - process: what is looked at.
    ///   - root: what starts programs.
    ///   - family: what the marks of its programs start with.
    ///   - limit: the mark of everything that it starts.
    static func of(
        _ process: pid_t, from root: pid_t, family: ProcessMark.Family?, limit: LimitMark?
    ) -> ProcessDescent {
        guard process > 0, process != root, ProcessTable.entry(process).map({ !$0.isZombie }) == true else {
            return process == root ? .foreign : .unknown
        }
        if limit?.isCarried(by: process) == true { return .own }
        var next = process
        for _ in 0..<mostParents {
            if next == root { return .own }
            guard next > 1, let entry = ProcessTable.entry(next) else { break }
            if let family, let variables = ProcessTable.environment(of: next),
                ProcessMark.Pattern.family(family).matches(variables)
            {
                return .own
            }
            next = entry.parent
        }
        return .foreign
    }
}

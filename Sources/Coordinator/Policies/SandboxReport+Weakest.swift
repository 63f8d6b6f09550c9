// How little several runs of programs were confined.

extension SandboxReport {
    /// The confinement that both runs had at least: that of the weaker level, and at the same level, limit by limit, what
    /// holds less. So it does not matter in which order runs are reported.
    func weaker(_ other: SandboxReport) -> SandboxReport {
        if level.strength != other.level.strength { return level.strength < other.level.strength ? self : other }
        let shared = limits.compactMap { limit, mechanism in
            other.limits[limit].map { (limit, mechanism.strength < $0.strength ? mechanism : $0) }
        }
        return SandboxReport(level: level, limits: Dictionary(uniqueKeysWithValues: shared))
    }
}

extension SandboxLevel {
    fileprivate var strength: Int {
        switch self {
        case .unconfined: 0
        case .landlock: 1
        case .bubblewrap: 2
        }
    }
}

extension SandboxReport.Mechanism {
    /// A limit on each process is no limit on all of them.
    fileprivate var strength: Int {
        switch self {
        case .rlimit: 0
        case .cgroup: 1
        }
    }
}

import Support

/// How the programs of one attempt were confined, over all calls of its agent.
final class ConfinedPrograms: Sendable {
    private let least: Locked<SandboxReport>

    init(_ first: SandboxReport) { least = Locked(first) }

    /// The weakest confinement so far.
    var weakest: SandboxReport { least.withLock { $0 } }

    func add(_ report: SandboxReport) { least.withLock { $0 = $0.weaker(report) } }
}

extension SupervisedAttempt {
    /// The weakest confinement of the programs that it has run; `nil` where it has run none.
    var sandbox: SandboxReport? { programs.load()?.weakest }

    /// The one recording point of programs: they count at once, so that those of code which outlives its attempt, or whose
    /// process ends, are counted too.
    func ran(_ report: SandboxReport, writtenBy origin: CodeOrigin) {
        run.instruments.recordProgram(report.level, writtenBy: origin)
        let new = ConfinedPrograms(report)
        let kept = programs.storeIfNil(new)
        if kept !== new { kept.add(report) }
    }
}

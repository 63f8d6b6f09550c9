import CSandbox
import Glibc
import Support

/// How one confined program is started, and what its stages told of it.
struct SandboxLaunch: Sendable {
    let level: SandboxLevel
    /// The words of the stage that is started in the program's place; `nil` at ``SandboxLevel/unconfined``.
    let stage: SandboxStage?
    /// The variables of the stage, and of the program.
    let environment: [String: String]
    /// Where the stage starts.
    let folder: String?
    private let report: SandboxReportFile?
    private let group: ControlGroup
    private let invocation: ProgramInvocation
    private let program: String

    /// - Throws: ``ProgramError`` of code ``ProgramError/Code/sandbox``: what is asked for cannot be had.
    init(_ sandbox: ProgramSandbox, of invocation: ProgramInvocation, program: String) throws(ProgramError) {
        self.program = program
        self.invocation = invocation
        level = try SandboxLevel.resolved(sandbox.policy.level, program: program)
        guard level != .unconfined else {
            (stage, report, group) = (nil, nil, ControlGroup(parts: []))
            (environment, folder) = (invocation.environment, invocation.workingDirectory)
            return
        }
        try Self.check(sandbox.policy, level, program)
        let start = invocation.workingDirectory ?? sandbox.folder
        var variables = invocation.environment
        let home = level == .bubblewrap ? Bubblewrap.home : sandbox.scratch + "/home"
        variables.merge(
            [
                "HOME": home, "TMPDIR": level == .bubblewrap ? "/tmp" : sandbox.scratch, "PWD": start,
                // Git gives up where its settings for all users are there and may not be read.
                "GIT_CONFIG_NOSYSTEM": "1",
            ]
        ) { _, own in own }
        environment = SandboxStage.environment(
            ofProgram: variables, writable: [sandbox.folder, sandbox.scratch] + sandbox.policy.writes)
        folder = ProgramInvocation.neutralFolder
        guard coordinator_sandbox_is_in_executable() != 0 else {
            throw SandboxFault.foreignExecutable(program: program)
        }
        if level == .landlock, mkdir(home, 0o700) != 0, errno != EEXIST {
            throw SandboxFault.notMade(home, SystemError(errno), program: program)
        }
        do {
            try SandboxUser.take([sandbox.folder, sandbox.scratch])
        } catch {
            throw SandboxFault.notTaken(error, sandbox.folder, program: program)
        }
        let made: SandboxReportFile
        do {
            made = try SandboxReportFile()
        } catch {
            throw SandboxFault.notMade("a file in main memory", error, program: program)
        }
        report = made
        // Bubblewrap itself, and the stage that waits for the program.
        let others = level == .bubblewrap ? 2 : 0
        let limits = sandbox.policy.limits
        var first = SandboxStage.first(made)
        // The program's folder is entered when nothing is loaded any more.
        let last = ["folder", start, "variables", ProcessMark.variable, "program"] + invocation.arguments
        let wrap = level == .bubblewrap ? try Bubblewrap(for: program, outside: sandbox.folder) : nil
        if let wrap {
            let count = wrap.words(sandbox).count + SandboxStage.mostInnerWords + last.count
            guard count <= Bubblewrap.wordLimit else { throw SandboxFault.tooManyWords(count, program: program) }
        }
        // Nothing fails from here on, so that the group is removed.
        group = ControlGroups.machine.make(limits, besides: others)
        for entrance in group.entrances { first.add("join", entrance) }
        if SandboxUser.isOther { first.add("user", "\(SandboxUser.unprivileged)", "\(SandboxUser.group)") }
        if let wrap {
            var inner = SandboxStage.inner
            inner.add("filter", "own")
            // The kernel counts those in the namespace alone: bubblewrap itself is outside.
            inner.setLimits(limits, but: group.limits, besides: others - 1)
            for copy in wrap.copies { first.add("open", copy.path, "\(copy.descriptor)") }
            first.add("hand-over", "bubblewrap")
            first.add(wrap.words(sandbox) + inner.words + last)
        } else {
            first.setRules(sandbox)
            first.add("filter", "shared")
            first.setLimits(limits, but: group.limits, besides: SandboxUser.tasks)
            first.add(last)
        }
        stage = first
    }

    /// Whether all its processes end with their table or are ended with their control group.
    var isContained: Bool { level == .bubblewrap || !group.parts.isEmpty }

    /// How the program was confined.
    var summary: SandboxReport {
        guard level != .unconfined else { return SandboxReport(level: .unconfined) }
        return SandboxReport(
            level: level,
            limits: Dictionary(
                uniqueKeysWithValues: SandboxReport.Limit.allCases.map { limit in
                    (limit, group.limits.contains(limit) ? .cgroup : .rlimit)
                }))
    }

    /// Whether the program itself was executed, as far as the stages told.
    var hasExecuted: Bool {
        guard level != .unconfined else { return true }
        var hasEntered = false
        for event in report?.events ?? [] {
            switch event {
            case .failed, .notExecuted: return false
            case .entered: hasEntered = true
            case .ended: break
            }
        }
        return hasEntered
    }

    /// Reads what the stages told.
    ///
    /// - Parameters:
    ///   - result: how the stage itself ended.
    ///   - wasEnded: whether the program was ended from here, so that nothing may have been told.
    /// - Returns: how the program ended.
    /// - Throws: ``ProgramError`` where it did not start.
    func conclude(_ result: ProgramResult, wasEnded: Bool) throws(ProgramError) -> ProgramResult {
        var result = result
        result.sandbox = summary
        guard let events = report?.events else { return result }
        var hasEntered = false
        var hasEnded = false
        for event in events {
            switch event {
            case .failed(let operation, let place, let problem):
                throw SandboxFault.failed(operation, at: place, problem, level, program: program)
            case .notExecuted(let problem):
                throw SandboxFault.notExecuted(problem, invocation, program: program)
            case .entered: hasEntered = true
            case .ended(let ending): (result.ending, hasEnded) = (ending, true)
            }
        }
        if !hasEntered, !wasEnded {
            throw level == .bubblewrap && !result.errorText.isEmpty
                ? SandboxFault.ofBubblewrap(result.errorText, program: program)
                : SandboxFault.failed("report", SystemError(EACCES), level, program: program)
        }
        // No process inside can end what waits for the program: the kernel has, for want of memory, and the program with it.
        if level == .bubblewrap, hasEntered, !hasEnded, !wasEnded { result.ending = .signalled(SIGKILL) }
        result.reachedLimits = group.reached + result.limitsBySignal
        return result
    }

    /// Removes what was made for the program, once its processes are killed.
    func remove() async {
        guard !group.parts.isEmpty else { return }
        // The task may be cancelled, and the group must go.
        await Task.detached { [group] in
            for _ in 0..<ControlGroup.removalRounds {
                if group.remove() { return }
                try? await Task.sleep(for: ControlGroup.removalPause)
            }
        }.value
    }

    /// A path with all links followed; as it is where it is not there.
    private static func real(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func check(
        _ policy: SandboxPolicy, _ level: SandboxLevel, _ program: String
    ) throws(ProgramError) {
        let paths = policy.reads + policy.writes
        guard max(policy.reads.count, policy.writes.count) <= SandboxPolicy.pathLimit else {
            throw SandboxFault.unusablePath(
                "a list of \(paths.count) paths",
                "is too long: at most \(SandboxPolicy.pathLimit) are read, and as many written",
                program: program)
        }
        for path in paths {
            let parts = path.pathSegments
            guard path.isAbsolutePath, !parts.contains(".."), let first = parts.first else {
                throw SandboxFault.unusablePath(
                    path, "is no path below / without \"..\". Write the whole path.", program: program)
            }
            if level == .bubblewrap, ["proc", "sys", "dev"].contains(first) {
                throw SandboxFault.unusablePath(
                    path, "belongs to the machine and not to its files: a sandbox has its own. Leave it out.",
                    program: program)
            }
            guard access(path, F_OK) == 0 else {
                throw SandboxFault.unusablePath(
                    path, "is not there, or cannot be reached. Make it, or leave it out.", program: program)
            }
        }
        // What a program leaves there this process might start itself: git, or what confines the next program.
        let programs = InstalledPrograms.folders(of: ProgramVariables.passed["PATH"] ?? "").filter(\.isAbsolutePath)
        for path in policy.writes {
            guard let found = programs.first(where: { InstalledPrograms.lies($0, in: real(path)) }) else { continue }
            throw SandboxFault.unusablePath(
                path,
                "may not be written: programs are looked up in \(ForeignText.line(found)), which lies there. Name a folder "
                    + "in it that holds none.", program: program)
        }
    }
}

extension SandboxLevel {
    /// The level that a program runs at: what its policy says, else what this machine is set to.
    static func resolved(_ level: SandboxLevel?, program: String) throws(ProgramError) -> SandboxLevel {
        if let level { return level }
        guard let text = ProgramVariables.ofThisProcess[SandboxPolicy.levelVariable], !text.isEmpty else {
            return .bubblewrap
        }
        guard let named = SandboxLevel(rawValue: text) else {
            throw SandboxFault.unknownLevel(text, program: program)
        }
        return named
    }
}

extension SandboxStage {
    /// What Landlock lets the program read and write.
    fileprivate mutating func setRules(_ sandbox: ProgramSandbox) {
        add("landlock")
        for path in SandboxView.programs + SandboxSettings.paths + SandboxView.figures { add("may-read", path) }
        for path in SandboxView.devices { add("may-write", path) }
        for path in sandbox.policy.reads { add("read", path) }
        for path in [sandbox.folder, sandbox.scratch] + sandbox.policy.writes { add("write", path) }
        add("enforce")
    }

    /// Sets what no control group holds, for the process that becomes the program: last, since to make the filter takes
    /// more memory than a program may be allowed.
    ///
    /// - Parameter others: how many processes count that are not the program's.
    fileprivate mutating func setLimits(
        _ limits: SandboxLimits, but held: Set<SandboxReport.Limit>, besides others: Int
    ) {
        // A limit of zero keeps no dump from a program that the system pipes dumps to; one of a byte does.
        limit("core", to: 1)
        let seconds = Int(limits.cpu.components.seconds)
        // One second to end by itself at SIGXCPU, before SIGKILL.
        limit("cpu", to: seconds, hard: seconds + 1)
        limit("file_size", to: limits.fileSize)
        if !held.contains(.memory) { limit("address_space", to: limits.memory) }
        if !held.contains(.processes) { limit("processes", to: limits.processes + others) }
    }
}

extension ProgramResult {
    /// The limits whose signal ended the program.
    fileprivate var limitsBySignal: [SandboxReport.Limit] {
        switch ending {
        case .signalled(SIGXCPU): [.cpu]
        case .signalled(SIGXFSZ): [.fileSize]
        default: []
        }
    }
}

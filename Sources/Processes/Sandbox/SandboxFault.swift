import Glibc
import Support

/// Why a program cannot be confined here, with what to do about it. Nothing else is tried: another level is a choice that
/// a person writes down.
enum SandboxFault {
    /// What each cause begins with.
    private static let opening = "was not started: "

    /// What an error says of the sandbox alone: sentences that name no program.
    static func sentences(of error: ProgramError) -> String {
        let beginnings = [opening] + SandboxLevel.allCases.map(introduction)
        let words = beginnings.reduce(error.cause[...]) { words, beginning in
            words.hasPrefix(beginning) ? words.dropFirst(beginning.count) : words
        }
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    static func notInstalled(program: String) -> ProgramError {
        error(
            program, .bubblewrap,
            "bubblewrap is not installed. Install it (apt-get install bubblewrap), or \(instead(.landlock)).")
    }

    static func unknownLevel(_ text: String, program: String) -> ProgramError {
        let names = SandboxLevel.allCases.map(\.rawValue)
        let guess = Suggestion.nearest(to: text, among: names).map { " Did you mean \"\($0)\"?" } ?? ""
        return ProgramError(
            code: .sandbox, program: program,
            cause: """
                \(opening)the variable \(SandboxPolicy.levelVariable) names no level of the sandbox: \
                "\(ForeignText.line(text))". It may be \(names.joined(separator: ", ")).\(guess)
                """)
    }

    static func unusablePath(_ path: String, _ what: String, program: String) -> ProgramError {
        ProgramError(
            code: .sandbox, program: program,
            cause: "\(opening)\(ForeignText.line(path)), which its sandbox names, \(what)")
    }

    static func notTaken(_ problem: SystemError, _ folder: String, program: String) -> ProgramError {
        error(
            program, nil,
            "its folder \(ForeignText.line(folder)) cannot be given to the user that it runs as: \(problem). "
                + (problem.number == EINVAL
                    ? "This container has no user \(SandboxUser.unprivileged): start it with more than one user, or run this "
                        + "process as a user other than root."
                    : "Set TMPDIR to a folder of this machine's own."))
    }

    static func notMade(_ what: String, _ problem: SystemError, program: String) -> ProgramError {
        shortage(problem, program: program)
            ?? error(program, nil, "\(ForeignText.line(what)), which its sandbox needs, cannot be made: \(problem).")
    }

    /// A limit of this user or of the system that is reached for now: nothing is wrong with the sandbox, and another attempt may
    /// find room. `nil` for every other problem.
    private static func shortage(_ problem: SystemError, program: String) -> ProgramError? {
        ProgramError.limits[problem.number].map { ProgramError(code: .exhausted, program: program, cause: $0) }
    }

    /// A host that loads this library as a plug-in would start its own `main` again.
    static func foreignExecutable(program: String) -> ProgramError {
        error(
            program, nil,
            "this library is not part of the executable that runs here, but was loaded by it. Link it into the program, or "
                + "use the command coordinator.")
    }

    static func tooManyWords(_ count: Int, program: String) -> ProgramError {
        ProgramError(
            code: .tooLong, program: program,
            cause: """
                \(opening)with what bubblewrap needs it has \(count) arguments, and bubblewrap takes \
                \(Bubblewrap.wordLimit). Hand large inputs over on standard input or in a file.
                """)
    }

    /// - Parameters:
    ///   - operation: what a stage was doing.
    ///   - place: the path that it was about.
    static func failed(
        _ operation: String, at place: String = "", _ problem: SystemError, _ level: SandboxLevel, program: String
    ) -> ProgramError {
        if let shortage = shortage(problem, program: program) { return shortage }
        let cause: String
        switch operation {
        case "landlock", "enforce", "privileges":
            cause = landlock(problem) + " Or \(instead(.bubblewrap))."
        case "seccomp":
            cause = """
                no filter of system calls can be set: \(problem). It needs a kernel with seccomp (CONFIG_SECCOMP_FILTER), \
                and a container whose profile permits the system call seccomp.
                """
        case "user":
            cause = """
                this process is root and cannot become the user \(SandboxUser.unprivileged): \(problem). Run it as a \
                user other than root, or give the container that user and the capabilities SETUID and SETGID.
                """
        case "bubblewrap": cause = "bubblewrap cannot be executed: \(problem). Reinstall it."
        case "allow":
            cause = Sentences.joined(
                "\(ForeignText.line(place)), which it may use, cannot be opened: \(problem)", reach)
        case "folder":
            cause = "its folder \(ForeignText.line(place)) cannot be entered: \(problem). Give one that is in its copy."
        case "fork": cause = "no process can be made: \(problem). Raise its limit of processes."
        default: cause = "the step \"\(operation)\" failed: \(problem)."
        }
        return error(program, level, cause)
    }

    /// - Parameter words: what bubblewrap wrote to standard error.
    static func ofBubblewrap(_ words: String, program: String) -> ProgramError {
        let line = words.split(whereSeparator: \.isNewline).last.map { ForeignText.line(String($0.prefix(300))) } ?? ""
        // What to do comes first: what bubblewrap says is long, and lines that tell of a failure are cut.
        return error(
            program, .bubblewrap, remedy(of: words) + (line.isEmpty ? "" : " Bubblewrap ended with \"\(line)\"."))
    }

    /// A stage could not execute the program. It is on this machine, perhaps, and not in its sandbox.
    static func notExecuted(
        _ problem: SystemError, _ invocation: ProgramInvocation, program: String
    ) -> ProgramError {
        if let known = ProgramError.known(problem.number, invocation, program: program) { return known }
        return switch problem.number {
        case ENOENT, ENOTDIR:
            ProgramError(
                code: .notFound, program: program,
                cause: """
                    was not found in its sandbox, or what its first line or its loader names was not. A sandbox shows /usr, \
                    /bin, /lib, /opt and the program's own folder: install it there, or name its folder, and that of what \
                    it loads, under sandbox.reads.
                    """)
        case EACCES:
            ProgramError(
                code: .notExecutable, program: program,
                cause: """
                    may not be executed in its sandbox, though it may be outside. Name its folder under sandbox.reads\
                    \(SandboxUser.isOther ? ", and let all users execute its file (chmod a+rx)" : "").
                    """)
        default:
            ProgramError(code: .launchFailed, program: program, cause: "could not be run in its sandbox: \(problem).")
        }
    }

    /// What to do about bubblewrap's own words.
    private static func remedy(of words: String) -> String {
        if words.contains("source path") { return reach }
        if words.contains("Unknown option") {
            return
                "it is older than 0.8.0, which is the first that can be used: install a newer one, or \(instead(.landlock))."
        }
        if words.contains("proc on") {
            return """
                this container covers parts of /proc, so that none can be mounted in it: start it with --security-opt \
                systempaths=unconfined (Kubernetes: procMount: Unmasked), or \(instead(.landlock)).
                """
        }
        if words.contains("RTM_NEWADDR") || words.contains("loopback") || words.contains("uid map") {
            return """
                AppArmor keeps users of this machine from having namespaces: give bwrap a profile with "userns" \
                (docs/sandbox.md shows one), or set kernel.apparmor_restrict_unprivileged_userns=0; or \(instead(.landlock)).
                """
        }
        return """
            namespaces are forbidden here, as they are in most containers: \(instead(.landlock)), or allow them: sysctl \
            kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0, a container profile that permits clone, \
            unshare, mount and pivot_root.
            """
    }

    /// What is wrong with Landlock, by the system's error, and what to change.
    private static func landlock(_ problem: SystemError) -> String {
        switch problem.number {
        case ENOSYS: "this kernel has no Landlock (\(problem)). It needs Linux 5.13 or later, built with it."
        case EOPNOTSUPP:
            """
            Landlock is switched off (\(problem)). Add "landlock" to the list lsm= of the kernel's command line; \
            /sys/kernel/security/lsm shows the list.
            """
        default:
            """
            this process may not use Landlock (\(problem)). A container's profile must permit the system calls \
            landlock_create_ruleset, landlock_add_rule and landlock_restrict_self.
            """
        }
    }

    /// How another level is chosen.
    private static func instead(_ level: SandboxLevel) -> String {
        "write \"sandbox: \(level.rawValue)\" (or set \(SandboxPolicy.levelVariable)=\(level.rawValue))"
    }

    private static let reach = """
        every folder that the program may use must be there, and the user it runs as must be able to enter those around it\
        \(SandboxUser.isOther ? ": this process is root, the program is user \(SandboxUser.unprivileged)" : ""). Copies \
        are made in TMPDIR: set it to a folder that everybody may enter.
        """

    private static func error(_ program: String, _ level: SandboxLevel?, _ cause: String) -> ProgramError {
        ProgramError(code: .sandbox, program: program, cause: opening + (level.map(introduction) ?? "") + cause)
    }

    private static func introduction(_ level: SandboxLevel) -> String {
        "it cannot be confined by \(level == .landlock ? "Landlock" : "bubblewrap"): "
    }
}

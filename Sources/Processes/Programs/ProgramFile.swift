import Glibc
import Support

/// Finds out why the system did not execute a program: it has one error number for a program that is absent, for its
/// missing interpreter and for its missing loader, and another one for a folder and for a missing permission.
enum ProgramFile {
    struct Fault {
        let code: ProgramError.Code
        let cause: String
    }

    /// - Returns: `nil` when nothing is wrong with the file.
    static func fault(of program: String, _ invocation: ProgramInvocation) -> Fault? {
        if program.contains("/") {
            let path = path(of: program, invocation)
            return fault(at: path, of: program, shownAs: path == program ? nil : path)
        }
        // A name is looked up in folders; the first file of that name is told of.
        for candidate in candidates(program, invocation.environment) {
            let fault = fault(at: candidate, of: candidate, shownAs: candidate)
            if fault?.code != .notFound { return fault }
        }
        return Fault(code: .notFound, cause: notFound)
    }

    /// The interpreter that a script asks `env` for, if it is absent: `env` has then ended with one of ``envStatuses``.
    static func missingInterpreter(of program: String, _ invocation: ProgramInvocation) -> Fault? {
        let paths =
            program.contains("/") ? [path(of: program, invocation)] : candidates(program, invocation.environment)
        guard let path = paths.first(where: InstalledPrograms.isProgram),
            case .script(let interpreter, let arguments) = header(of: path), interpreter.hasSuffix("/env"),
            let wanted = arguments.first(where: { !$0.hasPrefix("-") && !$0.contains("=") }), !wanted.contains("/"),
            !candidates(wanted, invocation.environment).contains(where: InstalledPrograms.isProgram)
        else { return nil }
        if let name = withoutReturn(wanted) { return carriageReturn(name) }
        return Fault(
            code: .interpreter,
            cause: """
                is there, but its first line asks for the interpreter "\(wanted)", which is in no folder of PATH. Install it, \
                or correct the line.
                """)
    }

    /// The exit statuses by which `env` and shells say that there is no such program: 126 where something of its name is
    /// there that is none.
    static let envStatuses: Set<Int32> = [126, 127]

    private static let notFound = "was not found. Install it, or put its folder on PATH."

    /// Where a program given by its path is: a relative path leads from the folder that it runs in.
    private static func path(of program: String, _ invocation: ProgramInvocation) -> String {
        guard let folder = invocation.workingDirectory, folder != ".", !program.isAbsolutePath else { return program }
        return folder + "/" + (program.hasPrefix("./") ? program.dropFirst(2) : program[...])
    }

    private static func candidates(_ name: String, _ environment: [String: String]) -> [String] {
        InstalledPrograms.folders(of: environment["PATH"] ?? "/usr/bin:/bin").map { "\($0)/\(name)" }
    }

    /// - Parameters:
    ///   - name: the path for a command that mends the file: as the user wrote it, since what runs may be a copy.
    ///   - shown: the path to show beside the program's name; `nil` if they are the same.
    private static func fault(at path: String, of name: String, shownAs shown: String?) -> Fault? {
        let place = shown.map { " at \"\($0)\"" } ?? ""
        var status = stat()
        guard stat(path, &status) == 0 else { return absence(of: path, place, errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            return Fault(code: .notExecutable, cause: "is a folder\(place). Name a program in it.")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return Fault(code: .notExecutable, cause: "is no regular file\(place). Name a program.")
        }
        guard access(path, X_OK) == 0 else { return refusal(of: path, name, place) }
        return content(of: path, name, place)
    }

    private static func absence(of path: String, _ place: String, _ number: Int32) -> Fault {
        var status = stat()
        if number == ENOENT || number == ELOOP, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
            let end = number == ELOOP ? "leads back to itself" : "leads to nothing"
            return Fault(code: .notExecutable, cause: "is a link that \(end)\(place). Correct the link.")
        }
        switch number {
        case ENOENT, ENOTDIR:
            let looked = place.isEmpty ? "" : " It was looked for\(place)."
            return Fault(code: .notFound, cause: notFound + looked)
        case EACCES:
            return Fault(
                code: .notExecutable,
                cause:
                    "cannot be reached\(place): a folder around it may not be entered. Change the folder's permissions."
            )
        default:
            return Fault(
                code: .notExecutable, cause: "cannot be used\(place): \(SystemError(number)). Correct the name.")
        }
    }

    /// `ST_NOEXEC` of statvfs(3), which Glibc's module leaves out.
    private static let noexec: UInt = 8

    private static func refusal(of path: String, _ name: String, _ place: String) -> Fault {
        var system = statvfs()
        guard statvfs(path, &system) == 0, system.f_flag & noexec != 0 else {
            return Fault(
                code: .notExecutable,
                cause: "is there, but its file may not be executed by this user. Run \"chmod +x \(name)\" to allow it.")
        }
        let remedy =
            path.hasPrefix(Folders.temporary + "/")
            ? "Set TMPDIR to a folder of another one." : "Move it to another one, or start it by its interpreter."
        return Fault(
            code: .notExecutable,
            cause: "is there\(place), but on a file system that was mounted with noexec. \(remedy)")
    }

    private static func content(of path: String, _ name: String, _ place: String) -> Fault? {
        switch header(of: path) {
        case .script(let interpreter, _): return self.fault(ofInterpreter: interpreter)
        case .program(let loader?):
            return InstalledPrograms.isProgram(loader)
                ? nil
                : Fault(
                    code: .interpreter,
                    cause: """
                        is there, but needs the loader "\(loader)", which is not there. Install the libraries that it was built \
                        with, or a build for this system.
                        """)
        case .otherProcessor:
            return Fault(
                code: .notExecutable,
                cause: """
                    was built for another kind of processor; this machine's is \(ExecutableHeader.processor). Use a build \
                    for it.
                    """)
        case .foreign(let system):
            return Fault(
                code: .notExecutable, cause: "is a program for \(system), and this is Linux. Use a build for it.")
        case .empty: return Fault(code: .notExecutable, cause: "is an empty file\(place). Write it again.")
        case .unknown:
            return Fault(
                code: .notExecutable,
                cause: """
                    is there, but its file is no program of this system, and its first line names no interpreter. Begin the \
                    file with a line such as #!/bin/sh, or start it by its interpreter, as in [sh, \(name)].
                    """)
        case .program(nil), nil: return nil
        }
    }

    private static func fault(ofInterpreter interpreter: String) -> Fault? {
        if InstalledPrograms.isProgram(interpreter) {
            switch header(of: interpreter) {
            case .script, .program: return nil
            case .otherProcessor, .foreign, .empty, .unknown, nil: break
            }
        }
        if let name = withoutReturn(interpreter) { return carriageReturn(name) }
        let isThere = access(interpreter, F_OK) == 0
        return Fault(
            code: .interpreter,
            cause: """
                is there, but its first line names the interpreter "\(interpreter)", which \
                \(isThere ? "cannot be executed" : "is not there"). Install the interpreter, or correct the line.
                """)
    }

    private static func withoutReturn(_ name: String) -> String? {
        name.unicodeScalars.last == "\r" ? String(name.unicodeScalars.dropLast()) : nil
    }

    private static func carriageReturn(_ name: String) -> Fault {
        Fault(
            code: .interpreter,
            cause: """
                is there, but its first line ends with a carriage return, which the system takes for a part of the name of \
                the interpreter "\(name)". Save the file with the line ends of Unix.
                """)
    }

    private static func header(of path: String) -> ExecutableHeader? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: ExecutableHeader.length)
        let count = read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : ExecutableHeader(Array(bytes.prefix(count)))
    }
}

import CSandbox
import Glibc

/// The words of a stage, which this process's own executable carries out before any of its Swift runs.
///
/// | word | what it does |
/// |---|---|
/// | `report` PROCESS DESCRIPTOR | opens the file in which the starter waits for records |
/// | `join` FILE | enters a control group |
/// | `user` UID GID | becomes that user, of no further groups |
/// | `limit` NAME SOFT HARD | sets a limit of the process, never above what it has |
/// | `landlock`, `read` PATH, `write` PATH, `enforce` | collects rules on files, and enforces them; `may-read` and `may-write` pass over what is not there |
/// | `open` FILE DESCRIPTOR | opens a file that bubblewrap copies |
/// | `hand-over`, `bubblewrap` WORDS… | starts bubblewrap, with this executable and the report as open files |
/// | `enter`, `supervise` | begins the stage inside of bubblewrap, and stays to tell how the program ended |
/// | `filter` SURROUNDINGS | refuses system calls; fewer where network and processes are its `own` than where they are `shared` |
/// | `folder` PATH | enters the program's folder |
/// | `variables` COMMON | leaves the program its own variables, and the one of that name |
/// | `program` WORDS… | executes the program |
struct SandboxStage: Sendable {
    private(set) var words: [String]

    /// What this process's executable is started as.
    static let executable = "/proc/self/exe"
    /// Its first word.
    static let name = COORDINATOR_SANDBOX_STAGE

    /// The variables of a stage: those of the program under other names, so that no word of them acts on this executable
    /// or on bubblewrap, and what this executable needs to be loaded.
    ///
    /// - Parameter writable: folders that the program may write; no library is loaded from them.
    static func environment(
        ofProgram variables: [String: String], writable: [String]
    ) -> [String: String] {
        var all: [String: String] = [:]
        for (name, value) in variables where name != ProcessMark.variable {
            all[COORDINATOR_SANDBOX_VARIABLE_PREFIX + name] = value
        }
        all[libraryPath] = ProgramVariables.ofThisProcess[libraryPath].flatMap { libraryPath($0, outside: writable) }
        return all
    }

    /// The folders of a list from which libraries may be loaded; `nil` for none. An empty entry means the folder that one is
    /// in.
    static func libraryPath(_ list: String, outside writable: [String]) -> String? {
        let folders = InstalledPrograms.folders(of: list).filter { folder in
            folder.isAbsolutePath && !writable.contains { InstalledPrograms.lies(folder, in: $0) }
        }
        return folders.isEmpty ? nil : folders.joined(separator: ":")
    }

    private static let libraryPath = "LD_LIBRARY_PATH"

    /// More words than a stage inside of bubblewrap has before those of the program.
    static let mostInnerWords = 64

    /// The stage that this process starts.
    static func first(_ report: SandboxReportFile) -> SandboxStage {
        SandboxStage(words: ["report", "\(getpid())", "\(report.descriptor)"])
    }

    /// The stage that bubblewrap starts, after bubblewrap's own words.
    static var inner: SandboxStage {
        SandboxStage(words: ["/proc/self/fd/\(COORDINATOR_SANDBOX_EXECUTABLE_DESCRIPTOR)", name, "enter", "supervise"])
    }

    mutating func add(_ words: String...) { self.words += words }

    mutating func add(_ words: [String]) { self.words += words }

    mutating func limit(_ name: String, to soft: Int, hard: Int? = nil) {
        add("limit", name, "\(soft)", "\(hard ?? soft)")
    }
}

import Glibc

/// The mark of the processes of one run: a word in an environment variable, which children inherit.
///
/// The variable lists marks, the outermost first. A program of a run may itself run programs by a ``ProgramRunner``: those
/// carry its mark as well as their own, so that whoever ends it finds them.
struct ProcessMark: Sendable {
    static let variable = "COORDINATOR_PROCESS_MARK"
    /// The longest list of marks that is handed on, in bytes: about a hundred levels of runs. A longer one was not made
    /// here.
    static let inheritedLimit = 4096

    /// What the marks of all runs of one process start with.
    struct Family: Sendable, Hashable, CustomStringConvertible {
        private static let length = 26
        let description: String

        init() { description = ProcessMark.random() + ProcessMark.random() }

        /// A family that another process has made; `nil` when the text is none.
        init?(_ text: String) {
            guard text.utf8.count == Self.length, text.utf8.allSatisfy(ProcessMark.digits.contains) else { return nil }
            description = text
        }
    }

    /// The run's own word.
    let word: String
    /// What the variable holds.
    let value: String

    /// Makes the mark of a new run.
    /// - Parameter inherited: what the variable of this process holds.
    init(_ family: Family, inherited: String? = getenv(variable).map { String(cString: $0) }) {
        word = "\(family)-\(Self.random())"
        let outer = inherited.flatMap { $0.isEmpty || $0.utf8.count > Self.inheritedLimit ? nil : $0 + "," }
        value = (outer ?? "") + word
    }

    /// Which marks a search looks for.
    enum Pattern: Sendable {
        case run(ProcessMark)
        case family(Family)

        /// Whether one of the marks in an environment is meant.
        func matches(_ environment: [ArraySlice<UInt8>]) -> Bool {
            let words = ProcessMark.words(in: environment)
            switch self {
            case .run(let mark): return words.contains { $0.elementsEqual(mark.word.utf8) }
            case .family(let family): return words.contains { $0.starts(with: "\(family)-".utf8) }
            }
        }
    }

    /// The marks in an environment, whoever made them.
    static func words(in environment: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
        environment.filter { $0.starts(with: name) }.flatMap {
            $0.dropFirst(name.count).split(separator: UInt8(ascii: ","))
        }
    }

    private static let name = Array("\(variable)=".utf8)
    private static let digits = Set("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

    /// 64 random bits, always as 13 digits.
    private static func random() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 36)
        return String(repeating: "0", count: 13 - digits.count) + digits
    }
}

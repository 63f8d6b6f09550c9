import Foundation

/// The system's figures of this process.
enum ProcessFigures {
    /// The number of threads that exist now.
    static var threads: Int { status("Threads:") ?? 0 }

    /// Resident memory in bytes.
    static var residentBytes: Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func status(_ name: String) -> Int? {
        let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix(name) }.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) }
    }

    /// A number from the environment, with which `scripts/deep` makes tests longer.
    static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}

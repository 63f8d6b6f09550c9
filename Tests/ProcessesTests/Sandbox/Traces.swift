import Foundation

/// What a run could leave behind.
enum Traces {
    /// Processes one of whose words is this.
    static func processes(named word: String) -> [String] { processes { $0.contains(Substring(word)) } }

    /// Processes that work in a folder, or name it.
    static func processes(in folder: String) -> [String] {
        processes { words in words.contains { $0.hasPrefix(folder) } }
            + all.filter {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/cwd"))?.hasPrefix(folder)
                    == true
            }
    }

    private static var all: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
    }

    private static func processes(_ isMeant: ([Substring]) -> Bool) -> [String] {
        all.filter { process in
            let line = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
            return isMeant(line.split(separator: "\0"))
        }
    }

    /// Control groups that processes with these numbers made.
    static func groups(of processes: Set<pid_t>) -> [String] {
        let mounts = ((try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? "").split(
            separator: "\n")
        return mounts.filter { $0.contains(" - cgroup") }.flatMap { line in
            let folder = String(line.split(separator: " ")[4])
            return (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter { path in
                let words = path.split(separator: "/").last?.split(separator: "-") ?? []
                return words.count == 4 && words[0] == "coordinator" && pid_t(words[2]).map(processes.contains) == true
            }.map { folder + "/" + $0 }
        }
    }

    /// The mounts of the machine, and the files in it that a program writes which was not confined.
    static var machine: Set<String> {
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        let files = ["/tmp/confined", "/dev/shm/confined"].filter { FileManager.default.fileExists(atPath: $0) }
        return Set(mounts.split(separator: "\n").map(String.init) + files)
    }
}

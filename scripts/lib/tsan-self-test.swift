// Proves that ThreadSanitizer works: it must be silent about data that a Mutex guards, and must report the race.
import Synchronization

final class Counters: Sendable {
    let guarded = Mutex([0])
    /// A counter that several threads increment without a lock: the race that must be reported.
    nonisolated(unsafe) var raced = 0
}

@main struct Program {
    static func main() async {
        let counters = Counters()
        let races = CommandLine.arguments.contains("--race")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for turn in 0..<20_000 {
                        counters.guarded.withLock { $0 = [$0[0] + turn] }
                        if races { counters.raced += 1 }
                    }
                }
            }
        }
        print(counters.guarded.withLock { $0[0] })
    }
}

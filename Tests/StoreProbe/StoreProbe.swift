import Coordinator
import Foundation
import SQLiteStore

/// Writes a store as the lines of its standard input say, so that tests can kill it at a known point. After each command it
/// prints one line.
///
///     write FILE           opens the store for writing
///     read FILE            opens the store for reading
///     create JOB           keeps a job with one event
///     append JOB BYTES     keeps one more event of it, which writes so many bytes
///     flood JOB            keeps a million events; prints the number of each once it is kept
///     talk FILE            runs a job that holds a conversation, or goes on with it, and notes in the file what it has
///                          done; prints each place that it comes to, and goes on after a line
///     resolve CALL HOW     says of a call in doubt that it has succeeded, or that it may be made again
///     jobs                 how many jobs there are, and whether some process holds the store
///     verify               what it holds, and what is wrong with it
///     remove FILE          removes a file
///     close                ends the use of the store
@main struct StoreProbe {
    private var store: SQLiteStore?
    private var owners: [String: JobOwner] = [:]
    private var lasts: [String: Int] = [:]

    static func main() async {
        var probe = StoreProbe()
        say("ready")
        while let line = readLine() {
            do {
                say(try await probe.obey(line.split(separator: " ").map(String.init)))
            } catch { say("error: \(error)") }
        }
    }

    private mutating func obey(_ words: [String]) async throws -> String {
        func word(_ index: Int) -> String { words.indices.contains(index) ? words[index] : "" }
        switch word(0) {
        case "write": store = try SQLiteStore(path: word(1))
        case "read": store = try SQLiteStore(reading: word(1))
        case "create":
            owners[word(1)] = try await store?.create(
                word(1), with: ProbeEvents.commits(of: word(1), 1...1), as: "probe")
            lasts[word(1)] = 1
        case "append": try await append(word(1), bytes: Int(word(2)) ?? 1)
        case "flood":
            for _ in 0..<1_000_000 {
                try await append(word(1), bytes: 300)
                Self.say("\(lasts[word(1)] ?? 0)")
            }
        case "talk":
            guard let store else { return "no store" }
            return try await SteppedTalk(world: word(1)).run(in: store)
        case "resolve":
            guard let store else { return "no store" }
            let job = try await UnheldJob(SteppedTalk.job, in: store)
            try await job.resolve(
                RunIdentity(agent: "talks"), call: word(1), as: word(2) == "succeeded" ? .succeeded : .retry,
                result: "done", by: "a test")
        case "jobs":
            let page = try await store?.jobs(JobQuery())
            return "\(page?.jobs.count ?? 0) \(store?.isHeld == true ? "held" : "free")"
        case "verify":
            let found = try await store?.verify()
            return "\(found?.jobs ?? 0) jobs, \(found?.events ?? 0) events, \(found?.firstBad?.reason ?? "sound")"
        case "remove": try FileManager.default.removeItem(atPath: word(1))
        case "close":
            await store?.close()
            store = nil
        default: return "unknown command"
        }
        return "done"
    }

    private mutating func append(_ job: String, bytes: Int) async throws {
        guard let owner = owners[job], let last = lasts[job] else { return }
        let events = try ProbeEvents.commits(of: job, last + 1...last + 1, text: String(repeating: "x", count: bytes))
        try await store?.append(events, to: job, after: last, owner: owner)
        lasts[job] = last + 1
    }

    static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}

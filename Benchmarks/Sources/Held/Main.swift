import CHeap
import Coordinator
import Dispatch
import Glibc
import Logging
import Synchronization

/// Measures what agents and the elements of a list hold: `Held COUNT [IN-FLIGHT]` runs a job of so many agents, then one of
/// an agent for as many elements, then one whose elements all wait for somebody, and prints a line of JSON for each with the
/// bytes of the heap for one of them: the most while the job runs, and what its result, events and blackboard hold
/// afterwards. Compare the lines of one run.
@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map { Int($0) }
        guard let count = arguments.first ?? nil, count > 0, let inFlight = arguments.count > 1 ? arguments[1] : 8
        else {
            print("usage: Held COUNT [IN-FLIGHT]")
            exit(2)
        }
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        // What a process allocates once, and for its threads, is none of a job's.
        for work in Work.allCases { _ = try await Job(work, count: 200, inFlight: inFlight).run() }
        for work in Work.allCases {
            let job = try Job(work, count: count, inFlight: inFlight)
            let (most, held) = try await job.run()
            print(
                "{\"what\": \"\(work.rawValue)\", \"count\": \(count), \"in_flight\": \(inFlight), "
                    + "\"most_bytes\": \(most / count), \"held_bytes\": \(held / count)}")
        }
    }
}

enum Work: String, CaseIterable {
    case agents, elements
    case waiting = "elements that wait"
}

struct Job {
    private let work: Work
    private let count: Int
    private let before: Int
    private let coordinator: JobCoordinator
    private let heap: Samples

    init(_ work: Work, count: Int, inFlight: Int) throws {
        self.work = work
        self.count = count
        before = Int(heap_live_bytes())
        heap = Samples(every: max(1, count / 20))
        let list: JSONObject = work == .agents ? [:] : ["list": .array((0..<count).map { .integer(Int64($0)) })]
        coordinator = JobCoordinator(
            JobContext(id: "held", artifacts: list), limits: JobLimits(concurrency: inFlight))
        let role = Role(name: "role")
        switch work {
        case .agents:
            for index in 0..<count {
                try coordinator.register(
                    AgentTask("agent-\(index)", role: role) { [heap] _, _ in
                        heap.sample()
                        return Contribution()
                    })
            }
        case .elements, .waiting:
            try coordinator.register(
                AgentTask(
                    "agent", role: role, forEach: ForEach("artifacts.list", atMost: count),
                    agent: ClosureAgent { [heap] _, attempt in
                        heap.sample()
                        if work == .waiting, attempt.resumption == nil { throw Suspension(reason: "?") }
                        return Contribution()
                    }))
        }
    }

    /// - Returns: the most bytes beyond those before the job, and those that are held when it has ended.
    func run() async throws -> (most: Int, held: Int) {
        async let result = coordinator.executeParallel()
        if work == .waiting {
            while coordinator.suspendedRuns.count < count { try await Task.sleep(for: .milliseconds(10)) }
            heap.sampleNow()
            for run in coordinator.suspendedRuns { try await coordinator.resume(run.run, with: true) }
        }
        let ended = try await result
        guard ended.status == .succeeded else { throw Failed(status: "\(ended.status)") }
        let held = Int(heap_live_bytes()) - before
        return withExtendedLifetime(ended) { (max(held, heap.most - before), held) }
    }

    struct Failed: Error { let status: String }
}

/// The size of the heap every so many calls: each look takes the locks of all arenas.
final class Samples: Sendable {
    private let calls = Atomic(0)
    private let largest = Atomic(0)
    private let every: Int

    init(every: Int) { self.every = every }

    var most: Int { largest.load(ordering: .relaxed) }

    func sample() {
        if calls.add(1, ordering: .relaxed).newValue % every == 0 { sampleNow() }
    }

    func sampleNow() { _ = largest.max(Int(heap_live_bytes()), ordering: .relaxed) }
}

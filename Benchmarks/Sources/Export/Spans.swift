import Dispatch
import Glibc
import Telemetry
import Tracing

/// Spans with ten attributes, which together are what an attempt of an agent records.
enum Spans {
    /// Rounds, so that one may be had in which the machine did nothing else.
    private static let rounds = 5
    /// Not one of those that run tasks: where there is one core, the exporter would wait until all is recorded.
    private static let thread = DispatchQueue(label: "recording")

    static func measure(_ system: TelemetrySystem, _ count: Int) async {
        // The first ones pay for connections, memory and the types that are looked up at run time.
        await record(min(count, 2_000), system.tracer)
        _ = await system.flush(within: .seconds(30))
        let atRest = Process.residentMegabytes
        var times: [Double] = []
        var processor: [Double] = []
        var recording: [Double] = []
        for _ in 0..<rounds {
            let used = Process.processorMicroseconds
            let start = ContinuousClock.now
            recording.append(await record(count, system.tracer) / Double(count))
            _ = await system.flush(within: .seconds(60))
            times.append((ContinuousClock.now - start).seconds * 1e6 / Double(count))
            processor.append((Process.processorMicroseconds - used) / Double(count))
        }
        let peak = Process.peakMegabytes
        let lost = await system.shutdown(within: .seconds(10)).lost.spans
        print(
            """
            {"spans": \(count * rounds), "per_second": \(Int(1e6 / median(times))), \
            "best_per_second": \(Int(1e6 / (times.min() ?? .nan))), \
            "cpu_us": \(median(processor)), "best_cpu_us": \(processor.min() ?? .nan), \
            "recording_us": \(median(recording)), "lost": \(lost), "rest_mb": \(atRest), "peak_mb": \(peak)}
            """)
    }

    /// Memory while the server does not answer.
    static func measureOutage(_ system: TelemetrySystem, _ count: Int) async {
        let atRest = Process.residentMegabytes
        await record(count, system.tracer)
        // As long as a few attempts to reach the server take.
        try? await Task.sleep(for: .seconds(2))
        let lost = await system.flush(within: .zero).lost.spans
        print(
            """
            {"spans": \(count), "lost": \(lost), "rest_mb": \(atRest), "now_mb": \(Process.residentMegabytes), \
            "peak_mb": \(Process.peakMegabytes)}
            """)
        _ = await system.shutdown(within: .zero)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    /// Answers the processor time of the thread that records, in microseconds.
    @discardableResult
    private static func record(_ count: Int, _ tracer: TelemetryTracer) async -> Double {
        await withCheckedContinuation { continuation in
            thread.async {
                let start = Process.threadMicroseconds
                for index in 0..<count { span(index, tracer) }
                continuation.resume(returning: Process.threadMicroseconds - start)
            }
        }
    }

    private static func span(_ index: Int, _ tracer: TelemetryTracer) {
        let span = tracer.startSpan("coordinator.attempt drafter", context: .topLevel)
        span.attributes = [
            "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "drafter",
            "coordinator.agent.role": "author", "coordinator.attempt.number": 1,
            "coordinator.attempt.timeout": 30.0, "coordinator.attempt.backoff": 0.0,
            "coordinator.context.version": .int64(Int64(index)), "coordinator.attempt.abandoned": false,
            "coordinator.outcome": "succeeded", "error.type": "none",
        ]
        span.end()
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

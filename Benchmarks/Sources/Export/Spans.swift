import Dispatch
import Glibc
import Telemetry
import Workload

/// Measures spans with ten attributes, as many as the span of an agent's attempt has.
enum Spans {
    /// The number of rounds: in at least one of them the machine should do nothing else.
    private static let rounds = 5
    /// The recording thread is none of those that run tasks: on one core, the exporter would wait until all spans are
    /// recorded.
    private static let thread = DispatchQueue(label: "recording")

    static func measure(_ system: TelemetrySystem, _ count: Int) async {
        // The first spans are warm-up: connections, memory, and types that are looked up at run time.
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

    /// Measures memory while the server does not answer.
    static func measureOutage(_ system: TelemetrySystem, _ count: Int) async {
        let atRest = Process.residentMegabytes
        await record(count, system.tracer)
        // Long enough for a few attempts to reach the server.
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

    /// Records spans, and returns the processor time of the recording thread in microseconds.
    @discardableResult
    private static func record(_ count: Int, _ tracer: TelemetryTracer) async -> Double {
        await withCheckedContinuation { continuation in
            thread.async {
                let start = Process.threadMicroseconds
                for index in 0..<count { SampleSpan.record(index, tracer) }
                continuation.resume(returning: Process.threadMicroseconds - start)
            }
        }
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

import Foundation
import OTLPExporter
import Telemetry
import Tracing

/// Records spans as the lines of its standard input say, so that tests can kill it at a known point. After each command
/// it prints one line.
///
///     end N BYTES       N spans with an attribute of so many bytes, started and ended
///     open N            N spans that stay open
///     close             ends the spans that are open
///     flush SECONDS     outcome, lost, kept
///     count NAME TYPE   the sum of a counter's points, with that error.type if it is not "-"
///     memory            resident memory in KiB
///     shutdown SECONDS  outcome, lost, kept; then it ends
///
/// The endpoint comes from the standard variables; PROBE_DIR, PROBE_SEGMENT_BYTES, PROBE_SEGMENTS and PROBE_SERVICE say
/// the rest. Warnings go to standard error.
@main struct SpoolProbe {
    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard var otlp = OTLPConfiguration(environment: environment) else {
            print("no endpoint")
            exit(2)
        }
        otlp.metrics = nil
        otlp.logs = nil
        otlp.spool = SpoolConfiguration(
            directory: environment["PROBE_DIR"],
            segmentBytes: environment["PROBE_SEGMENT_BYTES"].flatMap { Int($0) } ?? SpoolConfiguration().segmentBytes,
            segmentCount: environment["PROBE_SEGMENTS"].flatMap { Int($0) } ?? SpoolConfiguration().segmentCount)
        otlp.retry = OTLPRetryPolicy(initial: .milliseconds(10), cap: .milliseconds(200))
        var configuration = TelemetryConfiguration(environment: environment)
        configuration.metricExporters = []
        configuration.logExporters = []
        let system = TelemetrySystem(
            resource: TelemetryResource([
                Attribute("service.name", .string(environment["PROBE_SERVICE"] ?? "probe"))
            ]), configuration: configuration, exporters: [try OTLPHTTPExporter(configuration: otlp)])
        var probe = SpoolProbe(system: system)
        say("ready")
        while let line = readLine() {
            say(await probe.obey(line.split(separator: " ").map(String.init)))
            if line.hasPrefix("shutdown") { break }
        }
    }

    private let system: TelemetrySystem
    private var count = 0
    private var open: [TelemetrySpan] = []

    private init(system: TelemetrySystem) { self.system = system }

    private mutating func obey(_ words: [String]) async -> String {
        func number(_ index: Int) -> Int { words.indices.contains(index) ? Int(words[index]) ?? 0 : 0 }
        switch words.first {
        case "end":
            let text = String(repeating: "x", count: number(2))
            for _ in 0..<number(1) {
                let span = start("ended")
                if !text.isEmpty { span.attributes["text"] = text }
                span.end()
            }
        case "open":
            for _ in 0..<number(1) { open.append(start("open")) }
        case "close":
            for span in open { span.end() }
            open = []
        case "flush": return text(await system.flush(within: .seconds(number(1))))
        case "shutdown": return text(await system.shutdown(within: .seconds(number(1))))
        case "count":
            let points = system.collectMetrics().first { $0.name == words[1] }?.points ?? []
            return String(points.reduce(0) { $0 + (Self.errorType($1) == words[2] ? Self.value($1) : 0) })
        case "memory":
            let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            return line.map { String($0.filter(\.isNumber)) } ?? "?"
        default: return "unknown command"
        }
        return "done"
    }

    private mutating func start(_ name: String) -> TelemetrySpan {
        count += 1
        return system.tracer.startSpan("\(name) \(count)", context: .topLevel)
    }

    private func text(_ result: FlushResult) -> String { "\(result.outcome) \(result.lost.spans) \(result.keptSpans)" }

    private static func errorType(_ point: MetricPoint) -> String {
        guard case .string(let text)? = point.attributes.first(where: { $0.key == "error.type" })?.value else {
            return "-"
        }
        return text
    }

    private static func value(_ point: MetricPoint) -> Int {
        guard case .int(let number) = point.value else { return 0 }
        return Int(number)
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}

import CurlClient
import Dispatch
import Glibc
import Logging
import Metrics
import OTLPExporter
import Telemetry
import Tracing

/// Measures telemetry from the instrumented code to a server on this machine. Prints one line of JSON:
///
///     Export spans URL COUNT [FOLDER]             five times: COUNT spans with ten attributes, then a flush
///     Export outage URL COUNT [FOLDER]            the same without a flush, for a server that does not answer
///     Export jobs URL|none JOBS AGENTS [FOLDER]   the time of jobs that do nothing, one after the other
///
/// One thread records the spans. With a folder, they wait in files there, else in memory. Processor time is that of all
/// threads of this process.
@main
struct Main {
    static func main() {
        // See Overhead: an asynchronous `main` is not for valgrind.
        let ended = DispatchSemaphore(value: 0)
        Task.detached {
            do { try await run(Array(CommandLine.arguments.dropFirst())) } catch {
                print("error: \(error)")
                exit(1)
            }
            ended.signal()
        }
        ended.wait()
    }

    private static func run(_ arguments: [String]) async throws {
        let count = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 0
        guard count > 0 else { return usage() }
        switch arguments[0] {
        case "spans", "outage":
            guard arguments.count <= 4 else { return usage() }
            let system = try system(arguments[1], folder: arguments.dropFirst(3).first)
            if arguments[0] == "spans" {
                await Spans.measure(system, count)
            } else {
                await Spans.measureOutage(system, count)
            }
        case "jobs":
            guard arguments.count > 3, let agents = Int(arguments[3]), agents > 0 else { return usage() }
            let system = arguments[1] == "none" ? nil : try system(arguments[1], folder: arguments.dropFirst(4).first)
            try await Jobs.measure(system, jobs: count, agents: agents)
        default: usage()
        }
    }

    private static func usage() {
        print("usage: Export spans|outage URL COUNT [FOLDER]   |   Export jobs URL|none JOBS AGENTS [FOLDER]")
        exit(2)
    }

    /// A system with default settings that sends spans to `url`.
    private static func system(_ url: String, folder: String?) throws -> TelemetrySystem {
        var otlp = OTLPConfiguration(traces: OTLPEndpoint(url: url))
        otlp.spool.directory = folder
        var configuration = TelemetryConfiguration()
        configuration.metricExporters = []
        configuration.logExporters = []
        let resource = TelemetryResource([Attribute("service.name", .string("benchmark"))])
        return TelemetrySystem(
            resource: resource, configuration: configuration,
            exporters: [try OTLPHTTPExporter(configuration: otlp)], warn: { _ in })
    }
}

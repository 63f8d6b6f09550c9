import Foundation
import PrometheusExporter
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct MetricsFileTests {
    func text(_ file: MetricsFile) throws -> String { try String(contentsOfFile: file.path, encoding: .utf8) }

    func withFile(_ body: (MetricsFile, URL) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await body(MetricsFile(path: folder.file("runs.prom").path), folder.url)
    }

    @Test func countersAccumulateAndGaugesShowTheLastRun() async throws {
        try await withFile { file, folder in
            try file.add(
                [
                    counter("runs", 1, ["agent": "a"]), gauge("age", 5), gauge("gone", 1),
                    histogram("time", buckets: [1, 0, 2], sum: 10),
                ], resource: resource)
            try file.add(
                [
                    counter("runs", 2, ["agent": "a"]), counter("runs", 4, ["agent": "b"]), gauge("age", 3),
                    histogram("time", buckets: [0, 5, 1], sum: 0.5),
                ], resource: resource)
            let expected = PrometheusText.render(
                [
                    counter("runs", 3, ["agent": "a"]), counter("runs", 4, ["agent": "b"]), gauge("age", 3),
                    histogram("time", buckets: [1, 5, 3], sum: 10.5),
                ], resource: resource)
            #expect(try text(file) == expected)
            let complaints = try await Promtool.complaints(about: expected)
            #expect(complaints == "")
            // Nothing but the file and its lock stays behind.
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.sorted() == ["runs.prom", "runs.prom.lock"])
        }
    }

    /// Whatever another program wrote as a number: it is added to, or the file is left as it was.
    @Test(arguments: [
        ("9223372036854775807", true), ("-9223372036854775808", true), ("-9.223372036854775808e18", true),
        ("18446744073709551616", true), ("1e400", true), ("-1e400", true), ("NaN", true), ("+Inf", true), ("-0", true),
        ("1e999999999", true), ("0x10", false), ("1e", false),
    ])
    func hostileNumbersAreAddedToOrLeftAlone(number: String, isUsable: Bool) async throws {
        try await withFile { file, _ in
            try file.add([counter("runs", 1), histogram("time", buckets: [1, 0, 2], sum: 10)], resource: resource)
            let lines = try text(file).split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.hasPrefix("runs_total") || line.hasPrefix("time_seconds_sum")
                    ? "\(line[...(line.lastIndex(of: " ") ?? line.startIndex)])\(number)" : String(line)
            }
            let hostile = lines.joined(separator: "\n")
            try Data(hostile.utf8).write(to: URL(filePath: file.path))
            let records = [counter("runs", 1), histogram("time", buckets: [1, 0, 2], sum: 10)]
            for _ in 0..<2 {
                if isUsable {
                    try file.add(records, resource: resource)
                } else {
                    #expect(throws: MetricsFileError.self) { try file.add(records, resource: resource) }
                    #expect(try text(file) == hostile)
                }
            }
        }
    }

    @Test(arguments: [("9223372036854775807", true), ("-1", false), ("18446744073709551616", false), ("1e3", false)])
    func countsOfBucketsStopOrAreRefused(number: String, isUsable: Bool) async throws {
        try await withFile { file, _ in
            let time = histogram("time", buckets: [0, 0, 1], sum: 1)
            try file.add([time], resource: resource)
            let lines = try text(file).split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.contains("+Inf") || line.contains("_count{") || number == "-1" && line.contains("_bucket{")
                    ? "\(line[...(line.lastIndex(of: " ") ?? line.startIndex)])\(number)" : String(line)
            }
            let hostile = lines.joined(separator: "\n")
            #expect(hostile.split(separator: "\n").count { $0.hasSuffix("} \(number)") } >= 2)
            try Data(hostile.utf8).write(to: URL(filePath: file.path))
            guard isUsable else {
                #expect(throws: MetricsFileError.self) { try file.add([time], resource: resource) }
                return
            }
            try file.add([time], resource: resource)
            #expect(try text(file).contains("+Inf\"} 9223372036854775807\n"))
        }
    }

    @Test func seriesAbsentFromARunAreKept() async throws {
        try await withFile { file, _ in
            try file.add([counter("a", 1), counter("cost", 2, unit: "USD")], resource: resource)
            try file.add([counter("b", 1)], resource: resource)
            #expect(
                try text(file)
                    == PrometheusText.render(
                        [counter("a", 1), counter("b", 1), counter("cost", 2, unit: "USD")], resource: resource))
        }
    }

    @Test func declaredSeriesStartAtZero() async throws {
        try await withFile { file, _ in
            try file.add([counter("runs", 3, ["agent": "a"]), gauge("age", 5)], resource: resource)
            try file.declare(
                [
                    counter("runs", 9, ["agent": "a"]), counter("runs", 9, ["agent": "b"]), gauge("age", 7),
                    histogram("time", buckets: [1, 0, 2], sum: 10),
                ], resource: resource)
            #expect(
                try text(file)
                    == PrometheusText.render(
                        [
                            counter("runs", 3, ["agent": "a"]), counter("runs", 0, ["agent": "b"]), gauge("age", 5),
                            histogram("time", buckets: [0, 0, 0], sum: 0),
                        ], resource: resource))
        }
    }

    /// An accent after a blank or a `#` makes one character of both, but not one scalar.
    @Test func helpAndCommentsMayBeginWithAnAccent() async throws {
        try await withFile { file, _ in
            let comment = "#\u{301} of another\n"
            try comment.write(toFile: file.path, atomically: false, encoding: .utf8)
            let run = [counter("runs", 1, ["agent": "a"], description: "\u{301} counts")]
            for _ in 0..<2 { try file.add(run, resource: resource) }
            let sum = [counter("runs", 2, ["agent": "a"], description: "\u{301} counts")]
            #expect(try text(file).utf8.elementsEqual((comment + PrometheusText.render(sum, resource: resource)).utf8))
        }
    }

    @Test func changedBoundsResetTheHistogram() async throws {
        try await withFile { file, _ in
            try file.add([histogram("time", buckets: [1, 0, 2], sum: 10)], resource: resource)
            let changed = histogram("time", bounds: [0.5, 1], buckets: [0, 1, 0], sum: 0.75)
            try file.add([changed], resource: resource)
            #expect(try text(file) == PrometheusText.render([changed], resource: resource))
        }
    }

    @Test func concurrentRunsLoseNothing() async throws {
        let folder = try TemporaryFolder()
        let file = MetricsFile(path: folder.file("runs.prom").path, lockTimeout: .seconds(120))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try file.add(
                        [counter("runs", 1), histogram("time", buckets: [1, 1, 1], sum: 0.5)], resource: resource)
                }
            }
            try await group.waitForAll()
        }
        let expected = PrometheusText.render(
            [counter("runs", 20), histogram("time", buckets: [20, 20, 20], sum: 10)], resource: resource)
        #expect(try text(file) == expected)
    }

    @Test(arguments: [
        "not metrics at all\n",
        "# TYPE a counter\na 1 1700000000\n", "# TYPE a counter\na 1", "# TYPE a counter\na{b=\"c} 1\n",
        "# TYPE a counter\na one\n", "# TYPE a counter\na 0x10\n", "# TYPE a counter\na 1\na 2\n",
        "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
        "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        "# TYPE runs_total gauge\n# TYPE runs_total gauge\n", "# TYPE runs histogram\nruns 1\n",
        "{\"json\": true}\n", "# TYPE a counter\r\na 1\r\n",
    ])
    func unparsableFileIsRefusedAndKept(_ content: String) async throws {
        try await withFile { file, _ in
            try Data(content.utf8).write(to: URL(filePath: file.path))
            let error = #expect(throws: MetricsFileError.self) {
                try file.add([counter("runs", 1)], resource: resource)
            }
            #expect(error?.code == .notUnderstood)
            #expect(error?.description.contains(file.path) == true)
            #expect(try text(file) == content)
        }
    }

    @Test func conflictingKindOfAMetricIsRefused() async throws {
        try await withFile { file, _ in
            try file.add([counter("time", 1, unit: "")], resource: resource)
            let before = try text(file)
            try file.add([counter("time", 1, unit: "")], resource: resource)
            let own = "h_seconds{otel_scope_name=\"coordinator\"} 1"
            let content = "# HELP h_seconds x\n# TYPE h_seconds gauge\n\(own)\n"
            try Data(content.utf8).write(to: URL(filePath: file.path))
            // A gauge of former runs is replaced by whatever the run has, so its kind may change.
            try file.add([histogram("h", buckets: [1, 0, 0], sum: 0)], resource: resource)
            #expect(try text(file).contains("# TYPE h_seconds histogram"))
            try Data("# TYPE h_seconds counter\nh_seconds 1\n".utf8).write(to: URL(filePath: file.path))
            let error = #expect(throws: MetricsFileError.self) {
                try file.add([histogram("h", buckets: [1, 0, 0], sum: 0)], resource: resource)
            }
            #expect(error?.code == .notUnderstood)
            #expect(before.contains("time_total"))
        }
    }

    @Test func nonTextFileIsRefusedAndKept() async throws {
        try await withFile { file, _ in
            let content = Data([0x23, 0xFF, 0xFE, 0x0A])
            try content.write(to: URL(filePath: file.path))
            let error = #expect(throws: MetricsFileError.self) { try file.add([], resource: resource) }
            #expect(error?.code == .notUnderstood)
            #expect(try Data(contentsOf: URL(filePath: file.path)) == content)
        }
    }

    @Test func emptyFileIsAccepted() async throws {
        try await withFile { file, _ in
            try Data().write(to: URL(filePath: file.path))
            try file.add([counter("runs", 1)], resource: resource)
            #expect(try text(file) == PrometheusText.render([counter("runs", 1)], resource: resource))
        }
    }

    @Test func fileBeyondTheLimitIsRefused() async throws {
        try await withFile { file, _ in
            try file.add([counter("runs", 1)], resource: resource)
            let small = MetricsFile(path: file.path, sizeLimit: 20)
            let error = #expect(throws: MetricsFileError.self) {
                try small.add([counter("runs", 1)], resource: resource)
            }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func missingFolderAndDirectoryAtTheFilePathAreErrors() async throws {
        try await withFile { file, folder in
            let nowhere = MetricsFile(path: folder.appending(path: "none/runs.prom").path)
            #expect(throws: MetricsFileError.self) { try nowhere.add([], resource: resource) }
            try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: false)
            let error = #expect(throws: MetricsFileError.self) { try file.add([], resource: resource) }
            #expect(error?.code == .inaccessible)
        }
    }

    @Test func heldLockIsAnError() async throws {
        try await withFile { file, _ in
            let lock = open("\(file.path).lock", O_RDWR | O_CREAT, 0o600)
            try #require(lock >= 0)
            defer { close(lock) }
            try #require(flock(lock, LOCK_EX) == 0)
            let impatient = MetricsFile(path: file.path, lockTimeout: .milliseconds(1))
            let error = #expect(throws: MetricsFileError.self) { try impatient.add([], resource: resource) }
            #expect(error?.code == .locked)
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test func symbolicLinkIsKept() async throws {
        try await withFile { file, folder in
            let target = folder.appending(path: "target.prom").path
            try Data().write(to: URL(filePath: target))
            try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target)
            try file.add([counter("runs", 1)], resource: resource)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == target)
            #expect(try String(contentsOfFile: target, encoding: .utf8).contains("runs_total"))
        }
    }
}

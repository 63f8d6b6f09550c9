import Foundation
import PrometheusExporter
import Telemetry
import TestSupport
import Testing

/// A metrics file is read by other users' programs, and others write into it.
@Suite("A metrics file that belongs to others too", .timeLimit(.minutes(10)))
struct SharedMetricsFileTests {
    private static let foreign = """
        # Written by the backup.
        # HELP backup_age_seconds Seconds since the last backup.
        # TYPE backup_age_seconds gauge
        backup_age_seconds{disk="a"} 5

        # TYPE request_seconds summary
        request_seconds{quantile="0.5"} 0.1
        request_seconds_sum 3
        request_seconds_count 7
        # TYPE jobs_total counter
        jobs_total 1e3
        # TYPE size histogram
        size_bucket{le="+Inf"} 2
        size_sum 3
        size_count 2
        untyped_value 4
        #TYPE	logins  Counter
          logins_total	{ host = "a" , realm="b\u{301}", }	 2
         	

        """

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o777
    }

    private func text(_ file: MetricsFile) throws -> String { try String(contentsOfFile: file.path, encoding: .utf8) }

    private func file(_ folder: TemporaryFolder, _ content: String? = nil) throws -> MetricsFile {
        let file = MetricsFile(path: folder.file("runs.prom").path)
        if let content { try Data(content.utf8).write(to: URL(filePath: file.path)) }
        return file
    }

    @Test func newFileCanBeReadByAllWhateverTheUmask() async {
        // The umask is the process's.
        await #expect(processExitsWith: .success) {
            umask(0o077)
            let folder = try TemporaryFolder()
            let path = folder.file("runs.prom").path
            try MetricsFile(path: path).add([counter("runs", 1)], resource: resource)
            for name in [path, "\(path).lock"] {
                var status = stat()
                try #require(stat(name, &status) == 0 && status.st_mode & 0o777 == 0o644, "\(name)")
            }
        }
    }

    @Test(arguments: [0o600, 0o640, 0o664, 0o666] as [mode_t]) func existingFileKeepsItsMode(mode: mode_t) throws {
        let folder = try TemporaryFolder()
        let file = try file(folder, "")
        try #require(chmod(file.path, mode) == 0)
        for _ in 0..<2 {
            #expect(try file.add([counter("runs", 1)], resource: resource) == [])
            #expect(try self.mode(file.path) == mode)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root may give files away")) func existingFileKeepsItsOwner() throws {
        let folder = try TemporaryFolder()
        let file = try file(folder, "")
        try #require(chmod(file.path, 0o640) == 0 && chown(file.path, 1234, 4321) == 0)
        #expect(try file.add([counter("runs", 1)], resource: resource) == [])
        var status = stat()
        try #require(stat(file.path, &status) == 0)
        #expect(status.st_uid == 1234 && status.st_gid == 4321 && status.st_mode & 0o777 == 0o640)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func ownerThatCannotBeKeptIsTold() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let path = folder.file("runs.prom").path
            try MetricsFile(path: path).add([counter("runs", 1)], resource: resource)
            try #require(chmod(folder.url.path, 0o777) == 0 && chmod(path, 0o640) == 0 && chown(path, 0, 1234) == 0)
            // A member of the group 1234, so that the group stays, and the lock of another user is taken.
            var groups: [gid_t] = [1234]
            try #require(setgroups(1, &groups) == 0 && setgid(60_001) == 0 && setuid(60_001) == 0)
            let notes = try MetricsFile(path: path).add([counter("runs", 1)], resource: resource)
            try #require(notes.count == 1 && notes[0].contains("belonged to user 0"), "\(notes)")
            var status = stat()
            try #require(stat(path, &status) == 0)
            try #require(status.st_uid == 60_001 && status.st_gid == 1234 && status.st_mode & 0o777 == 0o640)
            try #require(try String(contentsOfFile: path, encoding: .utf8).contains(#"otel_scope_name"#))
            try #require(try MetricsFile(path: path).add([counter("runs", 1)], resource: resource) == [])
        }
    }

    @Test func whatOthersWroteStaysAsItIsAndTheRunIsAdded() async throws {
        let folder = try TemporaryFolder()
        let file = try file(folder, Self.foreign)
        for total in 1...3 {
            try file.declare([counter("runs", 1), gauge("age", 5)], resource: resource)
            try file.add([counter("runs", 1), gauge("age", Double(total))], resource: resource)
            let expected = PrometheusText.render(
                [counter("runs", Int64(total)), gauge("age", Double(total))], resource: resource)
            #expect(try text(file) == Self.foreign + expected)
        }
        let complaints = try await Promtool.complaints(about: text(file))
        // Its own advice on names of others.
        #expect(!complaints.contains("runs") && !complaints.contains("error"), "\(complaints)")
    }

    @Test func gaugeOfARunIsReplacedAndAnothersOfTheSameNameStays() throws {
        let folder = try TemporaryFolder()
        let file = try file(folder, "# TYPE age_seconds gauge\nage_seconds{host=\"b\"} 7\n")
        try file.add([gauge("age", 5, unit: "s")], resource: resource)
        try file.add([gauge("age", 6, unit: "s")], resource: resource)
        let lines = try text(file).split(separator: "\n").filter { $0.hasPrefix("age_seconds") }
        #expect(lines.count == 2 && lines.contains("age_seconds{host=\"b\"} 7"))
        try file.add([counter("runs", 1)], resource: resource)
        #expect(
            try text(file).split(separator: "\n").filter { $0.hasPrefix("age_seconds") } == [
                "age_seconds{host=\"b\"} 7"
            ])
    }

    @Test func seriesOfAnotherScopeStayWithTheirValues() throws {
        let folder = try TemporaryFolder()
        let other = "# TYPE age_other gauge\nage_other{otel_scope_name=\"other\"} 3\n"
        let file = try file(folder, other)
        try file.add([counter("runs", 1)], resource: resource)
        #expect(try text(file).hasPrefix(other))
    }

    @Test(arguments: [
        ("# TYPE a counter\na 1 1700000000\n", "a sample with a time"),
        ("# TYPE runs_total summary\nruns_total 1\n", "never written here"), ("<html>\n", "not a sample"),
        ("# TYPE a widget\na 1\n", "no kind 'widget'"), ("a 1\na 1\n", "stands twice"),
        ("# TYPE time_seconds_count counter\ntime_seconds_count 1\n", "time_seconds_count"),
    ])
    func fileThatCannotBeAddedToIsLeftAloneWithTheReason(content: String, reason: String) throws {
        let folder = try TemporaryFolder()
        let file = try file(folder, content)
        let error = #expect(throws: MetricsFileError.self) {
            try file.add([counter("runs", 1), histogram("time", buckets: [1, 0, 0], sum: 0)], resource: resource)
        }
        #expect(error?.code == .notUnderstood)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(try text(file) == content)
    }

    /// The format says that blanks at the ends of a line mean nothing.
    @Test(arguments: [
        "age 1 \n", "age 1\t\n", "\tage 1\n", "age{a=\"b\"}1\n", "  \n", "# TYPE age gauge \nage 1\n",
        "# TYPE age\nage 1\n",
        "  # TYPE age  GAUGE\nage 1\n", "#HELP age\u{301} x\n",
    ])
    func lineOfAnotherWithBlanksIsRead(content: String) throws {
        let folder = try TemporaryFolder()
        let file = try file(folder, content)
        for _ in 0..<2 { try file.add([counter("runs", 1)], resource: resource) }
        let expected = PrometheusText.render([counter("runs", 2)], resource: resource)
        #expect(try text(file).utf8.elementsEqual((content + expected).utf8))
    }

    @Test func gaugeAndCounterOfOneNameAreTwoFamilies() throws {
        let folder = try TemporaryFolder()
        let foreign = "# TYPE runs gauge\nruns 5\n"
        let file = try file(folder, foreign)
        for total in 1...3 {
            try file.declare([counter("runs", 1)], resource: resource)
            try file.add([counter("runs", 1)], resource: resource)
            #expect(
                try text(file) == foreign + PrometheusText.render([counter("runs", Int64(total))], resource: resource))
        }
    }

    @Test func gaugeOfAnotherWithANameOfOursIsLeftAloneByEveryStep() throws {
        let folder = try TemporaryFolder()
        let content = "# TYPE time_seconds gauge\ntime_seconds{host=\"b\"} 7\n"
        let file = try file(folder, content)
        let records = [histogram("time", buckets: [1, 0, 0], sum: 0)]
        for step in [file.declare, file.add] {
            let error = #expect(throws: MetricsFileError.self) { try step(records, resource) }
            #expect(error?.message.contains("time_seconds as a gauge") == true, "\(error?.message ?? "")")
            #expect(try text(file) == content)
        }
    }

    @Test func counterWithoutTheSuffixIsRefusedAndNotRenamed() throws {
        let folder = try TemporaryFolder()
        let content = "# TYPE jobs counter\njobs{otel_scope_name=\"coordinator\"} 7\n"
        let file = try file(folder, content)
        let error = #expect(throws: MetricsFileError.self) { try file.add([counter("runs", 1)], resource: resource) }
        #expect(error?.message.contains("jobs is a counter without _total") == true, "\(error?.message ?? "")")
        #expect(try text(file) == content)
    }

    @Test func whatIsSaidOfAnotherServiceStaysBesideOurs() throws {
        let folder = try TemporaryFolder()
        let other = #"target_info{job="backup",service_name="backup"} 1"#
        let file = try file(folder, "# TYPE target_info gauge\n\(other)\n")
        for pid in 1...2 {
            let resource = TelemetryResource([
                Attribute("service.name", .string("coordinator")), Attribute("process.pid", .int(Int64(pid))),
            ])
            try file.declare([counter("runs", 1)], resource: resource)
            try file.add([counter("runs", 1)], resource: resource)
            let lines = try text(file).split(separator: "\n").filter { $0.contains("target_info") }
            #expect(
                lines == [
                    "# HELP target_info What produced the metrics.", "# TYPE target_info gauge", other[...],
                    "target_info{process_pid=\"\(pid)\",service_name=\"coordinator\"} 1",
                ])
        }
    }

    @Test func sameSeriesAreFoundBehindTheLinesOfOthersAndTakenForNoOthers() throws {
        let folder = try TemporaryFolder()
        let other = MetricsFile(path: folder.file("other.prom").path)
        let lines = (0..<5_000).map { "age{number=\"\($0)\"} 1\n" }.joined()
        try Data("\(lines)age{my_otel_scope_name=\"coordinator\"} 1\n".utf8).write(to: URL(filePath: other.path))
        let file = try file(folder)
        #expect(try file.declare([counter("runs", 1)], resource: resource) == [])
        try other.add([counter("runs", 1)], resource: resource)
        #expect(try file.declare([counter("runs", 1)], resource: resource).count == 1)
    }

    @Test(arguments: ["link", "hard link", "pipe", "folder"])
    func whatLiesAtTheNameOfTheLockIsNeitherFollowedNorWaitedFor(kind: String) throws {
        let folder = try TemporaryFolder()
        let file = try file(folder, "")
        let lock = "\(file.path).lock"
        let victim = folder.file("victim").path
        try Data("mine".utf8).write(to: URL(filePath: victim))
        try #require(chmod(victim, 0o600) == 0)
        switch kind {
        case "link": try #require(symlink(victim, lock) == 0)
        case "hard link": try #require(link(victim, lock) == 0)
        case "pipe": try #require(mkfifo(lock, 0o644) == 0)
        default: try #require(mkdir(lock, 0o755) == 0)
        }
        let error = Result { try file.add([counter("runs", 1)], resource: resource) }
        #expect(try mode(victim) == 0o600)
        guard kind != "hard link" else { return }
        #expect(throws: MetricsFileError.self) { try error.get() }
        #expect("\(error)".contains("runs.prom.lock is a link, a folder, a pipe or a device"), "\(error)")
    }

    @Test func secondFileWithTheSameSeriesInTheFolderIsTold() throws {
        let folder = try TemporaryFolder()
        try Data(Self.foreign.utf8).write(to: folder.file("backup.prom"))
        let first = try file(folder)
        #expect(try first.declare([counter("runs", 1)], resource: resource) == [])
        let second = MetricsFile(path: folder.file("other.prom").path)
        let notes = try second.declare([counter("runs", 1)], resource: resource)
        #expect(notes.count == 1 && notes[0].contains("runs.prom") && notes[0].contains("the same file"), "\(notes)")
        #expect(try second.add([counter("runs", 1)], resource: resource) == [], "once a run")
        // However many there are, it is one sentence.
        for index in 0..<5 {
            _ = try MetricsFile(path: folder.file("f\(index).prom").path).add([counter("runs", 1)], resource: resource)
        }
        let many = try second.declare([counter("runs", 1)], resource: resource)
        #expect(many.count == 1 && many[0].contains("f0.prom, f1.prom, f2.prom and 3 more"), "\(many)")
        // A name that node_exporter does not read is no second file.
        let unread = MetricsFile(path: folder.file("other.txt").path)
        #expect(try unread.declare([counter("runs", 1)], resource: resource) == [])
    }

    @Test func symbolicLinkToAFileThatIsStillToBeMadeStays() throws {
        let folder = try TemporaryFolder()
        let file = try file(folder)
        try #require(symlink("target.prom", file.path) == 0)
        try file.add([counter("runs", 1)], resource: resource)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == "target.prom")
        #expect(try String(contentsOf: folder.file("target.prom"), encoding: .utf8).contains("runs_total"))
    }

    @Test func whatLiesAtTheNameOfTheUnfinishedFileIsNotFollowed() throws {
        let folder = try TemporaryFolder()
        let file = try file(folder)
        let victim = folder.file("victim")
        try Data("mine".utf8).write(to: victim)
        try #require(symlink(victim.path, "\(file.path).\(getpid()).tmp") == 0)
        try file.add([counter("runs", 1)], resource: resource)
        #expect(try String(contentsOf: victim, encoding: .utf8) == "mine")
    }
}

import Foundation
import SourceCodeTestSupport
import Testing

@testable import SourceCode

@Suite(.timeLimit(.minutes(10))) struct WorkspaceLimitsTests {
    @Test func defaultsAreAsDocumented() {
        let limits = WorkspaceLimits()
        #expect(limits.fileBytes == 1_048_576 && limits.totalBytes == 16_777_216 && limits.fileCount == 20_000)
        #expect(
            WorkspaceLimits(fileBytes: -1, totalBytes: -5, fileCount: -2)
                == .init(fileBytes: 0, totalBytes: 0, fileCount: 0))
    }

    @Test func largeFileIsSkippedWithoutBeingRead() async throws {
        let folder = try ScratchFolder()
        try folder.write("small.txt", "x")
        try folder.write("large.txt", "x")
        try await folder.commitAll()
        #expect(truncate("\(folder.path)/large.txt", 50_000_000) == 0)
        // Reading moves the time of the last access; the small file is the control (not every disk keeps that time).
        for name in ["small.txt", "large.txt"] {
            let times = [timespec(tv_sec: 1_000, tv_nsec: 0), timespec(tv_sec: 2_000_000_000, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, "\(folder.path)/\(name)", times, 0) == 0)
        }
        let scan = try await Workspace(folder.path).scan()
        #expect(scan.files.map(\.path) == ["small.txt"])
        #expect(scan.skipped.map(\.reason) == [.fileTooLarge])
        #expect(scan.skipped[0].detail == "50000000 bytes; the limit is 1048576")
        if try accessTime("\(folder.path)/small.txt") != 1_000 {
            #expect(try accessTime("\(folder.path)/large.txt") == 1_000)
        }
    }

    @Test func fileLimitIsInclusive() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "1234")
        try folder.write("b.txt", "12345")
        try await folder.commitAll()
        let scan = try await Workspace(folder.path).scan(limits: .init(fileBytes: 4))
        #expect(scan.files.map(\.path) == ["a.txt"] && scan.skipped.map(\.reason) == [.fileTooLarge])
    }

    @Test func filesBeyondTheTotalSizeLimitAreSkipped() async throws {
        let folder = try ScratchFolder()
        for (name, size) in [("a", 6), ("b", 5), ("c", 4), ("d", 1)] {
            try folder.write(name, String(repeating: "x", count: size))
        }
        try await folder.commitAll()
        let scan = try await Workspace(folder.path).scan(limits: .init(totalBytes: 10))
        #expect(scan.files.map(\.path) == ["a", "c"])
        #expect(scan.skipped.map(\.path) == ["b", "d"])
        #expect(scan.skipped.allSatisfy { $0.reason == .totalSizeReached })
    }

    @Test func countLimitKeepsTheFirstByPath() async throws {
        let folder = try ScratchFolder()
        for name in ["c", "a", "b"] { try folder.write(name, "x") }
        try await folder.commitAll()
        let scan = try await Workspace(folder.path).scan(limits: .init(fileCount: 2))
        #expect(scan.files.map(\.path) == ["a", "b"])
        #expect(scan.skipped == [SkippedFile(path: "c", reason: .fileCountReached, detail: "the limit is 2 files")])
    }

    private func accessTime(_ path: String) throws -> Int {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_atim.tv_sec
    }
}

import Foundation
import Processes
import SourceCodeTestSupport
import Support
import Testing

@Suite struct HiddenProgramsTests: ~Copyable {
    private let folder: ScratchFolder
    private var home: String { folder.path }

    init() throws { folder = try ScratchFolder() }

    /// A folder with programs, which are empty files that may be executed, or links.
    private func makePrograms(_ folder: String, _ names: [String], links: [String: String] = [:]) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in names {
            try Data().write(to: URL(filePath: "\(folder)/\(name)"))
            #expect(chmod("\(folder)/\(name)", 0o755) == 0)
        }
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
        }
    }

    private func hidden(_ folders: String...) -> HiddenPrograms {
        HiddenPrograms(path: folders.joined(separator: ":")) { _ in true }
    }

    @Test func sandboxShowsTheProgramsOfTheMachine() {
        #expect(hidden("/usr/local/bin", "/usr/bin", "/bin", "/opt", "", "relative", "/not/there").folders.isEmpty)
    }

    @Test func theFolderAroundBinAndShimsIsWhatASandboxHasToRead() throws {
        for name in ["tools/bin", ".pyenv/shims", ".pyenv/plugins/one/shims", "scripts", ".local/bin"] {
            try makePrograms("\(home)/\(name)", ["program"])
        }
        let found = hidden(
            "\(home)/tools/bin", "\(home)/.pyenv/shims", "\(home)/.pyenv/plugins/one/shims", "\(home)/scripts",
            "\(home)/.local/bin", "/usr/bin")
        #expect(found.folders.count == 5)
        #expect(
            found.reads == ["\(home)/tools", "\(home)/.pyenv", "\(home)/scripts", "\(home)/.local/bin"],
            "what several toolchains share is not shown for the sake of one")
        #expect(found.closed.isEmpty)
    }

    @Test func programThatIsALinkNeedsTheToolchainItLeadsTo() throws {
        try makePrograms("\(home)/toolchain/bin", ["swift"])
        try makePrograms(
            "\(home)/links", [], links: ["swift": "../toolchain/bin/swift", "sh": "/bin/sh", "gone": "/not/there"])
        #expect(hidden("\(home)/links").reads == ["\(home)/links", "\(home)/toolchain"])
    }

    @Test func folderWithoutProgramsHidesNone() throws {
        #expect(hidden(home).folders.isEmpty)
        try makePrograms(home, ["text"])
        #expect(chmod("\(home)/text", 0o644) == 0)
        #expect(hidden(home).folders.isEmpty, "files that nobody may execute are no programs")
    }

    @Test func noFolderOfTheRootIsAToolchain() throws {
        let program = "coordinator-test-\(UUID().uuidString)"
        try makePrograms("/tmp", [program])
        defer { unlink("/tmp/\(program)") }
        let found = hidden("/tmp")
        #expect(found.folders == ["/tmp"])
        #expect(!found.reads.contains("/tmp"))
    }

    @Test func folderThatConfinedProgramsCannotEnterIsNamedWhereverItLies() throws {
        try makePrograms("\(home)/tools/bin", ["program"])
        let found = HiddenPrograms(path: "\(home)/tools/bin:/usr/bin") { $0 != home && $0 != "/usr" }
        #expect(found.closed == [home, "/usr"])
        #expect(found.folders == ["\(home)/tools/bin", "/usr/bin"])
        #expect(found.reads == ["\(home)/tools"])
    }

    @Test(.enabled(if: geteuid() == 0, "other users run no confined program of another user"))
    func rootsClosedHomeCannotBeEnteredByTheUserThatConfinedProgramsRunAs() throws {
        try makePrograms("\(home)/tools/bin", ["program"])
        #expect(chmod(home, 0o755) == 0 && chmod("\(home)/tools", 0o700) == 0)
        #expect(HiddenPrograms(path: "\(home)/tools/bin").closed == ["\(home)/tools"])
        #expect(chmod("\(home)/tools", 0o711) == 0)
        #expect(HiddenPrograms(path: "\(home)/tools/bin").closed.isEmpty)
    }

    @Test func whatASandboxHasToReadIsNoLongerThanItMayBe() throws {
        for number in 0..<70 { try makePrograms("\(home)/\(number)/bin", ["program"]) }
        try makePrograms(
            "\(home)/links", [],
            links: Dictionary(uniqueKeysWithValues: (0..<70).map { ("\($0)", "../\($0)/bin/program") }))
        #expect(hidden("\(home)/links").reads.count == SandboxPolicy.pathLimit)
    }
}

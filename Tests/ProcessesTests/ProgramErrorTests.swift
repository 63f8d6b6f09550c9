import Foundation
import Glibc
import Processes
import SourceCodeTestSupport
import Testing

/// The error of a program that does not start names the object at fault.
@Suite(.timeLimit(.minutes(10))) struct ProgramErrors {
    private func error(
        _ program: String, in folder: borrowing ScratchFolder, arguments: [String] = [], path: String = "/usr/bin:/bin"
    ) async -> ProgramError? {
        let (place, invocation) = (folder.path, [program] + arguments)
        return await #expect(throws: ProgramError.self) {
            try await ProgramRunner().run(
                ProgramInvocation(invocation, workingDirectory: place, environment: ["PATH": path]))
        }
    }

    @Test func aFileWithoutPermissionIsToldToBeThereWithTheRemedy() async throws {
        let folder = try ScratchFolder()
        try folder.write("tool", "#!/bin/sh\n")
        let error = await error("./tool", in: folder)
        #expect(error?.code == .notExecutable && error?.isTransient == false)
        #expect(
            error?.description
                == "The program \"./tool\" is there, but its file may not be executed by this user. Run "
                + "\"chmod +x ./tool\" to allow it.")
    }

    @Test func aNameIsLookedUpInPATHAndAFileThereWithoutPermissionIsToldOf() async throws {
        let folder = try ScratchFolder()
        try folder.write("tool", "#!/bin/sh\n")
        let error = await error("tool", in: folder, path: "/nowhere:\(folder.path)")
        #expect(error?.description.contains("chmod +x \(folder.path)/tool") == true)
    }

    /// A folder may be entered, which the system calls executable.
    @Test func folderOfTheNameOfAnInterpreterIsNoInterpreter() async throws {
        let folder = try ScratchFolder()
        let script = try folder.writeProgram("tool", "#!/usr/bin/env no-such-interpreter\n")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/no-such-interpreter", withIntermediateDirectories: false)
        let error = await error("./tool", in: folder, path: "/usr/bin:/bin:\(folder.path)")
        #expect(error?.description.contains("asks for the interpreter \"no-such-interpreter\"") == true, "\(script)")
    }

    @Test func whatIsReallyAbsentIsNotFound() async throws {
        let folder = try ScratchFolder()
        try folder.write("file", "")
        for program in ["no-such-program", "./no-such-program", "/no/such/program", "./file/program"] {
            let error = await error(program, in: folder)
            #expect(error?.code == .notFound, "\(program)")
            #expect(
                error?.description.hasPrefix(
                    "The program \"\(program)\" was not found. Install it, or put its folder on PATH.") == true)
        }
    }

    /// Each is there, so that nobody is to install it or to look at PATH.
    @Test(arguments: [
        ("#!/no/such/interpreter -u\n", "names the interpreter \"/no/such/interpreter\", which is not there"),
        ("#!/etc/hostname\n", "names the interpreter \"/etc/hostname\", which cannot be executed"),
        ("#!/usr\n", "names the interpreter \"/usr\", which cannot be executed"),
        ("#!/bin/sh\r\necho\r\n", "ends with a carriage return"),
        ("#!/usr/bin/env no-such-interpreter\n", "asks for the interpreter \"no-such-interpreter\""),
        ("#!/usr/bin/env -S A=1 no-such-interpreter -u\n", "asks for the interpreter \"no-such-interpreter\""),
        ("#!/usr/bin/env sh\r\necho\r\n", "ends with a carriage return"),
    ])
    func aScriptWhoseInterpreterIsMissingNamesTheInterpreter(_ script: String, _ words: String) async throws {
        let folder = try ScratchFolder()
        _ = try folder.writeProgram("tool", script)
        let error = await error("./tool", in: folder)
        #expect(error?.code == .interpreter && error?.isTransient == false)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("not found") == false)
    }

    @Test func aStatusOf127ThatComesFromAScriptItselfIsAResult() async throws {
        let folder = try ScratchFolder()
        _ = try folder.writeProgram("tool", "#!/usr/bin/env sh\nexit 127\n")
        let result = try await ProgramRunner().run(.init(["./tool"], workingDirectory: folder.path))
        #expect(result.ending == .exited(127))
    }

    private static let foreignProgram =
        [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 11) + [0x15, 0]
        + [UInt8](repeating: 0, count: 200)

    @Test(arguments: [
        (Data(), "is an empty file"), (Data("echo hello\n".utf8), "its first line names no interpreter"),
        (Data(foreignProgram), "another kind of processor"), (Data("MZ\u{90}\u{0}".utf8), "is a program for Windows"),
        (Data([0xCF, 0xFA, 0xED, 0xFE, 0, 0]), "is a program for macOS"),
    ])
    func aFileThatIsNoProgramOfThisMachineIsToldAsSuch(_ content: Data, _ words: String) async throws {
        let folder = try ScratchFolder()
        try folder.write("tool", content, mode: 0o755)
        let error = await error("./tool", in: folder)
        #expect(error?.code == .notExecutable && error?.isTransient == false)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    /// A program of this machine whose loader is missing: the copied header of `true`, which names another one.
    @Test func aProgramWithoutItsLoaderNamesTheLoader() async throws {
        let folder = try ScratchFolder()
        var bytes = try Data(contentsOf: URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()).prefix(1 << 16)
        let loader = try #require(bytes.range(of: Data("/ld-linux".utf8)))
        bytes.replaceSubrange(loader, with: Data("/no-linux".utf8))
        try folder.write("tool", Data(bytes), mode: 0o755)
        let error = await error("./tool", in: folder)
        #expect(error?.code == .interpreter)
        #expect(error?.description.contains("needs the loader \"") == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("/no-linux") == true, "\(error?.description ?? "")")
    }

    @Test func foldersLinksAndFoldersToRunInAreNamed() async throws {
        let folder = try ScratchFolder()
        try folder.link("nowhere", to: "absent")
        try folder.link("circle", to: "circle")
        #expect(await error("/", in: folder)?.description == "The program \"/\" is a folder. Name a program in it.")
        #expect(await error("./nowhere", in: folder)?.description.contains("a link that leads to nothing") == true)
        #expect(await error("./circle", in: folder)?.description.contains("leads back to itself") == true)
        #expect(
            await error(String(repeating: "a", count: 300), in: folder)?.description.contains("File name too long")
                == true)
        let gone = await #expect(throws: ProgramError.self) {
            try await ProgramRunner().run(ProgramInvocation(["true"], workingDirectory: "/no/such/folder"))
        }
        #expect(
            gone?.description
                == "The program \"true\" could not run in the folder \"/no/such/folder\": No such file or directory. Give a "
                + "folder that is there and may be entered.")
    }

    @Test func argumentsThatAreTooLongAreToldAsSuch() async throws {
        let folder = try ScratchFolder()
        let error = await error("true", in: folder, arguments: [String(repeating: "a", count: 200_000)])
        #expect(error?.code == .tooLong && error?.isTransient == false)
        #expect(error?.description.contains("longer than the system passes on") == true, "\(error?.description ?? "")")
    }

    @Test func aProgramThatStaysOpenForWritingIsNamedAsBusy() async throws {
        let folder = try ScratchFolder()
        let program = try folder.writeProgram("tool", "#!/bin/sh\n")
        let writer = open(program, O_WRONLY | O_CLOEXEC)
        try #require(writer >= 0)
        defer { close(writer) }
        let error = await error("./tool", in: folder)
        #expect(error?.code == .busy && error?.isTransient == true)
        #expect(error?.description.contains("open for writing") == true)
    }
}

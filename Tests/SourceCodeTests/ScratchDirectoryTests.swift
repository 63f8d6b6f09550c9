import Glibc
import SourceCode
import Support
import TestSupport
import Testing

/// Temporary folders, and those that a killed process has left.
@Suite struct ScratchDirectories {
    @Test func folderIsRemovedWithItsContent() throws {
        let base = try TemporaryFolder()
        do {
            let scratch = try ScratchDirectory(in: base.path)
            let name = try #require(scratch.path.split(separator: "/").last)
            try base.write("text", to: "\(name)/locked/file")
            chmod(scratch.path + "/locked", 0o500)
            #expect(base.files == ["\(name)/locked/file"])
        }
        #expect(base.files == [])
    }

    @Test func foldersOfEndedProcessesAreRemovedAndNoOthers() throws {
        let base = try TemporaryFolder()
        let living = try ScratchDirectory(in: base.path)
        let name = try #require(living.path.split(separator: "/").last)
        for file in ["\(name)/file", "coordinator-scratch-killed/folder/file", "coordinator-other/file", "kept/file"] {
            try base.write("text", to: file)
        }
        try base.link("coordinator-scratch-link", to: base.file("kept").path)
        let next = try ScratchDirectory(in: base.path)
        defer { withExtendedLifetime((living, next)) {} }
        #expect(!base.exists("coordinator-scratch-killed"))
        for kept in ["\(name)/file", "coordinator-other/file", "kept/file", "coordinator-scratch-link"] {
            #expect(base.exists(kept))
        }
    }

    /// Folders that nobody may enter, names that are no text, links, pipes, and more names than are looked at in one go.
    @Test func folderIsRemovedWhateverProgramsLeftInIt() throws {
        let base = try TemporaryFolder()
        let outside = try TemporaryFolder()
        try outside.write("secret", to: "folder/key")
        do {
            let scratch = try ScratchDirectory(in: base.path)
            let name = try #require(scratch.path.split(separator: "/").last)
            for number in 0..<1_500 { try base.write("", to: "\(name)/many/\(number)") }
            for number in 0..<1_200 { try base.write("", to: "\(name)/folders/\(number)/file") }
            for path in ["lifted-1", "lifted-2/x", "a/lifted-1/b"] { try base.write("", to: "\(name)/odd/\(path)") }
            for path in ["lifted-1", "lifted-2/x"] { try base.write("", to: "\(name)/\(path)") }
            try base.link("\(name)/many/link", to: outside.path)
            try base.link("\(name)/folder", to: outside.path + "/folder")
            try #require(mkfifo(scratch.path + "/pipe", 0o000) == 0)
            var odd = Array((scratch.path + "/").utf8CString.dropLast()) + [-1, -2, 0]
            try #require(mkdir(odd, 0o700) == 0)
            odd.insert(contentsOf: [CChar(bitPattern: UInt8(ascii: "/")), -3], at: odd.count - 1)
            try #require(mkdir(odd, 0o000) == 0)
            chmod(scratch.path + "/many", 0o000)
            chmod(scratch.path + "/folders", 0o111)
        }
        #expect(try Folders.names(in: base.path) == [])
        #expect(outside.files == ["folder/key"])
    }

    /// A program can nest folders deeper than any path can say, and than a process has descriptors.
    @Test func folderIsRemovedHoweverDeepProgramsNestedFolders() throws {
        let base = try TemporaryFolder()
        do {
            let scratch = try ScratchDirectory(in: base.path)
            var folder = open(scratch.path, O_RDONLY | O_DIRECTORY)
            for level in 0..<6_000 {
                try #require(mkdirat(folder, "deeper", level.isMultiple(of: 7) ? 0o500 : 0o700) == 0)
                let inner = openat(folder, "deeper", O_RDONLY | O_DIRECTORY)
                try #require(inner >= 0)
                fchmod(inner, 0o700)
                close(folder)
                folder = inner
            }
            close(folder)
        }
        #expect(try Folders.names(in: base.path) == [])
    }
}

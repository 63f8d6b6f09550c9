import Glibc
import SourceCode
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
}

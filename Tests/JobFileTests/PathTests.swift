import Foundation
import JobFile
import Testing

@Suite struct PathTests {
    private func message(_ path: String, limits: JobFileLimits = JobFileLimits()) -> String? {
        guard case .failure(let failure) = JobFileReader.read(path: path, options: .init(limits: limits)) else {
            return nil
        }
        return failure.description
    }

    @Test func fileIsReadByItsPath() throws {
        let path = Examples.folder.appending(path: "minimal.yaml").path
        #expect(try JobFileReader.read(path: path).get().workflow == "minimal")
    }

    @Test func unreadablePathsAreReported() {
        let folder = Examples.folder.path
        #expect(message("\(folder)/nothing.yaml") == "\(folder)/nothing.yaml:1:1: there is no such file")
        #expect(message(folder) == "\(folder):1:1: this is a folder, not a file")
        #expect(message("/dev/null")?.contains("the file is empty") == true)
        #expect(message("/dev/zero", limits: JobFileLimits(bytes: 1000))?.contains("larger than 1000 bytes") == true)
    }
}

import Foundation

/// The job files that ship.
enum Examples {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples")

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }.sorted()
    }

    static func bytes(of name: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: name))) }
}

import Foundation

/// A program of the packages in `Examples`, which `scripts/examples` builds.
struct ExampleProgram {
    let url: URL

    struct NotBuilt: Error, CustomStringConvertible {
        let description: String
    }

    init(_ name: String) throws {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        url = root.appending(path: ".build/example/debug/\(name)")
        guard FileManager.default.isExecutableFile(atPath: url.path) else {
            throw NotBuilt(description: "\(url.path) is not built; run scripts/examples, as scripts/test does")
        }
    }
}

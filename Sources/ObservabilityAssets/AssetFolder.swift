import Foundation

/// The folder that holds the generated files.
public struct AssetFolder: Sendable {
    /// A generated file that differs from what is generated now.
    public struct Drift: Sendable, Hashable, CustomStringConvertible {
        /// The file, relative to the folder.
        public let path: String
        /// The difference.
        public let difference: Difference

        /// How a file differs from what is generated.
        public enum Difference: Sendable, Hashable {
            /// There is no such file, or it cannot be read as text.
            case missing
            /// The first line that differs, from 1; `nil` for a text that is shorter.
            case line(Int, found: String?, expected: String?)
        }

        /// The file, the first line that differs and both forms of it.
        public var description: String {
            switch difference {
            case .missing: return "\(path): is missing"
            case .line(let number, let found, let expected):
                let there = found.map { "'\($0)'" } ?? "the file ends"
                let here = expected.map { "'\($0)'" } ?? "the end of the file"
                return "\(path):\(number): is \(there), should be \(here)"
            }
        }
    }

    /// The folder's path.
    public let path: String

    /// Names a folder; it need not exist.
    public init(path: String) { self.path = path }

    private func url(_ asset: Asset) -> URL { URL(filePath: path).appending(path: asset.path) }

    /// Writes every file that is missing or differs, each atomically, and makes the folders they need.
    ///
    /// - Returns: the paths of the files that were written.
    /// - Throws: the file system's errors.
    public func write(_ assets: [Asset]) throws -> [String] {
        var written: [String] = []
        for asset in assets where difference(asset) != nil {
            let file = url(asset)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(asset.text.utf8).write(to: file, options: .atomic)
            written.append(asset.path)
        }
        return written
    }

    /// The files that are missing or differ.
    public func drift(from assets: [Asset]) -> [Drift] {
        assets.compactMap { asset in difference(asset).map { Drift(path: asset.path, difference: $0) } }
    }

    private func difference(_ asset: Asset) -> Drift.Difference? {
        guard let data = try? Data(contentsOf: url(asset)), let text = String(data: data, encoding: .utf8) else {
            return .missing
        }
        guard text != asset.text else { return nil }
        let found = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let expected = asset.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let index = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, expected.count)
        return .line(
            index + 1, found: found.indices.contains(index) ? found[index] : nil,
            expected: expected.indices.contains(index) ? expected[index] : nil)
    }
}

import Glibc
import Support

/// The other metrics files in a file's folder, which node_exporter reads together with it.
struct NeighbourFiles {
    /// The most files that are looked into.
    static let mostFiles = 64
    /// The most places in each that are looked at more closely.
    static let mostMarks = 10_000
    /// The most files that are named.
    static let mostNamed = 3

    private let folder: String
    private let name: String
    private let bytesLimit: Int

    /// - Parameter bytesLimit: the most bytes that are read of all of them together.
    init(of path: String, bytesLimit: Int) {
        let parent = path.parentPath
        folder = parent.isEmpty ? (path.isAbsolutePath ? "/" : ".") : String(parent)
        name = String(path.lastPathSegment)
        self.bytesLimit = bytesLimit
    }

    /// The other files with series of this package, whose values would be shown or hidden by chance.
    ///
    /// - Returns: one sentence, or `nil` where there is no such file.
    func note(ownership: SeriesOwnership) -> String? {
        guard isRead(name), let names = try? Folders.names(in: folder) else { return nil }
        let marks = ownership.scopes.map {
            ByteSearch(Array("\(PrometheusText.scopeLabel)=\"\(LabelText.escaped($0.string))\"".utf8))
        }
        var rest = bytesLimit
        let others = names.filter { isRead($0) && !$0.hasBytes(of: name) }.sorted(byBytesOf: \.self)
            .prefix(Self.mostFiles).filter { other in
                let bytes = bytes(of: "\(folder)/\(other)", limit: rest)
                rest -= bytes.count
                return marks.contains { Self.holds($0, bytes, ownership) }
            }
        guard !others.isEmpty else { return nil }
        let more = others.count > Self.mostNamed ? " and \(others.count - Self.mostNamed) more" : ""
        return "in the folder of the metrics file \(folder)/\(name) the same series stand in "
            + others.prefix(Self.mostNamed).joined(separator: ", ") + more
            + ", and node_exporter shows only one value of each: let all runs of a machine add to the same file, and "
            + "remove the other files"
    }

    /// Whether node_exporter reads a file of this name.
    private func isRead(_ name: String) -> Bool { name.utf8.suffix(5).elementsEqual(".prom".utf8) }

    /// Whether one of the lines with a mark is a series of this package; the mark may be the end of another label.
    private static func holds(_ mark: ByteSearch, _ bytes: [UInt8], _ ownership: SeriesOwnership) -> Bool {
        mark.offsets(in: bytes, limit: mostMarks).contains { offset in
            let start = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            var scanner = LineScanner(String(decoding: bytes[start..<end], as: UTF8.self)[...])
            return scanner.sample().map { ownership.covers($0.name, $0.labels) } ?? false
        }
    }

    private func bytes(of path: String, limit: Int) -> [UInt8] {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        guard BoundedFile.status(of: file) != nil else { return [] }
        return (try? BoundedFile.bytes(of: file, limit: limit)) ?? []
    }
}

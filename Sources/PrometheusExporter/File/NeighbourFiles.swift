import Glibc
import Support

/// The other metrics files in a file's folder, which node_exporter reads together with it.
struct NeighbourFiles {
    /// The most files that are looked into.
    static let mostFiles = 64
    /// The most bytes of each that are read.
    static let mostBytes = 64 << 10
    /// The most files that are named.
    static let mostNamed = 3

    private let folder: String
    private let name: String

    init(of path: String) {
        let slash = path.lastIndex(of: "/")
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The other files with series of one of the scopes, whose values would be shown or hidden by chance.
    ///
    /// - Returns: one sentence, or `nil` where there is no such file.
    func note(scopes: Set<String>) -> String? {
        guard name.hasSuffix(".prom"), let names = try? Folders.names(in: folder) else { return nil }
        let marks = scopes.map { "\(PrometheusText.scopeLabel)=\"\(LabelText.escaped($0))\"" }
        let others = names.filter { $0.hasSuffix(".prom") && $0 != name }.sorted().prefix(Self.mostFiles).filter {
            marks.contains(where: beginning(of: "\(folder)/\($0)").contains)
        }
        guard !others.isEmpty else { return nil }
        let more = others.count > Self.mostNamed ? " and \(others.count - Self.mostNamed) more" : ""
        return "in the folder of the metrics file \(folder)/\(name) the same series stand in "
            + others.prefix(Self.mostNamed).joined(separator: ", ") + more
            + ", and node_exporter shows only one value of each: give all runs of a machine the same --metrics-file, "
            + "and remove the other files"
    }

    private func beginning(of path: String) -> String {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return "" }
        var bytes = [UInt8](repeating: 0, count: Self.mostBytes)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    }
}

import Coordinator
import Support

/// The paths that a model may name, in the schema of its answer: services that bind answers to a schema then hold it to
/// them, and others show them to it.
enum PathChoices {
    /// The most paths in one schema. 100; of more, none are listed.
    static let limit = 100
    /// The most bytes of these paths together. 4 KiB; of more, none are listed. Services bound their schemas, and they
    /// take room in the model's context.
    static let bytes = 4 << 10

    /// The schema of a path to one of the files that are shown.
    static func schema(_ pack: ContextPack) -> JSONValue {
        var seen: Set<ExactString> = []
        let paths = pack.entries.map(\.path).filter { seen.insert(ExactString($0)).inserted }
        let isListed = !paths.isEmpty && paths.count <= limit && paths.reduce(0) { $0 + $1.utf8.count } <= bytes
        return isListed ? ["type": "string", "enum": .array(paths.map { .string($0) })] : ["type": "string"]
    }
}

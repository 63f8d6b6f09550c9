import Glibc

/// A whole file under a temporary name, which takes its room on the disk before it is put in place.
///
/// A file that is not put in place is removed when this value is deallocated.
final class StagedFile {
    private let directory: Directory
    private let temporary: String
    private let name: String
    private var isPlaced = false

    /// Takes over a file that was written completely.
    init(_ temporary: String, for name: String, in directory: Directory) {
        self.directory = directory
        self.temporary = temporary
        self.name = name
    }

    deinit {
        if !isPlaced { _ = unlinkat(directory.descriptor, temporary, 0) }  // an error that came before is reported
    }

    /// Gives the file its name, in one step.
    func putInPlace() throws(OutFolderError) {
        guard renameat(directory.descriptor, temporary, directory.descriptor, name) == 0 else {
            throw .system(.writeFailed, "put in place", "\(directory.path)/\(name)", errno)
        }
        isPlaced = true
    }
}

import Coordinator
import Support

/// `events.jsonl`: one event a line. Each line is handed to the system as soon as it is appended.
///
/// A line survives a crash of the process at once, and a loss of power once ``close()`` has returned.
public final class EventLog: Sendable {
    private let file: OutputFile
    // Held while a line is written, so that lines never mix.
    private let turn = Locked(())
    private let observe: @Sendable (JobEvent) -> Void

    /// - Parameter observe: learns of each event that is appended.
    init(_ file: OutputFile, observe: @escaping @Sendable (JobEvent) -> Void) {
        self.file = file
        self.observe = observe
    }

    /// Adds one line.
    ///
    /// - Throws: ``OutFolderError`` with code ``OutFolderError/Code/writeFailed``; the log then ends with the last whole line.
    public func append(_ event: JobEvent) throws {
        observe(event)
        let line = Array(try ReportJSON.encode(event, pretty: false)) + [UInt8(ascii: "\n")]
        try turn.withLock { _ in try file.write(line) }
    }

    /// Waits until all lines are on the disk.
    ///
    /// - Throws: ``OutFolderError`` with code ``OutFolderError/Code/writeFailed``.
    public func close() throws(OutFolderError) { try file.synchronize() }
}

import CSandbox
import Glibc
import Support

/// The file in which the stages of a sandbox tell how they fared. It is in main memory, and no program that is confined
/// can reach it.
final class SandboxReportFile: Sendable {
    /// What was told.
    enum Event: Sendable, Hashable {
        case failed(operation: String, place: String, SystemError)
        case entered
        case notExecuted(SystemError)
        case ended(ProgramResult.Ending)
    }

    let descriptor: Int32

    /// - Throws: ``SystemError``.
    init() throws(SystemError) {
        descriptor = coordinator_memory_file("coordinator-sandbox")
        guard descriptor >= 0 else { throw SystemError(errno) }
    }

    deinit { close(descriptor) }

    /// Everything that was told so far, in order.
    var events: [Event] {
        var events: [Event] = []
        var record = coordinator_sandbox_record()
        let size = MemoryLayout.size(ofValue: record)
        while pread(descriptor, &record, size, off_t(events.count * size)) == size {
            guard let event = Self.event(record) else { break }
            events.append(event)
        }
        return events
    }

    /// The bytes of an array of C, up to a zero.
    private static func text<Bytes>(_ bytes: Bytes) -> String {
        withUnsafeBytes(of: bytes) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func event(_ record: coordinator_sandbox_record) -> Event? {
        switch UInt32(bitPattern: record.event) {
        case coordinator_sandbox_failed.rawValue:
            return .failed(
                operation: text(record.operation), place: text(record.place), SystemError(record.value))
        case coordinator_sandbox_entered.rawValue: return .entered
        case coordinator_sandbox_not_executed.rawValue: return .notExecuted(SystemError(record.value))
        case coordinator_sandbox_exited.rawValue: return .ended(.exited(record.value))
        case coordinator_sandbox_signalled.rawValue: return .ended(.signalled(record.value))
        default: return nil
        }
    }
}

import Coordinator
import GRDB

extension SQLiteStore: PinningJournal {
    /// Remembers digests by names, in place of those before.
    ///
    /// What is not as it was written is taken as new: no job waits for it.
    public func pin(_ digests: [String: String], by jobID: String) async throws -> [String: JournalPin] {
        try JournalPin.check(digests)
        guard !digests.isEmpty else { return [:] }
        return try await writing().transact { try Self.pin(digests, by: jobID, $0) }
    }

    private static func pin(
        _ digests: [String: String], by jobID: String, _ database: Database
    ) throws -> [String: JournalPin] {
        var changed: [String: JournalPin] = [:]
        var use = try PinRow.lastUse(database)
        for (name, digest) in digests {
            let before = try? PinRow.of(name, database)
            let now = JournalPin(digest: digest, jobID: jobID)
            if let before, before.pin.digest != digest { changed[name] = before.pin }
            // Attempts of one job ask again and again.
            if before?.pin == now { continue }
            use += 1
            try PinRow(name: name, pin: now, use: use).write(database)
        }
        try PinRow.trim(to: JournalPin.mostKept, database)
        return changed
    }
}

import Coordinator
import Foundation

/// One write that waits for its commit.
enum Change: Sendable {
    case create(String, [JobEvent], [StoredEvent], name: String)
    case append(String, [JobEvent], [StoredEvent], after: Int, owner: JobOwner)
    case claim(String, epoch: Int, name: String)
    case release(String, owner: JobOwner)
    case purge(String, by: String, at: Timestamp)

    /// How many events it adds.
    var eventCount: Int {
        switch self {
        case .create(_, let events, _, _), .append(_, let events, _, _, _): events.count
        case .claim, .release, .purge: 0
        }
    }

    /// About how many bytes it writes.
    var bytes: Int {
        switch self {
        case .create(_, _, let stored, _), .append(_, _, let stored, _, _):
            stored.reduce(0) { $0 + $1.bytes }
        case .claim, .release, .purge: 0
        }
    }
}

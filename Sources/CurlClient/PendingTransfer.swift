import Synchronization

/// What the waiting task and the I/O thread both know of a transfer.
final class TransferTicket: Sendable {
    let identifier: PendingTransfer.Identifier
    private let cancelled = Atomic<Bool>(false)

    init(_ identifier: PendingTransfer.Identifier) { self.identifier = identifier }

    /// Set before the cancellation is posted, which may overtake the submission.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func markCancelled() { cancelled.store(true, ordering: .releasing) }
}

/// A request on its way to the I/O thread, with who waits for it.
struct PendingTransfer: Sendable {
    typealias Identifier = UInt64

    let ticket: TransferTicket
    let request: ValidatedRequest
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Result<HTTPResponse, HTTPClientError>, Never>

    /// Ends the wait. Called exactly once for every transfer, whatever becomes of it.
    func finish(_ result: Result<HTTPResponse, HTTPClientError>) {
        continuation.resume(returning: result)
    }
}

/// Gathers one response within its limits.
///
/// This is the seam for streamed bodies: everything a transfer receives passes here.
struct ResponseCollector {
    enum Overflow {
        case none, header, body
    }

    private(set) var headers: [HTTPHeader] = []
    private(set) var body: [UInt8] = []
    private(set) var overflow = Overflow.none
    private var headerBytes = 0
    private let maximumHeaderBytes: Int
    let maximumBodyBytes: Int

    init(maximumHeaderBytes: Int, maximumBodyBytes: Int) {
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// Takes one header line as received, its line break included; `false` ends the transfer.
    mutating func receive(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // An interim response, such as 100, comes before the real one.
            headers.removeAll()
            headerBytes = 0
            return true
        }
        headerBytes += bytes.count
        guard headerBytes <= maximumHeaderBytes else {
            overflow = .header
            return false
        }
        if let colon = line.firstIndex(of: ":") {
            headers.append(HTTPHeader(String(line[..<colon]), Self.trimmed(line[line.index(after: colon)...])))
        }
        return true
    }

    /// Takes a part of the body; `false` ends the transfer.
    mutating func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= maximumBodyBytes - body.count else {
            overflow = .body
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}

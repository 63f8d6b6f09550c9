import Support
import Synchronization

/// The part of a transfer that the waiting task and the I/O thread share.
final class TransferTicket: Sendable {
    let identifier: PendingTransfer.Identifier
    private let cancelled = Atomic<Bool>(false)

    init(_ identifier: PendingTransfer.Identifier) { self.identifier = identifier }

    /// Whether the waiting task was cancelled. Set before the cancellation is posted, which may overtake the
    /// submission.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func markCancelled() { cancelled.store(true, ordering: .releasing) }
}

/// A request for the I/O thread, with the continuation or stream that gets the response.
struct PendingTransfer: Sendable {
    typealias Identifier = UInt64

    let ticket: TransferTicket
    let request: ValidatedRequest
    let deadline: ContinuousClock.Instant
    let delivery: Delivery
    /// The source of the body when it is streamed.
    var upload: UploadStream?

    /// How the response is delivered to the waiting task.
    enum Delivery: Sendable {
        case whole(CheckedContinuation<Result<HTTPResponse, HTTPClientError>, Never>)
        case streamed(BodyStream)
    }

    /// Delivers the result. Called exactly once for every transfer, however it ends.
    func finish(_ result: Result<HTTPResponse, HTTPClientError>) {
        upload?.close()
        switch delivery {
        case .whole(let continuation): continuation.resume(returning: result)
        case .streamed(let stream): stream.finish(result)
        }
    }
}

/// Collects one response within its limits; for a streamed response, everything but the body.
struct ResponseCollector {
    enum Overflow {
        case none, header, body
    }

    private(set) var headers: [HTTPHeader] = []
    private(set) var body: [UInt8] = []
    private(set) var overflow = Overflow.none
    /// The status of the latest response, interim ones included; 0 before any.
    private(set) var status = 0
    private var bodyBytes = 0
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
            // A new status line follows an interim response, such as 100, whose fields are discarded.
            headers.removeAll()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
            headerBytes = 0
            return true
        }
        headerBytes += bytes.count
        guard headerBytes <= maximumHeaderBytes else {
            overflow = .header
            return false
        }
        if let colon = line.firstIndex(of: ":") {
            headers.append(HTTPHeader(String(line[..<colon]), line[line.index(after: colon)...].trimmingWhitespace()))
        }
        return true
    }

    /// Takes a part of the body; `false` ends the transfer.
    mutating func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard admits(bytes.count) else { return false }
        bodyBytes += bytes.count
        body.append(contentsOf: bytes)
        return true
    }

    /// Whether a part of the body of this size is within the limit.
    mutating func admits(_ count: Int) -> Bool {
        if count > maximumBodyBytes - bodyBytes { overflow = .body }
        return overflow == .none
    }

    /// Counts a part of the body that was streamed.
    mutating func pass(_ count: Int) { bodyBytes += count }

    /// Whether a header line ends the fields of the final response, not those of an interim one.
    func isEnd(_ line: UnsafeRawBufferPointer) -> Bool {
        status >= 200 && line.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }
}

import Support
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
    let delivery: Delivery
    /// Where the body comes from when the request does not have it.
    var upload: UploadStream?

    /// How the response reaches who waits.
    enum Delivery: Sendable {
        case whole(CheckedContinuation<Result<HTTPResponse, HTTPClientError>, Never>)
        case streamed(BodyStream)
    }

    /// Ends the wait. Called exactly once for every transfer, whatever becomes of it.
    func finish(_ result: Result<HTTPResponse, HTTPClientError>) {
        upload?.close()
        switch delivery {
        case .whole(let continuation): continuation.resume(returning: result)
        case .streamed(let stream): stream.finish(result)
        }
    }
}

/// Gathers one response within its limits; of a streamed one everything but the body.
struct ResponseCollector {
    enum Overflow {
        case none, header, body
    }

    private(set) var headers: [HTTPHeader] = []
    private(set) var body: [UInt8] = []
    private(set) var overflow = Overflow.none
    /// The status of the response whose header fields came in last, 0 before any.
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
            // An interim response, such as 100, comes before the real one.
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

    /// Takes note of a part of the body that went elsewhere.
    mutating func pass(_ count: Int) { bodyBytes += count }

    /// Whether a header line is the one that ends the fields of the response itself, not of an interim one.
    func isEnd(_ line: UnsafeRawBufferPointer) -> Bool {
        status >= 200 && line.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }
}

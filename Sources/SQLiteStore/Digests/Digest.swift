import CCrypto
import Foundation

/// A SHA-256 of bytes, by libcrypto: every event that is kept costs two.
struct Digest: Sendable, Hashable {
    /// How many bytes it has.
    static let count = 32

    let bytes: [UInt8]

    /// Takes a digest that was kept; `nil` for what has another length.
    init?(kept data: Data?) {
        guard let data, data.count == Self.count else { return nil }
        bytes = Array(data)
    }

    /// The digest of up to three pieces of bytes, one behind the other.
    ///
    /// - Throws: ``StoreError``, where libcrypto has no memory.
    init(_ first: [UInt8], _ second: [UInt8] = [], _ third: [UInt8] = []) throws(StoreError) {
        var done: Int32 = 0
        bytes = [UInt8](unsafeUninitializedCapacity: Self.count) { hash, count in
            done = first.withUnsafeBytes { first in
                second.withUnsafeBytes { second in
                    third.withUnsafeBytes { third in
                        coordinator_sha256(
                            Self.kind, first.baseAddress, first.count, second.baseAddress, second.count,
                            third.baseAddress, third.count, hash.baseAddress)
                    }
                }
            }
            if done != 1, let start = hash.baseAddress { start.initialize(repeating: 0, count: Self.count) }
            count = Self.count
        }
        guard done == 1 else {
            throw StoreError(.unavailable, "libcrypto computes no SHA-256: it has no memory left, or forbids it")
        }
    }

    var data: Data { Data(bytes) }

    /// Looked up once: libcrypto takes a lock each time.
    // Unsafe by name alone: the pointer is set once and what it points to is never changed, so any thread may read it.
    private nonisolated(unsafe) static let kind = EVP_MD_fetch(nil, "SHA256", nil)
}

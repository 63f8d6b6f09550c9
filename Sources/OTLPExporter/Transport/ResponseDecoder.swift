import COTLP
import CurlClient

/// Reads a collector's answers. Bodies are untrusted: they may hold any bytes.
enum ResponseDecoder {
    /// The most bytes an answer may have.
    static let maximumBytes = 4 << 20
    /// The most characters of a collector's text that are passed on.
    static let maximumTextLength = 500

    /// A server's answer to a request that it took.
    struct Acknowledgement: Sendable, Hashable {
        /// Records refused for good.
        var rejected: Int64 = 0
        /// Why records were refused, or a warning; empty when all is well.
        var message = ""
    }

    /// Reads the body of a 2xx answer; `nil` when it is not the response message of the signal.
    static func acknowledgement(_ body: [UInt8], of signal: OTLPSignal) -> Acknowledgement? {
        switch signal {
        case .traces:
            decode(
                body, otlp__export_trace_service_response__unpack, otlp__export_trace_service_response__free_unpacked
            ) {
                guard let partial = $0.partial_success?.pointee else { return Acknowledgement() }
                return Acknowledgement(rejected: partial.rejected_spans, message: text(partial.error_message))
            }
        case .metrics:
            decode(
                body, otlp__export_metrics_service_response__unpack,
                otlp__export_metrics_service_response__free_unpacked
            ) {
                guard let partial = $0.partial_success?.pointee else { return Acknowledgement() }
                return Acknowledgement(rejected: partial.rejected_data_points, message: text(partial.error_message))
            }
        case .logs:
            decode(body, otlp__export_logs_service_response__unpack, otlp__export_logs_service_response__free_unpacked)
            {
                guard let partial = $0.partial_success?.pointee else { return Acknowledgement() }
                return Acknowledgement(rejected: partial.rejected_log_records, message: text(partial.error_message))
            }
        }
    }

    /// A server's reason for not taking a request; empty when the answer has no readable text.
    static func errorMessage(_ response: HTTPResponse) -> String {
        let type = response.header("Content-Type")?.lowercased() ?? ""
        if type.hasPrefix("application/x-protobuf") {
            return decode(response.body, otlp__rpc_status__unpack, otlp__rpc_status__free_unpacked) {
                text($0.message)
            } ?? ""
        }
        guard type.hasPrefix("text/plain") || type.hasPrefix("application/json") else { return "" }
        return readable(response.body)
    }

    /// The text as one readable line of bounded length.
    static func line(_ text: String) -> String { readable(Array(text.utf8.prefix(maximumTextLength * 4))) }

    private static func decode<Message, Result>(
        _ body: [UInt8],
        _ unpack: (UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<
            Message
        >?,
        _ free: (UnsafeMutablePointer<Message>?, UnsafeMutablePointer<ProtobufCAllocator>?) -> Void,
        _ read: (Message) -> Result
    ) -> Result? {
        guard body.count <= maximumBytes else { return nil }
        return body.withUnsafeBufferPointer { bytes in
            guard let message = unpack(nil, bytes.count, bytes.baseAddress) else { return nil }
            defer { free(message, nil) }
            return read(message.pointee)
        }
    }

    private static func text(_ data: ProtobufCBinaryData) -> String {
        readable(UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len))
    }

    /// One line of bounded length for a log, without characters that control a terminal or the direction of text.
    ///
    /// Scalars are counted, since a single character may have millions of them.
    private static func readable(_ bytes: some Collection<UInt8>) -> String {
        // A scalar has up to four bytes in UTF-8, and a byte that is not UTF-8 becomes one scalar.
        let scalars = String(decoding: bytes.prefix(maximumTextLength * 4), as: UTF8.self).unicodeScalars
        return scalars.prefix(maximumTextLength).reduce(into: "") { line, scalar in
            line.unicodeScalars.append(isReadable(scalar) ? scalar : " ")
        }
    }

    private static func isReadable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isBidiControl
        }
    }
}

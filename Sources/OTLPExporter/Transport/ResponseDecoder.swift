import COTLP
import CurlClient
import Support

/// Reads a collector's answers. Bodies are untrusted: they may hold any bytes.
enum ResponseDecoder {
    /// The most bytes an answer may have.
    static let maximumBytes = 4 << 20
    /// The most scalars of a collector's text that are passed on.
    static let maximumTextLength = 500
    /// The most bytes of a collector's text that are looked at. Far more than are passed on: what is secret in them may
    /// take most of their room.
    static let maximumTextBytes = 16 << 10

    /// A server's answer to a request that it took.
    struct Acknowledgement: Sendable, Hashable {
        /// Records refused for good.
        var rejected: Int64 = 0
        /// Why records were refused, or a warning; empty when all is well.
        var message = ""
    }

    /// Reads the body of a 2xx answer; `nil` when it is not the response message of the signal.
    ///
    /// - Parameter hide: leaves out of a text what is secret, before the text is cut.
    static func acknowledgement(
        _ body: [UInt8], of signal: OTLPSignal, hiding hide: (String) -> String
    ) -> Acknowledgement? {
        switch signal {
        case .traces:
            decode(
                body, otlp__export_trace_service_response__unpack, otlp__export_trace_service_response__free_unpacked
            ) {
                guard let partial = $0.partial_success?.pointee else { return Acknowledgement() }
                return Acknowledgement(rejected: partial.rejected_spans, message: text(partial.error_message, hide))
            }
        case .metrics:
            decode(
                body, otlp__export_metrics_service_response__unpack,
                otlp__export_metrics_service_response__free_unpacked
            ) {
                guard let partial = $0.partial_success?.pointee else { return Acknowledgement() }
                return Acknowledgement(
                    rejected: partial.rejected_data_points, message: text(partial.error_message, hide))
            }
        case .logs:
            decode(body, otlp__export_logs_service_response__unpack, otlp__export_logs_service_response__free_unpacked)
            {
                guard let partial = $0.partial_success?.pointee else { return Acknowledgement() }
                return Acknowledgement(
                    rejected: partial.rejected_log_records, message: text(partial.error_message, hide))
            }
        }
    }

    /// A server's reason for not taking a request; empty when the answer has no readable text.
    ///
    /// - Parameter hide: as above.
    static func errorMessage(_ response: HTTPResponse, hiding hide: (String) -> String) -> String {
        let type = response.header("Content-Type")?.lowercased() ?? ""
        if type.hasPrefix("application/x-protobuf") {
            return decode(response.body, otlp__rpc_status__unpack, otlp__rpc_status__free_unpacked) {
                text($0.message, hide)
            } ?? ""
        }
        guard type.hasPrefix("text/plain") || type.hasPrefix("application/json") else { return "" }
        return readable(response.body, hide)
    }

    /// The text as one readable line of bounded length.
    static func line(_ text: String, hiding hide: (String) -> String) -> String { readable(text.utf8, hide) }

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

    private static func text(_ data: ProtobufCBinaryData, _ hide: (String) -> String) -> String {
        readable(UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len), hide)
    }

    /// One line of bounded length for a log, without characters that control a terminal or the direction of text.
    ///
    /// Scalars are counted, since a single character may have millions of them.
    private static func readable(_ bytes: some Collection<UInt8>, _ hide: (String) -> String) -> String {
        let read = bytes.prefix(maximumTextBytes)
        // The mark tells what hides secrets that one may have been cut here.
        let mark = read.endIndex < bytes.endIndex ? PrintableAddress.omission : ""
        let scalars = hide(String(decoding: read, as: UTF8.self) + mark).unicodeScalars
        var line = String.UnicodeScalarView()
        for scalar in scalars.prefix(maximumTextLength) { line.append(isReadable(scalar) ? scalar : " ") }
        if scalars.dropFirst(maximumTextLength).isEmpty { return String(line) }
        line.removeLast()
        return String(line) + PrintableAddress.omission
    }

    private static func isReadable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isBidiControl
        }
    }
}

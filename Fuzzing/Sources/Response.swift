import CurlClient

@testable import OTLPExporter

/// The text that is taken from any answer of a collector is one short line.
func checkResponse(_ input: [UInt8]) throws {
    for signal in OTLPSignal.allCases {
        guard let said = ResponseDecoder.acknowledgement(input, of: signal, hiding: { $0 }) else { continue }
        try checkLine(said.message)
        try hold(ResponseDecoder.acknowledgement(input, of: signal, hiding: { $0 }) == said, "read twice, two answers")
    }
    for (signal, encoding) in [(OTLPSignal.traces, ""), (.metrics, "gzip"), (.logs, "")] {
        let answer = HTTPResponse(status: 200, headers: [HTTPHeader("Content-Encoding", encoding)], body: input)
        if let said = ResponseDecoder.acknowledgement(answer, of: signal, hiding: { $0 }) {
            try checkLine(said.message)
        }
        try checkLine(ResponseDecoder.kind(of: answer))
    }
    for type in ["application/x-protobuf", "text/plain; charset=utf-8", "application/json", "image/png"] {
        try checkLine(
            ResponseDecoder.errorMessage(
                HTTPResponse(status: 400, headers: [HTTPHeader("Content-Type", type)], body: input), hiding: { $0 }))
    }
}

private func checkLine(_ line: String) throws {
    try hold(line.count <= ResponseDecoder.maximumTextLength, "\(line.count) characters")
    try hold(line.utf8.count <= ResponseDecoder.maximumTextLength * 4, "\(line.utf8.count) bytes")
    for scalar in line.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: throw Broken(description: "\(scalar.value) in a line")
        default: break
        }
        try hold(!scalar.properties.isBidiControl, "\(scalar.value) turns a line around")
    }
}

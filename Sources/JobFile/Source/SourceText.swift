/// Turns a file's bytes into text that YAML allows, or reports where they are not such text.
enum SourceText {
    static func decode(_ bytes: [UInt8], limits: JobFileLimits, problems: ProblemList) -> [Unicode.Scalar]? {
        guard bytes.count <= limits.bytes else {
            problems.report(
                "the file is larger than \(limits.bytes) bytes; keep large inputs in files and name them under "
                    + "artifacts", at: .start)
            return nil
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            problems.report("the file is UTF-16; save it as UTF-8", at: .start)
            return nil
        }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return scalars(bytes.dropFirst(bytes.starts(with: byteOrderMark) ? 3 : 0), problems)
    }

    private static func scalars(_ bytes: ArraySlice<UInt8>, _ problems: ProblemList) -> [Unicode.Scalar]? {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.count)
        var counter = LineCounter()
        var decoder = Unicode.UTF8.ForwardParser()
        var remaining = bytes.makeIterator()
        while true {
            switch decoder.parseScalar(from: &remaining) {
            case .emptyInput: return scalars
            case .error:
                problems.report("the text is not UTF-8 from here on; save the file as UTF-8", at: counter.location)
                return nil
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                guard isPrintable(scalar) else {
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    problems.report(
                        scalar.value == 0
                            ? "the file is binary: a NUL byte stands here"
                            : "the control character U+\(code) may not stand in a job file; remove it or write it "
                                + "as an escape in double quotes", at: counter.location)
                    return nil
                }
                counter.pass(scalar)
                scalars.append(scalar)
            }
        }
    }

    /// The characters YAML allows in a file.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }
}

/// Counts lines and columns as the YAML parser does.
struct LineCounter {
    private(set) var location: SourceLocation
    private var afterReturn = false

    init(from location: SourceLocation = .start) { self.location = location }

    mutating func pass(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\n" where afterReturn: afterReturn = false
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
            afterReturn = scalar == "\r"
            location = SourceLocation(line: location.line + 1, column: 1)
        default:
            afterReturn = false
            location.column += 1
        }
    }
}

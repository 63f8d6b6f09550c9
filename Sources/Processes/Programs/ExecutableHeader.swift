/// What the first bytes of a file say of how it is executed. A pure value.
enum ExecutableHeader: Equatable {
    /// A first line `#!`: the interpreter, and what follows it in the line.
    case script(interpreter: String, arguments: [String])
    /// A program of Linux for another kind of processor than this machine's.
    case otherProcessor
    /// A program of Linux for this machine; `loader` is the program that loads its libraries, if it has any.
    case program(loader: String?)
    /// A program of another system.
    case foreign(system: String)
    /// Nothing is in the file.
    case empty
    /// Anything else, such as a script without a first line `#!`.
    case unknown

    /// How many bytes of a file are enough to read its header.
    static let length = 4_096

    init(_ bytes: [UInt8]) {
        if bytes.isEmpty {
            self = .empty
        } else if bytes.starts(with: Array("#!".utf8)) {
            self = Self.script(bytes)
        } else if bytes.starts(with: [0x7F] + Array("ELF".utf8)) {
            self = Self.program(bytes)
        } else if bytes.starts(with: Array("MZ".utf8)) {
            self = .foreign(system: "Windows")
        } else if Self.macOSMagics.contains(where: bytes.starts) {
            self = .foreign(system: "macOS")
        } else {
            self = .unknown
        }
    }

    private static let macOSMagics: [[UInt8]] = [
        [0xCF, 0xFA, 0xED, 0xFE], [0xCE, 0xFA, 0xED, 0xFE], [0xCA, 0xFE, 0xBA, 0xBE],
    ]

    private static func script(_ bytes: [UInt8]) -> ExecutableHeader {
        let line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
        // A carriage return is part of the name for the kernel, and so no blank here.
        let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .map { String(decoding: $0, as: UTF8.self) }
        guard let interpreter = words.first else { return .unknown }
        return .script(interpreter: interpreter, arguments: Array(words.dropFirst()))
    }

    // Offsets and numbers of ELF (System V ABI): the class and machine of this machine, the table of segments, and the
    // segment that names the loader.
    private static let class64: UInt8 = 2
    private static let machineOffset = 0x12
    private static let segmentsOffset = 0x20
    private static let segmentSizeOffset = 0x36
    private static let segmentCountOffset = 0x38
    private static let loaderSegment = 3
    #if arch(x86_64)
        private static let machine = 62
        static let processor = "x86-64"
    #else
        private static let machine = 183
        static let processor = "arm64"
    #endif

    private static func program(_ bytes: [UInt8]) -> ExecutableHeader {
        // The kernel runs programs of 32 bits too where it was built to; whether it does, its own refusal says.
        guard bytes.count > 4, bytes[4] == class64, number(bytes, machineOffset, 2) == machine else {
            return .otherProcessor
        }
        let table = number(bytes, segmentsOffset, 8)
        let size = number(bytes, segmentSizeOffset, 2)
        for index in 0..<number(bytes, segmentCountOffset, 2) {
            let (segment, overflows) = table.addingReportingOverflow(index * size)
            guard !overflows, segment < bytes.count else { break }
            guard number(bytes, segment, 4) == loaderSegment else { continue }
            let start = number(bytes, segment + 8, 8)
            guard start > 0, start < bytes.count else { break }
            return .program(loader: String(decoding: bytes[start...].prefix { $0 != 0 }, as: UTF8.self))
        }
        return .program(loader: nil)
    }

    /// A number of so many bytes, the least first; 0 where the bytes end before it, `Int.max` where it is larger.
    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        guard offset <= bytes.count - count else { return 0 }
        let value = bytes[offset..<offset + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(clamping: value)
    }
}

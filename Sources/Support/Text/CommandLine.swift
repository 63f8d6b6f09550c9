extension [String] {
    /// An argument list as one would type it in a shell, to be read and not to be run.
    package var commandLine: String { map(Self.quoted).joined(separator: " ") }

    private static func quoted(_ argument: String) -> String {
        let isPlain =
            !argument.isEmpty
            && argument.utf8.allSatisfy { byte in
                byte >= 0x80 || (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte)
                    || "-_./=:,@%+".utf8.contains(byte)
            }
        return isPlain ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
    }
}

#if Server
    import Glibc
    import JobServer
    import Support

    /// The token of a server whose jobs a store keeps, where the operator gives none: without one an agent on this machine
    /// could answer what a job asks a person.
    ///
    /// It is made once, and stays in a file beside the store that only this user may read.
    struct StoreToken {
        /// What stands behind the store's path.
        static let suffix = StoreSuffix.token
        /// The name under which journals keep what its owner did.
        static let name = "store-token"
        private static let bytes = 32

        let path: String
        let token: BearerToken
        /// The text of a token that was made just now.
        let newText: String?

        /// Reads the token beside a store, or makes it. Only who holds the store may call it.
        ///
        /// - Throws: a ``StoreCommandError``.
        init(store: String) throws {
            path = store + Self.suffix
            if let text = try Self.read(path) {
                guard let token = BearerToken(text, name: Self.name) else {
                    throw StoreCommandError(
                        "\(ForeignText.line(path)): it holds no token; remove the file, and the next start makes another"
                    )
                }
                (self.token, newText) = (token, nil)
                return
            }
            let text = Self.random()
            guard let token = BearerToken(text, name: Self.name) else {
                throw StoreCommandError("no token could be made; give one with --token-file")
            }
            try Self.write(text + "\n", to: path)
            (self.token, newText) = (token, text)
        }

        private static func random() -> String {
            var generator = SystemRandomNumberGenerator()
            return (0..<bytes).map { _ in
                let byte = UInt8.random(in: .min ... .max, using: &generator)
                return (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }

        /// - Returns: `nil` where there is no file.
        private static func read(_ path: String) throws -> String? {
            let shown = ForeignText.line(path)
            let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard file >= 0 else {
                if errno == ENOENT { return nil }
                throw StoreCommandError("\(shown): the token cannot be read: \(SystemError(errno)); remove the file")
            }
            defer { close(file) }
            var status = stat()
            guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
                status.st_mode & 0o077 == 0
            else {
                throw StoreCommandError(
                    "\(shown): others may know the token in it, since it is not a file of this user alone; remove it, and the "
                        + "next start makes another")
            }
            do {
                let bytes = try FileBytes.read(descriptor: file, limit: BearerToken.maximumLength + 1)
                return String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }
            } catch {
                throw StoreCommandError("\(shown): the token cannot be read: \(error)")
            }
        }

        /// Writes the whole file or none.
        private static func write(_ text: String, to path: String) throws {
            let (shown, draft) = (ForeignText.line(path), path + StoreSuffix.draft)
            _ = unlink(draft)
            let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else {
                throw StoreCommandError("\(shown): the token cannot be kept: \(SystemError(errno))")
            }
            var problem = Console.write(text, to: file)
            // Whatever the process's mask of permissions, and before the name is the right one.
            if problem == 0, fchmod(file, 0o600) != 0 || fsync(file) != 0 { problem = errno }
            close(file)
            if problem == 0, rename(draft, path) != 0 { problem = errno }
            guard problem != 0 else { return }
            _ = unlink(draft)
            throw StoreCommandError("\(shown): the token cannot be kept: \(SystemError(problem))")
        }
    }
#endif

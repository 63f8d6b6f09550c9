import Support

/// Reads the declarations of the same files once for all agents of a job, which may ask at the same time.
///
/// The first caller reads, in its own task and under its own deadline; the others wait. If the reader fails or is
/// cancelled, a waiting caller takes over. The result for one set of files is kept at a time.
package final class SymbolCatalog: Sendable {
    private enum State {
        case idle
        case reading(files: [SourceFile], waiting: [Int: CheckedContinuation<Void, Never>])
        case read(files: [SourceFile], SymbolExtraction)
    }

    private enum Claim {
        case read(SymbolExtraction)
        /// The caller must read the files, and keep the result for the others.
        case mine
        /// The caller must read for itself alone, because another caller is reading other files.
        case alone
        case wait
    }

    private let extractor: SymbolExtractor
    private let state = Locked((State.idle, lastID: 0))

    /// Makes an empty catalog.
    package init(extractor: SymbolExtractor = SymbolExtractor()) { self.extractor = extractor }

    /// The declarations of the files.
    ///
    /// - Throws: as ``SymbolExtractor/extract(_:)``.
    package func extraction(of files: [SourceFile]) async throws -> SymbolExtraction {
        while true {
            try Task.checkCancellation()
            switch claim(files) {
            case .read(let extraction): return extraction
            case .alone: return try await extractor.extract(files)
            case .wait: await wait()
            case .mine:
                do {
                    let extraction = try await extractor.extract(files)
                    finish(.read(files: files, extraction))
                    return extraction
                } catch {
                    finish(.idle)
                    throw error
                }
            }
        }
    }

    private func claim(_ files: [SourceFile]) -> Claim {
        state.withLock { state in
            switch state.0 {
            case .read(files, let extraction): return .read(extraction)
            case .idle, .read:
                state.0 = .reading(files: files, waiting: [:])
                return .mine
            case .reading(files, _): return .wait
            case .reading: return .alone
            }
        }
    }

    private func finish(_ next: State) {
        let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
            defer { state.0 = next }
            if case .reading(_, let waiting) = state.0 { return Array(waiting.values) }
            return []
        }
        for waiter in waiting { waiter.resume() }
    }

    private func wait() async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard case .reading(let files, var waiting) = state.0, !Task.isCancelled else { return false }
                    waiting[id] = continuation
                    state.0 = .reading(files: files, waiting: waiting)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
                guard case .reading(let files, var waiting) = state.0 else { return nil }
                defer { state.0 = .reading(files: files, waiting: waiting) }
                return waiting.removeValue(forKey: id)
            }
            waiter?.resume()
        }
    }
}

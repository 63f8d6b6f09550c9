import Support

/// Decides whether a call can refer to a declaration: one that is visible there, not shadowed, and has fitting labels.
enum Scope {
    /// Whether code of one file can name a declaration of another without a receiver.
    static func isVisible(_ symbol: Symbol, of file: IndexedFile, from caller: IndexedFile) -> Bool {
        if caller.path.hasBytes(of: file.path) { return true }
        switch file.language {
        case .swift:
            guard let module = module(file.path) else { return folder(caller.path) == folder(file.path) }
            return self.module(caller.path) == module && caller.path.hasPrefix("Sources/")
                || caller.importLines.contains { $0.contains(module) }
        case .go: return folder(caller.path) == folder(file.path)
        case .c, .cpp: return true
        default:
            let stem = file.name.split(separator: ".").first.map(String.init) ?? file.name
            return caller.importLines.contains {
                $0.contains(symbol.name) || (file.language == .python && $0.contains(stem))
            }
        }
    }

    /// Whether a parameter or a local declaration around a line (from 1) has the same name.
    static func isShadowed(_ symbol: Symbol, at line: Int, in caller: IndexedFile) -> Bool {
        guard let around = caller.callable(at: line) else { return false }
        if around.parameters.contains(where: { $0.name == symbol.name }) { return true }
        return around.name != symbol.name && caller.declaredNames(within: around).contains(symbol.name)
    }

    /// Whether the arguments of a Swift call fit the parameters; other languages have no labels to compare.
    static func fits(_ symbol: Symbol, _ caller: IndexedFile, at parenthesis: Int) -> Bool {
        guard caller.language == .swift else { return true }
        guard let list = ArgumentList(caller.mask, at: parenthesis) else { return false }
        var labels = list.labels[...]
        var missing = 0
        for parameter in symbol.parameters {
            if let next = labels.first, next == parameter.label {
                labels = labels.dropFirst()
            } else if !parameter.hasDefault {
                missing += 1
            }
        }
        // A trailing closure is outside of the parentheses.
        return labels.isEmpty && missing <= 1
            && (missing == 0 || symbol.parameters.last?.type?.contains("->") == true)
    }

    private static func folder(_ path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// The target of a file in SwiftPM's customary layout.
    private static func module(_ path: String) -> String? {
        let parts = path.split(separator: "/")
        return parts.count >= 3 && (parts[0] == "Sources" || parts[0] == "Tests") ? String(parts[1]) : nil
    }
}

extension Symbol {
    /// Whether the symbol belongs to a type; packages and modules are no types.
    var isMember: Bool { kind == .method || kind == .initializer || kind == .property }
}

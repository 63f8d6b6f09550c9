import SourceCode

extension ArgumentList {
    /// The parameters of a declaration: the extractor's, where the source confirms their number and names; otherwise,
    /// for JavaScript and TypeScript, those read from the source; `nil` when neither is certain.
    package static func parameters(of symbol: Symbol, in file: IndexedFile) -> [DeclarationDetails.Parameter]? {
        guard let list = ArgumentList(of: symbol, in: file) else { return nil }
        let receivers: Set<String> = ["self", "cls", "&self", "&mut self", "mut self", "*", "/", "void", "this"]
        let parts = list.parts.filter { !receivers.contains($0) }
        let known = symbol.parameters.filter { !receivers.contains($0.name) }
        if known.count == parts.count, zip(known, parts).allSatisfy({ $1.words.contains($0.name.filter { $0 != "*" }) })
        {
            return known.map {
                .init(name: $0.name, type: DeclarationDetails.clean($0.type), hasDefault: $0.hasDefault)
            }
        }
        guard file.language == .javascript || file.language == .typescript else { return nil }
        var found: [DeclarationDetails.Parameter] = []
        for part in parts {
            let pattern =
                /(?:(?:public|private|protected|readonly)\s+)*(?:\.\.\.)?([A-Za-z_$][A-Za-z0-9_$]*)(\??)\s*(:.*|=.*)?/
            guard let match = part.wholeMatch(of: pattern) else { return nil }
            let rest = match.3.map(String.init) ?? ""
            let hasDefault = !match.2.isEmpty || rest.firstMatch(of: /=(?![>=])/) != nil
            found.append(.init(name: String(match.1), type: nil, hasDefault: hasDefault))
        }
        return found
    }
}

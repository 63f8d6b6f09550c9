import SourceCode
import Support

/// Checks what a model cites as evidence: that there is such a file, and that the quote stands in it.
struct CitationCheck: Sendable {
    /// The most characters of the reason for a judgement. 500.
    static let reasonLength = 500
    /// The most citations that are checked for one requirement. 10.
    static let limit = 10

    private let texts: [ExactString: String]
    /// The files that may be cited.
    let resolver: PathResolver

    /// - Parameter texts: the files with the change, by path.
    init(_ texts: [ExactString: String], resolver: PathResolver) {
        self.texts = texts
        self.resolver = resolver
    }

    /// A model's judgement of a requirement with the citations that are true; without one the judgement is unclear.
    func opinion(_ item: ReviewProposal.Requirement) -> ModelReview.Opinion {
        var opinion = ModelReview.Opinion(
            verdict: item.verdict, reason: String(item.reason.prefix(Self.reasonLength)), evidence: [], unfounded: 0)
        for citation in item.evidence.prefix(Self.limit) {
            switch evidence(citation) {
            case .success(let evidence): opinion.evidence.append(evidence)
            case .failure(let fault):
                opinion.unfounded += 1
                opinion.unfoundedReasons.append(
                    "\(ForeignText.line(Excerpt.of(citation.path, atMost: 200))): \(fault.words).")
            }
        }
        if opinion.evidence.isEmpty { opinion.verdict = .unclear }
        return opinion
    }

    /// Why a citation does not count, as the end of a sentence after the path.
    private struct Fault: Error { let words: String }

    private func evidence(_ citation: ReviewProposal.Citation) -> Result<Evidence, Fault> {
        switch resolver.resolve(citation.path) {
        case .file(let path):
            guard let line = QuoteSearch.line(of: citation.quote, in: texts[path] ?? "") else {
                return .failure(Fault(words: "the quote does not stand there, or not in one line alone"))
            }
            let excerpt = citation.quote.trimmingWhitespace().prefix(EvidenceIndex.excerptLength)
            return .success(
                Evidence(
                    kind: .model, path: path, line: line, name: nil, matchedWords: [], coverage: 0,
                    excerpt: String(excerpt)))
        case .several(let paths):
            return .failure(
                Fault(words: "several files can be meant, \(paths.map(GitPath.shown).joined(separator: ", "))"))
        case .excluded, .unknown(nil): return .failure(Fault(words: "there is no such file"))
        case .unknown(let nearest?):
            return .failure(Fault(words: "there is no such file; the nearest is \(GitPath.shown(nearest))"))
        }
    }
}

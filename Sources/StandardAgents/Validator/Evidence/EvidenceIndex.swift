import Glibc
import SourceCode
import Support

/// All passages of a workspace that have words of a requirement: places to look, which prove nothing.
package struct EvidenceIndex: Sendable {
    /// The share of a requirement's words, by weight, that a passage contains which is probably about it. 0.6.
    package static let likelyCoverage = 0.6
    /// The most places listed per requirement. 8.
    package static let maximumListed = 8
    /// The longest declaration that counts as one passage, in lines; of longer ones only the head counts. 150.
    package static let maximumUnitLines = 150
    /// The longest excerpt, in characters. 160.
    package static let excerptLength = 160

    private let units: [EvidenceUnit]
    private var wordsOfUnits: [Set<String>] = []
    /// The units with each word, ascending.
    private var unitsWithWord: [String: [Int]] = [:]
    private var patchedWords: Set<String> = []
    private var filesWithWord: [String: Int] = [:]
    private let fileCount: Int
    private let requirements: [String]

    /// Indexes the files for the words of some requirements.
    /// - Parameter added: The lines a patch adds, by path, each with its number in the new file.
    package init(
        texts: [ExactString: String], symbols: [ExactString: [Symbol]],
        added: [ExactString: [(line: Int, text: String)]], requirements: [String]
    ) {
        self.requirements = requirements
        let wanted = requirements.reduce(into: Set<String>()) { $0.formUnion(RequirementWords.of($1)) }
        let starts = RequirementWords.starts(of: wanted)
        let stated = StatedSentences(requirements)
        var units: [EvidenceUnit] = []
        for path in texts.keys.sorted() {
            let mine = Self.units(path.string, texts[path] ?? "", symbols[path] ?? [])
            var inFile: Set<String> = []
            for unit in mine {
                let words = Self.words(unit, wanted, starts, stated)
                inFile.formUnion(words)
                if !words.isEmpty {
                    units.append(unit)
                    wordsOfUnits.append(words)
                }
            }
            for word in inFile { filesWithWord[word, default: 0] += 1 }
        }
        for path in added.keys.sorted() {
            for run in Self.runs(added[path] ?? []) {
                let unit = EvidenceUnit(
                    kind: .patch, path: path.string, firstLine: run.first?.line ?? 1, lines: run.map(\.text))
                let words = Self.words(unit, wanted, starts, stated)
                if !words.isEmpty {
                    units.append(unit)
                    wordsOfUnits.append(words)
                }
            }
        }
        for (number, words) in wordsOfUnits.enumerated() {
            for word in words { unitsWithWord[word, default: []].append(number) }
            if units[number].kind == .patch { patchedWords.formUnion(words) }
        }
        self.units = units
        fileCount = texts.count
    }

    /// The best passages for a requirement, the best first.
    package func evidence(for requirement: String) -> [Evidence] {
        let words = RequirementWords.of(requirement)
        guard !words.isEmpty else { return [] }
        // Only units with a word of the requirement are looked at. The words are added up in one order, so that every run
        // gives the same figures.
        let total = words.map(weight).reduce(0, +)
        var weights: [Int: Double] = [:]
        for word in words.sorted() {
            let weight = weight(word)
            for number in unitsWithWord[word] ?? [] { weights[number, default: 0] += weight }
        }
        // The order is the same on every run: by coverage, then declarations before documents before others, then by
        // path and line as indexed.
        let found = weights.map { (Self.share($0.value, of: total), $0.key) }
            .smallest(Self.maximumListed) { ($1.0, rank($0.1), $0.1) < ($0.0, rank($1.1), $1.1) }
        let forms = RequirementWords.forms(of: requirement)
        let enough = found.first.map { $0.0 >= Self.likelyCoverage ? Self.likelyCoverage / 2 : 0 } ?? 0
        return found.filter { $0.0 >= enough }.map { evidence($0.1, words, $0.0, forms) }
    }

    private static func share(_ weight: Double, of total: Double) -> Double {
        total > 0 ? (weight / total * 1000).rounded() / 1000 : 0
    }

    /// The requirement's words that no file contains.
    package func missingWords(of requirement: String) -> [String] {
        let forms = RequirementWords.forms(of: requirement)
        return RequirementWords.of(requirement).filter { word in
            filesWithWord[word] == nil && !patchedWords.contains(word)
        }.map { forms[$0] ?? $0 }.sorted()
    }

    private func weight(_ word: String) -> Double {
        log(1 + Double(fileCount + 1) / Double(1 + (filesWithWord[word] ?? 0)))
    }

    private func rank(_ number: Int) -> Int {
        switch units[number].kind {
        case .symbol: 0
        case .patch, .model: 1
        case .text: Language(path: units[number].path) == .markdown ? 2 : 3
        }
    }

    private func evidence(
        _ number: Int, _ words: Set<String>, _ coverage: Double, _ forms: [String: String]
    ) -> Evidence {
        let unit = units[number]
        let matched = wordsOfUnits[number].intersection(words)
        let perLine = unit.lines.map { RequirementWords.of($0).intersection(matched).count }
        let best = perLine.indices.max { (perLine[$0], $1) < (perLine[$1], $0) } ?? 0
        let line = unit.lines.indices.contains(best) ? unit.lines[best] : ""
        return Evidence(
            kind: unit.kind, path: unit.path, line: unit.firstLine + best, name: unit.name,
            matchedWords: matched.map { forms[$0] ?? $0 }.sorted(), coverage: coverage,
            excerpt: String(line.trimmingEnd.drop(while: \.isWhitespace).prefix(Self.excerptLength)))
    }

    /// The wanted words of a passage. A line that only repeats a requirement is skipped: it is no evidence.
    private static func words(
        _ unit: EvidenceUnit, _ wanted: Set<String>, _ starts: Set<UInt16>, _ stated: StatedSentences
    ) -> Set<String> {
        var words: Set<String> = []
        for line in unit.lines {
            var inLine: Set<String> = []
            RequirementWords.scan(Array(line.utf8)[...], starts: starts) {
                if wanted.contains($0) { inLine.insert($0) }
            }
            guard !inLine.isEmpty, !stated.isIn(line) else { continue }
            words.formUnion(inLine)
        }
        if !words.isEmpty || unit.kind == .symbol {
            RequirementWords.scan(Array(((unit.name ?? "") + " " + unit.path).utf8)[...], starts: starts) {
                if wanted.contains($0), !words.isEmpty { words.insert($0) }
            }
        }
        return words
    }

    /// Declarations, and the paragraphs outside of them. Data files are left out: they state what is
    /// wanted, not what is implemented.
    private static func units(_ path: String, _ text: String, _ symbols: [Symbol]) -> [EvidenceUnit] {
        let data: Set<Language> = [.json, .yaml, .toml, .xml]
        guard !data.contains(Language(path: path)) else { return [] }
        let all = TextLines(text)
        let count = all.lines.count
        var taken = [Bool](repeating: false, count: count)
        var units: [EvidenceUnit] = []
        for symbol in symbols where symbol.line >= 1 && symbol.line <= count {
            let documented = (symbol.documentation ?? "").split(separator: "\n").count
            let first = max(1, symbol.startLine - documented)
            let end = min(symbol.endLine ?? symbol.line, count)
            let isLarge = end - first >= maximumUnitLines || symbol.kind.isType && end - first > 40
            let last = isLarge ? min(end, symbol.line + 2) : end
            guard first <= last else { continue }
            for line in first...last { taken[line - 1] = true }
            let name = (symbol.parent.map { $0 + "." } ?? "") + symbol.name
            units.append(
                EvidenceUnit(
                    kind: .symbol, path: path, name: name, firstLine: first,
                    lines: (first...last).map { all.content($0 - 1) }))
        }
        var start: Int?
        for line in 0...count {
            let ends = line == count || taken[line] || all.content(line).isBlank
            if let first = start, ends || line - first >= 30 {
                units.append(
                    EvidenceUnit(
                        kind: .text, path: path, name: nil, firstLine: first + 1,
                        lines: (first..<line).map { all.content($0) }))
                start = ends ? nil : line
            } else if !ends, start == nil {
                start = line
            }
        }
        return units.sorted { $0.firstLine < $1.firstLine }
    }

    /// Added lines, grouped into runs of adjacent lines.
    private static func runs(_ lines: [(line: Int, text: String)]) -> [[(line: Int, text: String)]] {
        var runs: [[(line: Int, text: String)]] = []
        for entry in lines {
            if let last = runs.last?.last, last.line &+ 1 == entry.line {
                runs[runs.count - 1].append(entry)
            } else {
                runs.append([entry])
            }
        }
        return runs
    }
}

extension Array {
    /// The first elements in an order, at most `count`, without sorting the others.
    fileprivate func smallest(_ count: Int, by isBefore: (Element, Element) -> Bool) -> [Element] {
        var smallest: [Element] = []
        for element in self {
            if smallest.count == count {
                guard let last = smallest.last, isBefore(element, last) else { continue }
                smallest.removeLast()
            }
            smallest.insert(element, at: smallest.firstIndex { isBefore(element, $0) } ?? smallest.count)
        }
        return smallest
    }
}

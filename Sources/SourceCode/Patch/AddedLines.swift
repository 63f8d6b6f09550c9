/// The lines a patch adds.
package enum AddedLines {
    /// The added lines by path, each with its number in the new file. The patch must be one that ``PatchInspection``
    /// does not refuse.
    package static func of(_ patch: String) -> [String: [(line: Int, text: String)]] {
        var added: [String: [(line: Int, text: String)]] = [:]
        var path: String?
        var number = 0
        var old = 0
        var new = 0
        let lines = TextLines(patch)
        for index in lines.lines.indices {
            let line = lines.content(index)
            if old > 0 || new > 0 {
                switch line.utf8.first {
                case 0x2B:
                    if let path {
                        added[path, default: []].append(
                            (number, String(decoding: line.utf8.dropFirst(), as: UTF8.self)))
                    }
                    number &+= 1
                    new -= 1
                case 0x2D: old -= 1
                case 0x5C: break
                default:
                    number &+= 1
                    old -= 1
                    new -= 1
                }
            } else if let match = line.prefixMatch(of: /@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/) {
                old = Int(match.1 ?? "1") ?? 0
                number = Int(match.2) ?? 1
                new = Int(match.3 ?? "1") ?? 0
            } else if line.utf8.starts(with: "+++ ".utf8) {
                path = PatchReader.path(inHeader: Array(line.utf8.dropFirst(4))[...])
            }
        }
        return added
    }
}

import Support

/// The artifacts: a link to each file, and a preview of it.
struct ArtifactSection {
    let artifacts: [ArtifactFiles]

    /// The most characters of all previews together.
    static let sharedPreviewCharacters = 300_000
    /// The most characters of one file's preview.
    static let previewCharacters = 40_000
    /// The most files of a folder that are listed.
    static let maxListed = 200

    /// The most artifacts that are unfolded at first.
    static let maxOpen = 4

    private static func isForReaders(_ artifact: ArtifactFiles) -> Bool {
        artifact.kind == .patch || artifact.kind == .checklist
    }

    var markup: Markup {
        guard !artifacts.isEmpty else { return .empty }
        var left = Self.sharedPreviewCharacters
        // The artifacts that readers look for come first, and unfolded.
        let first = artifacts.filter { Self.isForReaders($0) }
        let items =
            first.enumerated().map { item($0.element, isOpen: $0.offset < Self.maxOpen, &left) }
            + artifacts.filter { !Self.isForReaders($0) }.map { item($0, isOpen: false, &left) }
        return .element(
            "section", ["id": "artifacts", "aria-labelledby": "artifacts-title"],
            .element("h2", ["id": "artifacts-title"], text: "Artifacts"), items.joined)
    }

    private func item(_ artifact: ArtifactFiles, isOpen: Bool, _ left: inout Int) -> Markup {
        var content: [Markup] = []
        if artifact.kind != .folder, let file = artifact.files.first {
            content.append(.element("summary", [:], link(file, artifact.name), size(file)))
            content.append(preview(file, artifact.kind, &left))
        } else {
            content.append(
                .element(
                    "summary", [:], .element("bdi", [:], text: artifact.name),
                    .element("small", [:], text: " " + Counted.text(artifact.files.count, "file"))))
            let listed = artifact.files.prefix(Self.maxListed)
            for (index, file) in listed.enumerated() {
                let head = Markup.element("p", ["class": "file"], link(file, file.title), size(file))
                content.append(index < 5 ? head + preview(file, .text, &left) : head)
            }
            let more = artifact.files.count - listed.count
            if more > 0 { content.append(.element("p", ["class": "muted"], text: "and \(more) more files")) }
        }
        return .element("details", ["class": "artifact", "open": isOpen ? "open" : nil], content)
    }

    private func link(_ file: ArtifactFile, _ title: String) -> Markup {
        .element(
            "a", ["href": Self.relativeLink(file.path)],
            .element("bdi", [:], text: ForeignText.cut(title, to: 300).text.description))
    }

    private func size(_ file: ArtifactFile) -> Markup {
        let bytes = Double(file.text.utf8.count)
        let text =
            bytes < 1000
            ? "\(Int(bytes)) bytes"
            : bytes < 1e6
                ? DurationText.fixed(bytes / 1e3, digits: 1) + " KB"
                : DurationText.fixed(bytes / 1e6, digits: 1) + " MB"
        return .element("small", [:], text: " \(text)")
    }

    private func preview(_ file: ArtifactFile, _ kind: ArtifactFiles.Kind, _ left: inout Int) -> Markup {
        guard left > 0 else {
            return .element("p", ["class": "muted"], text: "No room for a preview here; open the file.")
        }
        let (text, omitted) = ForeignText.cut(file.text, to: min(Self.previewCharacters, left))
        left -= text.count
        let shown =
            switch kind {
            case .patch: PatchPreview.markup(text)
            case .checklist: ChecklistPreview.markup(text)
            default: Markup.element("pre", ["tabindex": "0"], .text(String(text)))
            }
        guard omitted > 0 else { return shown }
        return shown + .element("p", ["class": "muted"], text: "… \(omitted) more characters in the file")
    }

    /// The path as a link: everything but plain letters, digits and a few signs is percent-encoded.
    static func relativeLink(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return path.utf8.reduce(into: "") { link, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                link.append(Character(Unicode.Scalar(byte)))
            default:
                link.append("%")
                link.append(digits[Int(byte >> 4)])
                link.append(digits[Int(byte & 15)])
            }
        }
    }
}

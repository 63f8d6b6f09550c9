/// One line of `ctags --output-format=json`.
struct CtagsTag: Decodable {
    let name: String
    let path: String
    let line: Int?
    let kind: String?
    let end: Int?
    let signature: String?
    let access: String?
    let scope: String?
    let scopeKind: String?
    let typeref: String?
    /// Whether the name is visible in its file only.
    let file: Bool?

    private enum CodingKeys: String, CodingKey {
        case name, path, line, kind, end, signature, access, scope, scopeKind, typeref, file
    }
}

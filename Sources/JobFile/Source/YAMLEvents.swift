import CYAML

/// One step through a YAML text: the start or end of a collection, or a whole scalar or alias.
struct YAMLEvent {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(String, isPlain: Bool)
        case listStart
        case listEnd
        case objectStart
        case objectEnd
    }

    let kind: Kind
    /// The location of the first character, which is that of an anchor or a tag if there is one.
    let location: SourceLocation
    /// The location after the last character.
    let endLocation: SourceLocation
    /// The event's characters, as offsets into the text in Unicode scalars.
    let range: Range<Int>
    let anchor: String?
    let tag: String?
}

/// Reads a text event by event with libyaml; aliases are neither looked up nor expanded.
final class YAMLEvents {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// The text; libyaml keeps its address, so it must not move.
    private let text: UnsafeMutableBufferPointer<UInt8>
    private let scalars: [Unicode.Scalar]

    /// - Returns: `nil` when there is no memory for a parser.
    init?(_ scalars: [Unicode.Scalar]) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        let bytes = Array(String(view).utf8)
        self.scalars = scalars
        let made = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(made) == 1 else {
            made.deallocate()
            return nil
        }
        parser = made
        text = .allocate(capacity: bytes.count)
        _ = text.initialize(from: bytes)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event; not to be called after the end of the stream.
    func next() throws(YAMLFault) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw YAMLFault(parser.pointee, in: scalars) }
        defer { yaml_event_delete(&event) }
        let start = Int(event.start_mark.index)
        return YAMLEvent(
            kind: Self.kind(of: &event), location: SourceLocation(event.start_mark),
            endLocation: SourceLocation(event.end_mark),
            range: start..<max(start, Int(event.end_mark.index)),
            anchor: cyaml_anchor(&event).map { String(cString: $0) },
            tag: cyaml_tag(&event).map { String(cString: $0) })
    }

    private static func kind(of event: inout yaml_event_t) -> YAMLEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(cyaml_anchor(&event).map { String(cString: $0) } ?? "")
        case YAML_SCALAR_EVENT:
            var length = 0
            let bytes = UnsafeBufferPointer(start: cyaml_scalar(&event, &length), count: length)
            return .scalar(String(decoding: bytes, as: UTF8.self), isPlain: cyaml_is_plain(&event) != 0)
        case YAML_SEQUENCE_START_EVENT: return .listStart
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_START_EVENT: return .objectStart
        case YAML_MAPPING_END_EVENT: return .objectEnd
        default: return .streamEnd
        }
    }
}

extension SourceLocation {
    /// libyaml counts from 0.
    init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}

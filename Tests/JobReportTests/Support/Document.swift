import Foundation
import FoundationXML

/// A page read by an XML parser: what a browser would see, if the page is well-formed.
final class Element {
    let name: String
    let attributes: [String: String]
    fileprivate(set) var children: [Element] = []
    /// A text's characters; empty for an element. A text is a child without a name.
    fileprivate(set) var text = ""

    fileprivate init(_ name: String, _ attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }

    /// All elements below, in document order.
    var descendants: [Element] { children.filter { !$0.name.isEmpty }.flatMap { [$0] + $0.descendants } }

    func all(_ name: String, _ className: String? = nil) -> [Element] {
        descendants.filter { $0.name == name && (className.map($0.classes.contains) ?? true) }
    }

    func with(id: String) -> Element? { descendants.first { $0.attributes["id"] == id } }

    /// The text in it and below.
    var fullText: String { text + children.map(\.fullText).joined() }
}

struct NotWellFormed: Error, CustomStringConvertible {
    let description: String
}

/// Reads a page as XML.
func parse(_ html: String) throws -> Element {
    final class Reader: NSObject, XMLParserDelegate {
        let root = Element("", [:])
        var open: [Element] = []
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            let element = Element(name, attributes)
            (open.last ?? root).children.append(element)
            open.append(element)
        }
        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            open.removeLast()
        }
        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if let last = open.last?.children.last, last.name.isEmpty {
                last.text += text
            } else {
                let piece = Element("", [:])
                piece.text = text
                open.last?.children.append(piece)
            }
        }
    }
    let reader = Reader()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = reader
    guard parser.parse() else {
        throw NotWellFormed(
            description:
                "line \(parser.lineNumber), column \(parser.columnNumber): \(String(describing: parser.parserError))")
    }
    return reader.root
}

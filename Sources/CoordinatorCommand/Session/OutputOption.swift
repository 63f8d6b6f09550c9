import ArgumentParser
import JobReport
import Support

/// What a command prints on standard output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

/// The option for it, of commands that print one document.
struct OutputOption: ParsableArguments {
    @Option(help: "What standard output carries: text for people, or exactly one JSON document.")
    var output = OutputFormat.text

    /// Prints a document in the form that is asked for.
    ///
    /// - Throws: an exit code, after printing that the document has no form in JSON.
    func print(_ document: some Encodable, text: @autoclosure () -> String) throws {
        guard output == .json else {
            Console.output(text())
            return
        }
        do {
            let json = String(decoding: try ReportJSON.encode(document, pretty: true), as: UTF8.self)
            Console.output(ForeignText.json(json) + "\n")
        } catch {
            Console.error("error: the answer cannot be written as JSON: \(error)")
            throw Exit.failed
        }
    }
}

import Foundation
import OTLPExporter
import Support
import Telemetry
import TestSupport
import Testing

/// Holds `docs/environment.md` and the code to each other.
@Suite("The table of environment variables")
struct EnvironmentTests {
    /// One row of the tables.
    struct Variable: CustomTestStringConvertible {
        let name: String
        let standard: String?
        let example: String?
        let unusable: String?

        var testDescription: String { name }
        /// What else must be set for the variable to matter.
        var context: [String: String] {
            switch name {
            case "OTEL_TRACES_SAMPLER_ARG": ["OTEL_TRACES_SAMPLER": "traceidratio"]
            case "OTEL_EXPORTER_OTLP_ENDPOINT": [:]
            default: ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector"]
            }
        }
        /// Whether an unusable value changes something although it is warned of: it never opens a way that was not asked for.
        var isKept: Bool {
            name.hasSuffix("_ENDPOINT") || name.hasSuffix("_CERTIFICATE") || name.hasSuffix("_CLIENT_KEY")
        }
        /// Names a file, an address or a list of fields for one signal too.
        var existsForOneSignal: Bool {
            name.hasPrefix("OTEL_EXPORTER_OTLP_") && !name.contains("_METRICS_")
        }
    }

    /// Everything the environment decides, as text, and the warnings.
    private struct Outcome {
        var text: String
        var warnings: [String]

        init(_ environment: [String: String]) {
            var configuration = TelemetryConfiguration(environment: environment)
            var otlp = OTLPConfiguration(environment: environment)
            let (resource, resourceWarnings) = ResourceDetection.detect(environment: environment)
            warnings = configuration.warnings + (otlp?.warnings ?? []) + resourceWarnings
            configuration.warnings = []
            otlp?.warnings = []
            let attributes = resource.attributes.filter { $0.key != "service.instance.id" }
            text = "\(Self.ordered(configuration))\n\(otlp.map { "\($0)" } ?? "off")\n\(attributes)"
        }

        /// Sets print in any order.
        private static func ordered(_ configuration: TelemetryConfiguration) -> String {
            var rest = configuration
            rest.propagators = []
            rest.traceExporters = []
            rest.metricExporters = []
            rest.logExporters = []
            let sets: [[String]] = [
                configuration.propagators.map { "\($0)" }, configuration.traceExporters.map { "\($0)" },
                configuration.metricExporters.map { "\($0)" }, configuration.logExporters.map { "\($0)" },
            ]
            return "\(rest) \(sets.map { $0.sorted() })"
        }
    }

    private static let document = try? String(
        contentsOf: TestPython.packageRoot.appending(path: "docs/environment.md"), encoding: .utf8)

    /// The cells of the rows that begin with a variable.
    private static var rows: [[String]] {
        (document ?? "").split(separator: "\n").filter { $0.hasPrefix("| `OTEL_") }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private static func value(_ cell: String) -> String? {
        cell.isEmpty ? nil : cell.trimmingCharacters(in: ["`"])
    }

    static let supported: [Variable] = rows.filter { $0.count == 5 }.map {
        Variable(
            name: value($0[0]) ?? "", standard: value($0[1]), example: value($0[2]), unusable: value($0[3]))
    }

    private static let unsupported = rows.filter { $0.count == 2 }.compactMap { value($0[0]) }

    @Test func documentedTablesAreFound() {
        #expect(Self.supported.count == 40)
        // Those of models are there too: telemetry takes no notice of them.
        #expect(Self.unsupported.contains("OTEL_CONFIG_FILE"))
        #expect(Set(Self.supported.map(\.name)).count == Self.supported.count)
    }

    @Test(arguments: supported)
    func documentedDefaultEqualsTheUnsetVariable(variable: Variable) throws {
        guard let standard = variable.standard else { return }
        let outcome = Outcome(variable.context.merging([variable.name: standard]) { $1 })
        #expect(outcome.text == Outcome(variable.context).text)
        #expect(outcome.warnings == [])
    }

    @Test(arguments: supported)
    func emptyVariableIsUnset(variable: Variable) {
        for blank in ["", "  "] {
            let outcome = Outcome(variable.context.merging([variable.name: blank]) { $1 })
            #expect(outcome.text == Outcome(variable.context).text)
            #expect(outcome.warnings == [])
        }
    }

    @Test(arguments: supported)
    func documentedExampleChangesTheConfiguration(variable: Variable) {
        guard let example = variable.example else { return }
        for value in [example, " \(example) "] {
            let outcome = Outcome(variable.context.merging([variable.name: value]) { $1 })
            #expect(outcome.text != Outcome(variable.context).text)
            #expect(outcome.warnings == [])
        }
    }

    @Test(arguments: supported)
    func invalidVariableGivesOneWarningThatNamesIt(variable: Variable) {
        guard let unusable = variable.unusable else { return }
        let outcome = Outcome(variable.context.merging([variable.name: unusable]) { $1 })
        #expect((outcome.text == Outcome(variable.context).text) == !variable.isKept)
        #expect(outcome.warnings.count == 1)
        #expect(outcome.warnings.first?.hasPrefix(variable.name) == true)
    }

    @Test(arguments: supported.filter(\.existsForOneSignal))
    func signalVariableOverridesTheCommonOne(variable: Variable) {
        let part = variable.name.dropFirst("OTEL_EXPORTER_OTLP_".count)
        for signal in ["TRACES", "METRICS", "LOGS"] {
            let name = "OTEL_EXPORTER_OTLP_\(signal)_\(part)"
            if let example = variable.example {
                let outcome = Outcome(variable.context.merging([name: example]) { $1 })
                #expect(outcome.text != Outcome(variable.context).text, "\(name)")
                #expect(outcome.warnings == [], "\(name)")
            }
            if let unusable = variable.unusable {
                let outcome = Outcome(variable.context.merging([name: unusable]) { $1 })
                #expect(outcome.warnings.count == 1)
                #expect(outcome.warnings.first?.hasPrefix(name) == true)
            }
        }
    }

    /// The forms in which a value may be written without a change of its meaning.
    private static let harmless: [(String, @Sendable (String) -> String)] = [
        ("blanks", { " \($0)\t" }), ("a line break at its end", { $0 + "\r\n" }),
        ("capitals", { $0.uppercased() }), ("a plus sign", { "+\($0)" }), ("leading zeros", { "00\($0)" }),
    ]

    @Test(arguments: supported)
    func everyVariableIsReadInEveryFormThatMeansTheSame(variable: Variable) throws {
        guard let example = variable.example else { return }
        let isNumber = Int(example) != nil
        // Of these the letters' case, or a blank within, is part of the value.
        let isVerbatim = ["_NAME", "_ATTRIBUTES", "_HEADERS", "_HOST", "_ENDPOINT", "_CERTIFICATE", "_KEY"].contains {
            variable.name.hasSuffix($0)
        }
        let plain = Outcome(variable.context.merging([variable.name: example]) { $1 })
        for (form, write) in Self.harmless {
            if form == "capitals" && isVerbatim || ["a plus sign", "leading zeros"].contains(form) && !isNumber {
                continue
            }
            let outcome = Outcome(variable.context.merging([variable.name: write(example)]) { $1 })
            #expect(outcome.text == plain.text, "\(form)")
            #expect(outcome.warnings == [], "\(form)")
        }
    }

    @Test(arguments: supported)
    func everyNumberIsRefusedWithAUnitAFractionAndBeyondItsRange(variable: Variable) throws {
        guard let example = variable.example, Int(example) != nil else { return }
        for value in ["\(example)ms", "\(example).5", "-\(example)", "99999999999", "\(example) \(example)"] {
            let outcome = Outcome(variable.context.merging([variable.name: value]) { $1 })
            #expect(outcome.text == Outcome(variable.context).text, "\(value)")
            #expect(
                outcome.warnings.count == 1 && outcome.warnings[0].hasPrefix("\(variable.name): \"\(value)\""),
                "\(value)")
        }
    }

    @Test(arguments: supported.filter { $0.name.hasSuffix("_TIMEOUT") })
    func everyTimeoutIsWithoutLimitWhenItIsZero(variable: Variable) throws {
        let zero = Outcome(variable.context.merging([variable.name: "0"]) { $1 })
        #expect(zero.warnings == [])
        #expect(zero.text.contains("\(Duration.longest)"))
    }

    @Test func unsupportedVariablesChangeNothing() {
        for name in Self.unsupported {
            let outcome = Outcome([name: "x"])
            #expect(outcome.text == Outcome([:]).text, "\(name)")
        }
    }

    @Test func everyVariableInTheSourcesIsDocumented() throws {
        let known = Set(Self.supported.map(\.name) + Self.unsupported)
        let sources = TestPython.packageRoot.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var found = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /"(OTEL_(?!BSP"|BLRP")[A-Z_]+[A-Z])"/) {
                found += 1
                #expect(known.contains(String(match.1)), "\(file.lastPathComponent)")
            }
        }
        #expect(found > 25)
    }
}

import Support
import Testing

/// What the reader makes of one variable's value, in each of the ways in which it reads one.
@Suite("Variables by the rules of OpenTelemetry")
struct EnvironmentReaderTests {
    private func read<Value>(
        _ value: String, _ read: (inout EnvironmentReader) -> Value
    ) -> (value: Value, warnings: [String]) {
        var reader = EnvironmentReader(["V": value])
        let result = read(&reader)
        return (result, reader.warnings)
    }

    @Test(arguments: ["", " ", "\t", "\n", "\r\n"])
    func emptyValueIsAnUnsetOne(value: String) {
        let flag = read(value) { $0.flag("V") }
        #expect(flag.value == false && flag.warnings == [])
        let integer = read(value) { $0.integer("V", in: 0...9) }
        #expect(integer.value == nil && integer.warnings == [])
        let timeout = read(value) { $0.timeout("V") }
        #expect(timeout.value == nil && timeout.warnings == [])
        let choice = read(value) { $0.choice("V", of: ["a": 1]) }
        #expect(choice.value == nil && choice.warnings == [])
        let set = read(value) { $0.set("V", of: ["a": 1]) }
        #expect(set.value == nil && set.warnings == [])
        let ratio = read(value) { $0.ratio("V") }
        #expect(ratio.value == nil && ratio.warnings == [])
    }

    @Test(arguments: [
        ("true", true, false), ("TRUE", true, false), (" True\r", true, false), ("false", false, false),
        ("False", false, false), ("1", false, true), ("yes", false, true), ("on", false, true), ("truee", false, true),
        ("0", false, true),
    ])
    func onlyTheWordTrueIsTrueAndAnythingElseButFalseIsWarnedOf(value: String, isTrue: Bool, warns: Bool) {
        let (flag, warnings) = read(value) { $0.flag("V") }
        #expect(flag == isTrue)
        #expect(warnings.count == (warns ? 1 : 0))
        // As it was given, so that it is found again.
        #expect(warnings.allSatisfy { $0.hasPrefix("V: \"\(value)\"") && $0.contains("false") })
    }

    @Test(arguments: [
        ("5", 5), (" 5 ", 5), ("5\r", 5), ("+5", 5), ("007", 7), ("0", 0), ("-0", 0), ("2147483647", 2_147_483_647),
        ("-1", nil), ("2147483648", nil), ("99999999999999999999", nil), ("1.0", nil), ("1e3", nil), ("5ms", nil),
        ("5 ", 5),
        ("5 s", nil), ("0x10", nil), ("1_000", nil), ("1,000", nil), ("٣", nil), ("five", nil), ("--5", nil),
    ])
    func numberIsWholeWithinItsRangeAndWithoutAUnit(value: String, number: Int?) {
        let (count, warnings) = read(value) { $0.count("V") }
        #expect(count == number)
        #expect(warnings.count == (number == nil ? 1 : 0))
        #expect(warnings.allSatisfy { $0.contains("\"\(EnvironmentReader.text(value) ?? "")\"") })
    }

    @Test func zeroIsNoLimitForATimeoutAndZeroForAnyOtherTime() {
        #expect(read("0") { $0.timeout("V") }.value == .longest)
        #expect(read("1") { $0.timeout("V") }.value == .milliseconds(1))
        #expect(read("0") { $0.milliseconds("V") }.value == .zero)
        let (interval, warnings) = read("0") { $0.milliseconds("V", from: 1) }
        #expect(interval == nil && warnings.count == 1)
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("0.25", 0.25), (".5", 0.5), ("1e-3", 0.001), ("1.1", nil), ("-0.1", nil), ("nan", nil),
        ("inf", nil), ("0x1p-1", nil), ("0,5", nil), ("50%", nil),
    ])
    func ratioIsADecimalNumberFromZeroToOne(value: String, number: Double?) {
        let (ratio, warnings) = read(value) { $0.ratio("V") }
        #expect(ratio == number)
        #expect(warnings.count == (number == nil ? 1 : 0))
    }

    @Test(arguments: [
        ("gzip", 1), ("GZIP", 1), ("Gzip", 1), (" none ", 2), ("NONE", 2), ("zstd", nil), ("gzip,none", nil),
    ])
    func wordsAreReadInAnyCase(value: String, number: Int?) {
        let (choice, warnings) = read(value) { $0.choice("V", of: ["gzip": 1, "none": 2]) }
        #expect(choice == number)
        #expect(warnings.count == (number == nil ? 1 : 0))
        #expect(warnings.allSatisfy { $0.contains("gzip, none") })
    }

    @Test func unknownWordsOfAListAreIgnoredWithAWarningThatShowsThemAsTheyWereGiven() {
        let (set, warnings) = read("B, A,a, Zipkin") { $0.set("V", of: ["a": 1, "b": 2]) }
        #expect(set == [1, 2])
        #expect(warnings.count == 1 && warnings.first?.contains("\"Zipkin\"") == true)
        #expect(read("None") { $0.set("V", of: ["a": 1]) }.value == [])
        #expect(read("zipkin") { $0.set("V", of: ["a": 1]) }.value == nil)
    }

    @Test func unusableVariableHidesNoneOfTheRest() {
        var reader = EnvironmentReader(["OWN": "abc", "COMMON": "300"])
        #expect(reader.timeout("OWN", "COMMON") == .milliseconds(300))
        #expect(reader.timeout("OWN", "COMMON") == .milliseconds(300))
        #expect(reader.warnings.count == 1 && reader.warnings.first?.hasPrefix("OWN: \"abc\"") == true)
        var usable = EnvironmentReader(["OWN": "1", "COMMON": "abc"])
        #expect(usable.timeout("OWN", "COMMON") == .milliseconds(1))
        #expect(usable.warnings == [])
    }

    @Test func warningIsOneLineOfBoundedLength() {
        let (_, warnings) = read("a\nb\u{1B}[31m" + String(repeating: "x", count: 1000)) { $0.count("V") }
        #expect(warnings.first?.contains("\n") == false && warnings.first?.contains("\u{1B}") == false)
        #expect((warnings.first?.count ?? 0) < 2 * EnvironmentReader.shownCharacters + 60)
    }
}

import Support
import TestSupport
import Testing

@Suite("Addresses in their parts")
struct WebAddressTests {
    @Test(arguments: [
        ("http://h", "http://h/v1/traces"), ("http://h/", "http://h/v1/traces"),
        ("http://h:80", "http://h:80/v1/traces"),
        ("http://h:", "http://h:/v1/traces"), ("HTTPS://H:1/p", "HTTPS://H:1/p/v1/traces"),
        ("http://h/otlp?token=abc", "http://h/otlp/v1/traces?token=abc"),
        ("http://h?a=1&b=2", "http://h/v1/traces?a=1&b=2"),
        ("http://h/p/?a=/x", "http://h/p/v1/traces?a=/x"), ("http://h/p?", "http://h/p/v1/traces"),
        ("http://h/p#top", "http://h/p/v1/traces"), ("http://h/p?a=1#top?b=2", "http://h/p/v1/traces?a=1"),
        ("http://h/a//", "http://h/a//v1/traces"), ("http://[::1]:4318", "http://[::1]:4318/v1/traces"),
        ("http://u:p%40w@h/x", "http://u:p%40w@h/x/v1/traces"), ("http://h/a%2Fb%20c", "http://h/a%2Fb%20c/v1/traces"),
        ("http://u@v@h/", "http://u@v@h/v1/traces"),
    ])
    func whatIsAddedFollowsThePathAndTheQueryStaysBehindIt(text: String, expected: String) throws {
        #expect(try WebAddress(text).appending("v1/traces").text == expected)
    }

    @Test func parametersAreAddedToTheQueryThatIsThere() throws {
        #expect(try WebAddress("http://h/p").appending("m", parameters: "limit=1").text == "http://h/p/m?limit=1")
        #expect(
            try WebAddress("http://h/p?a=b").appending("m", parameters: "limit=1").text == "http://h/p/m?a=b&limit=1")
    }

    @Test(arguments: [
        ("http://h", "h", 80), ("https://h/", "h", 443), ("http://h:8080?x", "h", 8080),
        ("https://[fe80::1%25eth0]", "fe80::1%25eth0", 443),
        ("http://[::1]:65535/", "::1", 65_535), ("http://u:80@h", "h", 80), ("http://h:", "h", 80),
    ])
    func hostAndPortAreThoseOfTheAuthority(text: String, host: String, port: Int) throws {
        let address = try WebAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        ("", "begin with"), ("h:4318", "begin with"), ("ftp://h", "begin with"), ("grpc://h", "begin with"),
        ("//h", "begin with"),
        ("http:/h", "begin with"), ("http://", "no host"), ("http:///p", "no host"), ("http://:80", "no host"),
        ("http://?q", "no host"), ("http://u@", "no host"), ("http://h:0", "port"), ("http://h:65536", "port"),
        ("http://h:port", "port"), ("http://h:-1", "port"), ("http://h:+1", "port"),
        ("http://h:99999999999999999999", "port"),
        ("http://[::1", "lacks the ]"), ("http://[::1]x", "IPv6"), ("http://[]", "no host"),
        ("http://h/a b", "percent-encoded"),
        ("http://h/\u{1}", "percent-encoded"), ("http://hé/", "percent-encoded"), ("http://user:s3/cret@h/", "port"),
    ])
    func textThatIsNoAddressIsRefusedWithTheReasonAndNothingOfItIsRepeated(text: String, reason: String) {
        let fault = #expect(throws: WebAddress.Fault.self) { try WebAddress(text) }
        #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
        #expect(fault?.description.contains("s3") == false)
    }

    @Test(arguments: [
        ("http://0.0.0.0:11434/v1?k", "http://127.0.0.1:11434/v1?k"), ("https://[::]", "https://[::1]"),
        ("http://10.0.0.0:1", "http://10.0.0.0:1"), ("http://u@0.0.0.0", "http://u@127.0.0.1"),
    ])
    func serverAtTheUnspecifiedAddressIsReachedAtTheLoopbackAddress(text: String, expected: String) throws {
        #expect(try WebAddress(text).fromTheSameMachine.text == expected)
    }

    @Test func portCanBeGivenToAnAddressOfAnyForm() throws {
        #expect(try WebAddress("http://[::1]/p?q").at(port: 9).text == "http://[::1]:9/p?q")
        #expect(try WebAddress("https://u:p@h").at(port: 9).text == "https://u:p@h:9")
    }

    @Test func anyTextIsAnAddressThatPrintsAsItselfOrIsRefused() {
        var random = SeededGenerator.announced()
        let pieces = [
            "http", "https", "://", ":", "/", "?", "#", "@", "[", "]", "h", "::1", "80", "%20", "é", " ", "&", "=",
        ]
        for _ in 0..<5000 {
            let text = "http://" + random.text(8, of: pieces)
            guard let address = try? WebAddress(text) else { continue }
            let sent = text.prefix { $0 != "#" }
            #expect(address.text == (sent.hasSuffix("?") && address.query.isEmpty ? sent.dropLast() : sent))
            let below = address.appending("x")
            #expect((try? WebAddress(below.text)) == below)
            #expect(below.host == address.host && below.query == address.query)
        }
    }
}

@Suite("Small grammars of HTTP")
struct GrammarTests {
    @Test func nameOfAFieldIsATokenOfRFC9110() {
        for byte in UInt8.min...0x7F {
            let text = String(decoding: [byte], as: UTF8.self)
            let isToken = text.contains(/^[!#$%&'*+.^_`|~0-9A-Za-z-]$/)
            #expect(FieldGrammar.isToken(text) == isToken, "\(byte)")
        }
        #expect(!FieldGrammar.isToken("") && !FieldGrammar.isToken("é") && FieldGrammar.isToken("x~a"))
    }

    @Test(arguments: [
        ("a b", true), ("", true), ("a\tb", true), ("ü", true), ("a\r\nb", false), ("a\nb", false), ("\0", false),
        ("\u{7F}", false), ("a\u{1B}[m", false),
    ])
    func valueOfAFieldHoldsNoControlCharacterButTheTab(text: String, isValue: Bool) {
        #expect(FieldGrammar.isValue(text) == isValue)
    }

    @Test(arguments: [
        ("a%20b", "a b", "a b"), ("%C3%BC", "ü", "ü"), ("%c3%bc", "ü", "ü"), ("a%ffb", nil, "a\u{FFFD}b"),
        ("%C3", nil, "\u{FFFD}"), ("%4", nil, nil), ("%", nil, nil), ("%zz", nil, nil), ("%+1", nil, nil), ("", "", ""),
        ("100%25", "100%", "100%"),
    ])
    func escapesAreTwoHexadecimalDigits(text: String, decoded: String?, repaired: String?) {
        #expect(PercentCoding.decode(text) == decoded)
        #expect(PercentCoding.decodeRepairing(text) == repaired)
    }
}

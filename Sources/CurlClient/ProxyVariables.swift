import Glibc
import Support

/// The proxy that libcurl takes for an address, told by the variables that libcurl reads.
///
/// libcurl decides for itself where it connects; this is for what is said of failures, so that the proxy is named and
/// not the server that was never reached.
struct ProxyVariables: Sendable {
    /// A proxy, and the variable that names it.
    struct Proxy: Hashable {
        /// The variable's name.
        let variable: String
        /// The proxy's address without what may be secret.
        let address: String
    }

    private let value: @Sendable (String) -> String?

    /// - Parameter value: the value of a variable, `nil` when it is unset.
    init(_ value: @escaping @Sendable (String) -> String?) { self.value = value }

    /// Those of this process.
    static let ofThisProcess = ProxyVariables { name in getenv(name).map { String(cString: $0) } }

    /// The proxy for an address; `nil` where libcurl connects to the address itself.
    func proxy(for url: String) -> Proxy? {
        guard let target = try? WebAddress(url), !isExempt(target.host) else { return nil }
        // Not HTTP_PROXY: a web server passes a request's `Proxy:` field to CGI programs under that name.
        let names = (target.isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]) + ["all_proxy", "ALL_PROXY"]
        for name in names {
            if let text = text(name) { return Proxy(variable: name, address: PrintableAddress.text(of: text)) }
        }
        return nil
    }

    private func text(_ name: String) -> String? { value(name).flatMap { $0.isEmpty ? nil : $0 } }

    private func isExempt(_ host: String) -> Bool {
        guard let list = text("no_proxy") ?? text("NO_PROXY") else { return false }
        if list.utf8.elementsEqual("*".utf8) { return true }
        let entries = list.utf8.split { " ,\t".utf8.contains($0) }.lazy.map { Substring($0) }
        let host = Self.written(host)
        if let address = Self.number(host[...]) { return entries.contains { Self.network($0, holds: address) } }
        let name = Self.name(host[...], withoutLeadingDot: false)
        return entries.contains { entry in
            let known = Self.name(entry, withoutLeadingDot: true)
            guard known.count < name.count else { return known == name }
            return name.suffix(known.count) == known && name[name.count - known.count - 1] == UInt8(ascii: ".")
        }
    }

    /// A host as libcurl writes it: an address of any form in its usual one, that of IPv6 without its zone.
    ///
    /// libcurl compares an address of IPv6 as it does a name: it knows no networks of them in this list.
    private static func written(_ host: String) -> String {
        let bare = String(Substring(host.utf8.prefix { $0 != UInt8(ascii: "%") }))
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var six = in6_addr()
        if inet_pton(AF_INET6, bare, &six) == 1,
            inet_ntop(AF_INET6, &six, &text, socklen_t(text.count)) != nil
        {
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        var four = in_addr()
        if inet_aton(host, &four) != 0, inet_ntop(AF_INET, &four, &text, socklen_t(text.count)) != nil {
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return host
    }

    /// A name as it is compared: in small letters, without the last dot.
    private static func name(_ text: Substring, withoutLeadingDot: Bool) -> [UInt8] {
        let dot = UInt8(ascii: ".")
        var bytes = text.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
        if bytes.last == dot { bytes.removeLast() }
        if withoutLeadingDot, bytes.first == dot { bytes.removeFirst() }
        return bytes
    }

    /// Whether an entry such as `10.0.0.0/8` holds an address. Without a number of bits, or with 0, it is one address.
    private static func network(_ entry: Substring, holds address: UInt32) -> Bool {
        let slash = entry.utf8.firstIndex(of: UInt8(ascii: "/")) ?? entry.endIndex
        guard let network = number(entry[..<slash]) else { return false }
        switch leadingNumber(entry[slash...].utf8.dropFirst()) {
        case 0, 32: return address == network
        case let bits where 1..<32 ~= bits: return (address ^ network) >> UInt32(32 - bits) == 0
        default: return false
        }
    }

    /// The number that a text begins with; 0 where it begins with none.
    private static func leadingNumber(_ text: Substring.UTF8View) -> Int {
        let isSigned = text.first.map("+-".utf8.contains) ?? false
        let digits = text.dropFirst(isSigned ? 1 : 0).prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        let number = digits.isEmpty ? 0 : Int(Substring(digits)) ?? .max
        return text.first == UInt8(ascii: "-") ? -number : number
    }

    /// The number of an IPv4 address.
    private static func number(_ text: Substring) -> UInt32? {
        var address = in_addr()
        return inet_pton(AF_INET, String(text), &address) == 1 ? UInt32(bigEndian: address.s_addr) : nil
    }
}

extension HTTPClient {
    /// What stands behind an address in a message: the proxy by which it is asked; empty where there is none.
    package static func detour(to url: String) -> String {
        ProxyVariables.ofThisProcess.proxy(for: url).map { " (by way of the proxy \($0.address))" } ?? ""
    }

    /// The variable that names the proxy by which an address is asked; `nil` where there is none.
    package static func proxyVariable(for url: String) -> String? {
        ProxyVariables.ofThisProcess.proxy(for: url)?.variable
    }
}

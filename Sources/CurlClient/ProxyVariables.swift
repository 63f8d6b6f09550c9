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
        if list == "*" { return true }
        let host = Self.name(host)
        return list.split { ", \t".contains($0) }.contains { entry in
            if let network = Self.network(entry), let address = Self.number(host[...]) {
                return address & network.mask == network.number & network.mask
            }
            let name = Self.name(entry.trimming { "[]".contains($0) })
            return host == name || host.hasSuffix(".\(name)") && Self.number(host[...]) == nil
        }
    }

    /// A name as it is compared: in small letters, without dots at its ends.
    private static func name(_ text: some StringProtocol) -> String {
        text.lowercased().trimming { $0 == "." }.lowercased()
    }

    /// The number and the mask of an entry such as `10.0.0.0/8`.
    private static func network(_ entry: Substring) -> (number: UInt32, mask: UInt32)? {
        let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = number(parts[0]), let bits = Int(parts[1]), (0...32).contains(bits) else {
            return nil
        }
        return (number, bits == 0 ? 0 : ~0 << UInt32(32 - bits))
    }

    /// The number of an IPv4 address.
    private static func number(_ text: Substring) -> UInt32? {
        let bytes = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        return bytes.reduce(0 as UInt32?) { sum, byte in
            if let sum, let byte { sum << 8 | UInt32(byte) } else { nil }
        }
    }
}

extension HTTPClient {
    /// What stands behind an address in a message: the proxy by which it is asked; empty where there is none.
    package static func detour(to url: String) -> String {
        ProxyVariables.ofThisProcess.proxy(for: url).map { " (by way of the proxy \($0.address))" } ?? ""
    }
}

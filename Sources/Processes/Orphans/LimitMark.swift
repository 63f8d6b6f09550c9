import CLinux

/// A mark that a process keeps though it wipes its environment, leaves its session and loses its parent: a limit on its
/// resources, which children inherit.
///
/// It is the soft limit on file locks, which Linux does not enforce: a number that nobody else sets, and that means no
/// limit to whoever reads it.
struct LimitMark: Sendable, Hashable {
    let value: UInt64

    /// The highest 16 bits, by which a mark is told from a limit that somebody has set.
    private static let prefix: UInt64 = 0x6C6D << 48
    private static let randomBits: UInt64 = 1 << 48

    /// A mark that another process has made; `nil` when the number is none.
    init?(_ value: UInt64) {
        guard value & ~(Self.randomBits - 1) == Self.prefix else { return nil }
        self.value = value
    }

    /// Marks this process, and with it all children that it starts from here on.
    ///
    /// A process that carries a mark keeps it: what it starts belongs to the run of another, which may have to find it.
    /// - Returns: `nil` where the process has a mark already, or the system does not allow this.
    static func markingThisProcess() -> LimitMark? {
        var limit = coordinator_limit()
        guard coordinator_limit_on_locks(0, nil, &limit) == 0, LimitMark(limit.soft) == nil,
            let mark = LimitMark(prefix | UInt64.random(in: 0..<randomBits)), limit.hard > mark.value
        else { return nil }
        limit.soft = mark.value
        return coordinator_limit_on_locks(0, &limit, nil) == 0 ? mark : nil
    }

    /// Whether a process carries this mark; `false` when it has ended or belongs to another user.
    func isCarried(by process: pid_t) -> Bool {
        var limit = coordinator_limit()
        return coordinator_limit_on_locks(process, nil, &limit) == 0 && limit.soft == value
    }
}

import Locks

/// Arenas that are used again, so that encoding one span allocates nothing.
struct ArenaPool: Sendable {
    /// The most arenas that are kept; each has 256 KiB. Threads beyond that number make their own.
    static let most = 16

    private let idle = Locked<[IdleArena]>([])

    /// How many wait for their next use.
    var idleCount: Int { idle.withLock { $0.count } }

    /// Lends an arena for the time of a call.
    func withArena<Result>(_ body: (MessageArena) -> Result) -> Result {
        let arena = idle.withLock { $0.popLast() }?.arena ?? MessageArena()
        let result = body(arena)
        arena.reset()
        let returned = IdleArena(arena: arena)
        idle.withLock { idle in
            if idle.count < Self.most { idle.append(returned) }
        }
        return result
    }

    private struct IdleArena: @unchecked Sendable {  // Nobody uses an arena that lies in the pool.
        let arena: MessageArena
    }
}

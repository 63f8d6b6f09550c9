/// What a confined program may use of the machine.
///
/// A control group counts all its processes together; where none can be made, each process is limited by itself. Which
/// of the two binds is in the ``SandboxReport``.
public struct SandboxLimits: Sendable, Hashable, Codable {
    /// Main memory, in bytes; from 16 MiB to 1 TiB. Default 1 GiB.
    public var memory: Int
    /// Processes and threads at a time; from 1 to 65,536. Default 64.
    public var processes: Int
    /// Processor time of one process, in whole seconds; from 1 s to a day. Default 60 s.
    public var cpu: Duration
    /// The length of one file, in bytes; from 4 KiB to 1 TiB. Default 64 MiB.
    public var fileSize: Int

    /// What ``memory`` may be.
    public static let memoryRange = 16 << 20...1 << 40
    /// What ``processes`` may be.
    public static let processRange = 1...65_536
    /// What ``cpu`` may be.
    public static let cpuRange = Duration.seconds(1) ... .seconds(86_400)
    /// What ``fileSize`` may be.
    public static let fileSizeRange = 4 << 10...1 << 40

    /// Sets limits; a figure outside its range becomes the nearest one inside.
    public init(
        memory: Int = 1 << 30, processes: Int = 64, cpu: Duration = .seconds(60), fileSize: Int = 64 << 20
    ) {
        self.memory = memory.clamped(to: Self.memoryRange)
        self.processes = processes.clamped(to: Self.processRange)
        self.cpu = cpu.clamped(to: Self.cpuRange)
        self.fileSize = fileSize.clamped(to: Self.fileSizeRange)
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}

import Support

/// How the programs of an agent are confined.
public typealias SandboxPolicy = Support.SandboxPolicy
/// How far a program is kept away from the machine it runs on.
public typealias SandboxLevel = Support.SandboxLevel
/// What a confined program may use of the machine.
public typealias SandboxLimits = Support.SandboxLimits
/// How a program was confined, and what held it to its limits.
public typealias SandboxReport = Support.SandboxReport

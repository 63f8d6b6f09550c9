/// This SDK, as it names itself in `telemetry.sdk.…`.
public enum TelemetrySDK {
    /// The SDK's name. The name `opentelemetry` is reserved for the official ones.
    public static let name = "coordinator"
    /// The language, as the conventions write it.
    public static let language = "swift"
    /// The version of the SDK, and of everything else in this package: here it is said, everywhere else it is asked for.
    public static let version = "0.2.0"
}

/// This SDK, as it names itself in `telemetry.sdk.…`.
public enum TelemetrySDK {
    /// The SDK's name. The name `opentelemetry` is reserved for the official ones.
    public static let name = "coordinator"
    /// The language, as the conventions write it.
    public static let language = "swift"
    /// The SDK's version.
    public static let version = "0.1.0"
}

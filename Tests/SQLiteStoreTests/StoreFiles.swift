import TestSupport

/// Runs a test with the path of a store that is not there yet, in a folder of its own.
func withStoreFile(_ body: (String) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    try await body(folder.file("jobs.db").path)
    withExtendedLifetime(folder) {}
}

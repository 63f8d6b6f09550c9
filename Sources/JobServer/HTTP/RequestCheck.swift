#if Server
    import Hummingbird

    /// A middleware that lets a request pass or refuses it.
    protocol RequestCheck: RouterMiddleware where Context == BasicRequestContext {
        /// - Throws: ``Problem`` for a request that is not to be answered.
        func check(_ request: Request) throws
    }

    extension RequestCheck {
        func handle(
            _ request: Request, context: Context, next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            try check(request)
            return try await next(request, context)
        }
    }
#endif

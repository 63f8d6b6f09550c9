#if Server
    import Hummingbird

    /// Turns every error of the handlers into a problem document.
    struct ProblemMiddleware: RouterMiddleware {
        typealias Context = BasicRequestContext

        func handle(
            _ request: Request, context: Context, next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            do {
                return try await next(request, context)
            } catch let problem as Problem {
                return problem.response
            } catch let error as HTTPError {
                return problem(of: error, request).response
            } catch {
                context.logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
                return Problem(
                    .internalServerError, "the server failed to answer; its log says why, under id \(context.id)"
                ).response
            }
        }

        private func problem(of error: HTTPError, _ request: Request) -> Problem {
            guard error.status == .notFound else {
                return Problem(error.status, error.body ?? error.status.reasonPhrase, headers: error.headers)
            }
            guard let methods = Route.methods(at: request.uri.path) else {
                return Problem(.notFound, "there is nothing at \(request.uri.path); jobs are at \(Route.jobs)")
            }
            let allowed = methods.map(\.rawValue).joined(separator: ", ")
            return Problem(
                .methodNotAllowed, "\(request.method.rawValue) is not possible at \(request.uri.path), only \(allowed)",
                headers: [.allow: allowed])
        }
    }
#endif

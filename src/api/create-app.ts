import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { fastify, LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Clock } from '../core/clock.ts'
import { EntrapipeError, isCode } from '../core/errors.ts'
import { authenticate, type SignedIn, type SignIns } from './access/authenticate.ts'
import { expectRole, type Caller, type Role } from './access/caller.ts'
import { hostsOf, proxiesIn } from './guards/hosts.ts'
import { expectOwnOrigin } from './guards/origin.ts'
import { problemOf, problemType } from './problem.ts'
import { validatorCompiler } from './validation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may send the request. @default Reader */
    readonly role?: Role
    /** Whether it needs no sign-in. */
    readonly open?: boolean
  }
  interface FastifyRequest {
    /** Set where a sign-in is needed. */
    signedIn: SignedIn | undefined
    /** Whether the token or session of the request still counts: for replies that go on for long. */
    isStillSignedIn: () => Promise<boolean>
  }
}

/** What a server is reached by, and how it protects itself. */
export interface AppOptions {
  readonly host: string
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  /** Ranges of addresses of the proxies, which end TLS. Nobody else may connect. */
  readonly behindProxy?: readonly string[] | undefined
  readonly clock: Clock
  readonly signIns: SignIns
  /** Requests that one person may send. @default 1,200 */
  readonly requestsPerMinute?: number
  /** Where log lines go, as JSON, and which. */
  readonly log?: { readonly level: 'info' | 'warn' | 'error'; readonly stream: NodeJS.WritableStream } | undefined
}

/** Bytes of JSON in a request: a list of 100,000 ids fits. */
const jsonBytes = 4 * 1024 * 1024
/** Bytes of a refused body that are read and dropped. */
const mostDropped = 64 * 1024 * 1024
/** How long a connection may be silent within a request. */
const silentMs = 120_000
/** Sign-ins that may fail from one address in a minute. */
const failuresPerMinute = 60

/** The person who sent a request. */
export const callerOf = ({ signedIn }: FastifyRequest): Caller => signedIn!.caller

/** The name of the session cookie. A browser takes one with this prefix only over TLS, for this host and all paths. */
export const cookieName = (isSecure: boolean): string => (isSecure ? '__Host-entrapipe' : 'entrapipe')

/** Whether browsers reach the server over TLS. */
export const isSecure = ({ tls, behindProxy }: Pick<AppOptions, 'tls' | 'behindProxy'>): boolean =>
  tls !== undefined || behindProxy !== undefined

const tooMany = (ms: number): EntrapipeError =>
  new EntrapipeError(
    'TOO_MANY_REQUESTS',
    `Too many requests were sent in a minute; the next one is accepted in ${Math.ceil(ms / 1000)} s.`,
    { retryAfterMs: ms },
  )

const answerProblem = async (thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  const { problem, isDefect } = problemOf(thrown)
  if (isDefect) request.log.error({ err: thrown }, 'a request failed')
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="entrapipe"')
  if (thrown instanceof EntrapipeError && thrown.retryAfterMs !== undefined)
    reply.header('Retry-After', Math.ceil(thrown.retryAfterMs / 1000))
  await reply.status(problem.status).type(problemType).send(JSON.stringify(problem))
}

/**
 * Reads what is left of a body that was refused, so that its sender gets to read the reply. A sender that does not stop is cut off.
 */
const dropRest = ({ raw }: FastifyRequest): void => {
  let left = mostDropped
  raw.on('data', (piece: Buffer) => {
    left -= piece.length
    if (left < 0) raw.socket.destroy()
  })
  raw.on('error', () => undefined)
  raw.resume()
}

/** A reply to what is no HTTP, written as it is: there is no request. */
const malformed = ((): string => {
  const body = JSON.stringify(
    problemOf(new EntrapipeError('REQUEST_MALFORMED', 'The request is not valid HTTP.')).problem,
  )
  return [
    'HTTP/1.1 400 Bad Request',
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
})()

/**
 * A server without routes: it checks host, sign-in, origin, role, rate and size of each request before a route sees it, and answers errors as
 * problems. Routes say in their `config` who may use them.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const createApp = async (options: AppOptions): Promise<FastifyInstance> => {
  const { tls, behindProxy, signIns, log } = options
  const secure = isSecure(options)
  const hosts = hostsOf({ host: options.host, cert: tls?.cert, isBehindProxy: behindProxy !== undefined })
  const isProxy = behindProxy && proxiesIn(behindProxy)
  const app = fastify({
    ...(tls && { https: { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' } }),
    ...(isProxy && { trustProxy: (address: string) => isProxy(address) }),
    bodyLimit: jsonBytes,
    forceCloseConnections: true,
    connectionTimeout: silentMs,
    requestTimeout: 0,
    logger: log
      ? {
          level: log.level,
          stream: log.stream,
          redact: {
            paths: ['*.authorization', '*.cookie', '*.token', '*.password', '*.secret'],
            censor: '[redacted]',
          },
        }
      : false,
    // A hook writes what is worth a line.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      void answerProblem(error, request, reply),
    clientErrorHandler: (
      error: NodeJS.ErrnoException,
      socket: NodeJS.WritableStream & { readonly writable: boolean },
    ) => {
      if (error.code !== 'ECONNRESET' && socket.writable) socket.end(malformed)
    },
  } as object) as unknown as FastifyInstance
  app.setValidatorCompiler(validatorCompiler as never)
  // Schemas describe replies; they do not change them.
  app.setSerializerCompiler(() => value => JSON.stringify(value))
  app.setErrorHandler(answerProblem)
  app.setNotFoundHandler(() => {
    throw new EntrapipeError('ADDRESS_UNKNOWN', 'The server has nothing at this address.')
  })
  app.decorateRequest('signedIn', undefined)
  app.decorateRequest('isStillSignedIn', async () => true)
  const unused = { ...signIns, sessions: { owner: signIns.sessions.seen } }

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    hsts: secure,
    referrerPolicy: { policy: 'no-referrer' },
  })
  await app.register(cookie)
  await app.register(rateLimit, {
    global: true,
    max: options.requestsPerMinute ?? 1_200,
    timeWindow: 60_000,
    cache: 10_000,
    keyGenerator: request => request.signedIn?.caller.id ?? request.ip,
    errorResponseBuilder: (_request, { ttl }) => tooMany(ttl),
  })
  const failed = app.createRateLimit({
    max: failuresPerMinute,
    timeWindow: 60_000,
    keyGenerator: request => `failed ${request.ip}`,
  })

  app.addHook('onRequest', async (request, reply) => {
    reply.header('Cache-Control', 'no-store')
    if (isProxy && !isProxy(request.socket.remoteAddress ?? ''))
      throw new EntrapipeError('NOT_ALLOWED', 'The server only answers its proxy.')
    if (!hosts.accepts(request.headers.host, request.socket.localPort ?? 0))
      throw new EntrapipeError('HOST_FOREIGN', 'The request names a host that is not this server.', {
        fix: 'Use the address that `entrapipe serve` printed.',
      })
    const { open, role = 'Reader' } = request.routeOptions.config
    if (open) return
    const session = request.cookies[cookieName(secure)]
    try {
      request.signedIn = await authenticate(request.headers, session, signIns)
      request.isStillSignedIn = () =>
        authenticate(request.headers, session, unused).then(
          () => true,
          () => false,
        )
    } catch (error) {
      const limit = isCode(error, 'NOT_SIGNED_IN') ? await failed(request) : undefined
      throw limit && !limit.isAllowed && limit.isExceeded ? tooMany(limit.ttl) : error
    }
    if (request.signedIn.by !== 'token')
      expectOwnOrigin(
        {
          method: request.method,
          origin: request.headers.origin,
          marked: request.headers['x-entrapipe'] as string | undefined,
          ownOrigin: `${secure ? 'https' : 'http'}://${request.host}`,
        },
        request.signedIn.by === 'cookie',
      )
    expectRole(request.signedIn.caller, role)
  })
  app.addHook('onResponse', async (request, reply) => {
    if (!request.raw.complete) dropRest(request)
    request.log.info(
      {
        method: request.method,
        // What comes after the path may be a secret.
        path: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        person: request.signedIn?.caller.id,
      },
      'request',
    )
  })
  return app
}

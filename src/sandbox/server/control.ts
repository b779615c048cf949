import { timingSafeEqual } from 'node:crypto'
import type { Directory, Mutation, View } from '../directory/types.ts'
import type { FaultSchedule } from '../faults/fault-schedule.ts'
import { faultKinds, type FaultRule } from '../faults/types.ts'
import { GraphFault } from '../protocol.ts'
import type { Throttle } from '../throttle/throttle.ts'
import { graphAppId, type AccessTokens } from './access-tokens.ts'
import type { Apps } from './apps.ts'
import type { Journal } from './counters.ts'
import { jsonReply, type Incoming, type Reply } from './reply.ts'

/** What steers the sandbox, outside Graph's paths. */
export interface Control {
  answer(incoming: Incoming, path: string, query: URLSearchParams): Promise<Reply>
}

interface ControlOptions {
  readonly controlKey: string
  readonly directory: Directory
  readonly apps: Apps
  readonly tokens: AccessTokens
  /** Whom ready delegated tokens are of. */
  readonly signedInUserId: string
  readonly throttle: Throttle
  readonly faults: FaultSchedule
  readonly journal: Journal
  /** What `GET /_sandbox` answers; no secret is in it. */
  readonly state: () => Readonly<Record<string, unknown>>
  /** Ends the process or the server; called after the reply. */
  readonly stop: () => void
}

type Handler = (given: unknown, query: URLSearchParams, rest: string) => unknown

const usage = (message: string): GraphFault => new GraphFault(400, 'BadRequest', message)

const asRules = (given: unknown): FaultRule[] => {
  const rules = [given].flat() as FaultRule[]
  for (const rule of rules)
    if (!faultKinds.includes(rule?.fault))
      throw usage(`Expected a fault out of ${faultKinds.join(', ')}, got ${JSON.stringify(rule?.fault)}`)
  return rules
}

const matches = (given: string | undefined, key: string): boolean => {
  const [left, right] = [Buffer.from(given ?? ''), Buffer.from(key)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * What is outside Graph's paths, `/_sandbox/…`: state, quotas, faults, lag, clock, changes, the truth about an object,
 * counters, the last requests, apps, ready tokens. JSON in and out. Guarded by the header `x-sandbox-key`, since the
 * port is open to everybody on the machine.
 */
export const createControl = (options: ControlOptions): Control => {
  const { directory, faults, journal, tokens, apps } = options

  const truth = (id: string) => {
    const found = directory.truth(id)
    if (!found) throw new GraphFault(404, 'Request_ResourceNotFound', `Nobody ever had the id ${id}`)
    return found
  }

  const token = async (given: unknown) => {
    const wanted = (given ?? {}) as {
      app?: string
      roles?: string[]
      scp?: string[]
      wids?: string[]
      lifetimeSeconds?: number
    }
    const app = apps.list.find(at => at.name === (wanted.app ?? 'main'))
    if (!app) throw usage(`Expected an app out of ${apps.list.map(at => at.name).join(', ')}, got ${wanted.app}`)
    const lifetimeSeconds = wanted.lifetimeSeconds ?? tokens.lifetimeSeconds
    const objectId = wanted.scp ? options.signedInUserId : ''
    const accessToken = await tokens.issue({
      app,
      audience: graphAppId,
      lifetimeSeconds,
      ...(wanted.roles ? { roles: wanted.roles } : {}),
      ...(wanted.scp
        ? { delegated: { scp: wanted.scp, objectId, ...(wanted.wids ? { wids: wanted.wids } : {}) } }
        : {}),
    })
    return { accessToken, expiresIn: lifetimeSeconds }
  }

  const handlers: Readonly<Record<string, Handler>> = {
    'GET ': () => options.state(),
    'POST /stop': () => {
      setImmediate(options.stop)
      return { stopping: true }
    },
    'GET /quotas': () => options.throttle.quotas(),
    'GET /faults': () => ({ faults: faults.list() }),
    'PUT /faults': given => {
      faults.set(asRules(given))
      return { faults: faults.list() }
    },
    'POST /faults': given => {
      for (const rule of asRules(given)) faults.add(rule)
      return { faults: faults.list() }
    },
    'DELETE /faults': () => {
      faults.clear()
      return { faults: [] }
    },
    'PUT /lag': given => {
      const { view, ms } = given as { view: View; ms: number }
      if (!['direct', 'index'].includes(view) || !(ms >= 0)) throw usage('Expected { view: "direct" | "index", ms }')
      directory.setLag(view, ms)
      return { view, ms }
    },
    'POST /clock': given => {
      const { forwardMs } = given as { forwardMs: number }
      if (!(forwardMs >= 0)) throw usage('Expected { forwardMs }, and time goes forward only')
      directory.moveClock(forwardMs)
      return { now: new Date(directory.now()).toISOString() }
    },
    'POST /mutations': given => ({
      changes: ([given].flat() as Mutation[]).map(mutation => directory.mutate(mutation, 'control')),
    }),
    'GET /truth': (_given, _query, id) => truth(decodeURIComponent(id)),
    'GET /changes': (_given, query) => ({ changes: directory.changes(Number(query.get('after') ?? 0)) ?? null }),
    'GET /counters': () => journal.counters(tokens.issued),
    'DELETE /counters': () => {
      journal.reset()
      return journal.counters(tokens.issued)
    },
    'GET /log': (_given, query) => ({ requests: journal.tail(Number(query.get('last') ?? 100)) }),
    'GET /apps': () => ({
      apps: apps.list.map(({ certificates, ...app }) => ({
        ...app,
        certificates: certificates.map(certificate => certificate.fingerprint.replaceAll(':', '')),
      })),
      secretFile: apps.secretFile,
      certificateFile: apps.certificateFile,
    }),
    'POST /tokens': token,
    'DELETE /tokens': () => {
      tokens.revokeAll()
      return { revoked: true }
    },
  }

  const given = (body: Buffer): unknown => {
    try {
      return body.length ? JSON.parse(body.toString('utf8')) : undefined
    } catch (cause) {
      throw usage(`Expected JSON: ${cause instanceof Error ? cause.message : cause}`)
    }
  }

  return {
    async answer(incoming, path, query) {
      if (!matches(incoming.headers['x-sandbox-key'], options.controlKey))
        return jsonReply(401, { error: 'The control key is missing or wrong; it stands in the state file.' })
      const [, what = '', rest = ''] = /^\/_sandbox(\/[^/]+)?(?:\/(.*))?$/.exec(path) ?? []
      const handler = handlers[`${incoming.method} ${what}`]
      if (!handler)
        return jsonReply(404, { error: `There is no ${incoming.method} ${path}`, known: Object.keys(handlers) })
      try {
        return jsonReply(200, await handler(given(incoming.body), query, rest))
      } catch (error) {
        if (!(error instanceof GraphFault)) throw error
        return jsonReply(error.status, { error: error.message, code: error.code })
      }
    },
  }
}

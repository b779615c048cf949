import { timingSafeEqual } from 'node:crypto'
import type { Directory } from '../directory/types.ts'
import type { FaultSchedule } from '../faults/fault-schedule.ts'
import { GraphFault } from '../protocol.ts'
import { runLicensing, withLicences } from '../resources/licensing.ts'
import type { Throttle } from '../throttle/throttle.ts'
import { graphAppId, type AccessTokens } from './access-tokens.ts'
import type { Apps } from './apps.ts'
import type { Consents } from './consents.ts'
import {
  asConsent,
  asCount,
  asForward,
  asLag,
  asMutations,
  asPathPart,
  asRelationship,
  asRules,
  asSeats,
  asSecret,
  asSwitches,
  asWantedToken,
  usage,
} from './control-input.ts'
import type { Journal } from './counters.ts'
import { jsonReply, linesReply, type Incoming, type Reply } from './reply.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import { sharedName } from './shared-app.ts'
import type { SharedParts } from './shared-parts.ts'
import { truthLines } from './truth-lines.ts'
import type { SwitchBoard } from './switches.ts'

/** The control endpoint. */
export interface Control {
  answer(incoming: Incoming, path: string, query: URLSearchParams): Promise<Reply>
}

interface ControlOptions {
  readonly controlKey: string
  readonly directory: Directory
  /** The longest time until a change shows, in milliseconds. */
  readonly lagBound: () => number
  readonly apps: Apps
  readonly consents: Consents
  readonly refreshTokens: RefreshTokens
  /** In the first tenant of several. */
  readonly shared?: SharedParts
  readonly tokens: AccessTokens
  /** The user of delegated tokens. */
  readonly signedInUserId: string
  readonly throttle: Throttle
  readonly faults: FaultSchedule
  readonly journal: Journal
  readonly switches: SwitchBoard
  /** What `GET /_sandbox` returns. Contains no secret. */
  readonly state: () => Readonly<Record<string, unknown>>
  /** Stops the process or the server. Called after the reply. */
  readonly stop: () => void
}

type Handler = (given: unknown, query: URLSearchParams, rest: string) => unknown

const matches = (given: string | undefined, key: string): boolean => {
  const [left, right] = [Buffer.from(given ?? ''), Buffer.from(key)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * Creates the control endpoint, `/_sandbox/…`, outside Graph's paths: state, quotas, faults, knobs, lag, clock, changes,
 * the history of an object, counters, the last requests, apps, tokens. It accepts and returns JSON. It requires the header
 * `x-sandbox-key`, because every user of the machine can reach the port.
 */
export const createControl = (options: ControlOptions): Control => {
  const { directory, faults, journal, tokens, apps, switches } = options

  const knobs = () => ({ ...switches.now(), roles: switches.now().roles ?? apps.main.roles })

  const truth = (id: string) => {
    const found = directory.truth(id)
    if (!found) throw new GraphFault(404, 'Request_ResourceNotFound', `No object with id ${id} has ever existed`)
    return found
  }

  const token = async (given: unknown) => {
    const wanted = asWantedToken(given)
    const app = apps.list.find(at => at.name === (wanted.app ?? 'main'))
    if (!app) throw usage(`Expected app to be one of ${apps.list.map(at => at.name).join(', ')}, got ${wanted.app}`)
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
    'GET /quotas': () => ({ ...options.throttle.quotas(), lagBound: options.lagBound() }),
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
    'GET /knobs': () => knobs(),
    'PUT /knobs': given => {
      switches.set(asSwitches(given))
      return knobs()
    },
    'DELETE /knobs': () => {
      switches.reset()
      return knobs()
    },
    'PUT /lag': given => {
      const lag = asLag(given)
      directory.setLag(lag.view, lag.ms, lag.upToMs)
      return lag
    },
    'POST /clock': given => {
      const { forwardMs } = asForward(given)
      directory.moveClock(forwardMs)
      return { now: new Date(directory.now()).toISOString() }
    },
    'POST /mutations': given => ({
      changes: directory.commit(
        asMutations(given).map(mutation => withLicences(directory, switches.now(), mutation)),
        { request: 'control' },
      ),
    }),
    'PUT /seats': given => {
      const { sku, units } = asSeats(given)
      const bought = directory.licences.buy(sku, units)
      if (!bought) throw usage(`Expected sku in seats to be a part number or id of Microsoft's catalogue, got ${sku}.`)
      const { skuId, skuPartNumber, consumed } = bought
      return { skuId, skuPartNumber, ...bought.units, consumed }
    },
    'GET /truth': (_given, _query, id) => truth(asPathPart(id)),
    'GET /changes': (_given, query) => ({ changes: directory.changes(asCount(query, 'after', 0)) ?? null }),
    'GET /counters': () => journal.counters(tokens.issued),
    'DELETE /counters': () => {
      journal.reset()
      return journal.counters(tokens.issued)
    },
    'GET /log': (_given, query) => ({ requests: journal.tail(asCount(query, 'last', 100)) }),
    'GET /apps': () => ({
      apps: apps.list.map(({ certificates, ...app }) => ({
        ...app,
        certificates: certificates.map(certificate => certificate.fingerprint.replaceAll(':', '')),
      })),
      secretFile: apps.secretFile,
      certificateFile: apps.certificateFile,
    }),
    'PUT /consent': given => {
      options.consents.give(asConsent(given))
      return { consent: true }
    },
    'DELETE /consent': () => {
      options.consents.withdraw()
      return { consent: false }
    },
    'PUT /secret': given => {
      const { app: name, standing } = asSecret(given)
      const app = name === sharedName ? options.shared?.app : apps.list.find(at => at.name === name)
      if (!app) throw usage(`Expected app in a secret to be one of this tenant's, got ${JSON.stringify(name)}.`)
      app.setSecret(standing)
      return { app: name, standing }
    },
    'GET /relationships': () => ({ relationships: options.shared?.partnership.list() ?? [] }),
    'PUT /relationships': given => {
      const { customer, change } = asRelationship(given)
      if (customer !== undefined && !options.shared?.partnership.change(customer, change))
        throw usage(`Expected customer in a relationship to be the id of another tenant, got ${customer}.`)
      if (customer === undefined) options.shared?.partnership.change(undefined, change)
      return { relationships: options.shared?.partnership.list() ?? [] }
    },
    'POST /refresh': () => {
      const { app, partnership } = options.shared ?? {}
      const user = partnership?.user ?? options.signedInUserId
      return { refreshToken: options.refreshTokens.issue({ user, app: (app ?? apps.main).appId }) }
    },
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
        return jsonReply(401, { error: 'The header x-sandbox-key is missing or wrong; the key is in the state file.' })
      const [, what = '', rest = ''] = /^\/_sandbox(\/[^/]+)?(?:\/(.*))?$/.exec(path) ?? []
      const handler = handlers[`${incoming.method} ${what}`]
      if (!handler)
        return jsonReply(404, { error: `${incoming.method} ${path} is not supported`, known: Object.keys(handlers) })
      try {
        if (what === '/truth') await runLicensing(directory, switches.now())
        const lines = handler === handlers['GET /truth'] ? truthLines(directory, rest, query) : undefined
        if (lines) return linesReply(lines)
        return jsonReply(200, await handler(given(incoming.body), query, rest))
      } catch (error) {
        if (!(error instanceof GraphFault)) throw error
        return jsonReply(error.status, { error: error.message, code: error.code })
      }
    },
  }
}

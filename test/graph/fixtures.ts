import type { Test } from 'tap'
import { fakeClock, type FakeClock } from '../fake-clock.ts'
import { createGraph, type GraphClient, type GraphOptions } from '../../src/graph/create-graph.ts'
import type { Credential } from '../../src/graph/credential.ts'
import type { GraphEvent } from '../../src/graph/events.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { quotasOf } from '../../src/graph/quotas.ts'
import { scriptedServer, type Asked, type Scripted, type ScriptedServer } from './scripted-server.ts'

export const tenant = { name: 'contoso', id: '11111111-2222-3333-4444-555555555555' }
export const appId = 'aaaaaaaa-0000-0000-0000-000000000001'

/** A token as Entra makes it, with a signature that nobody checks. */
export const makeToken = (claims: Readonly<Record<string, unknown>> = {}): string =>
  [
    { alg: 'none' },
    { tid: tenant.id, appid: appId, exp: 4_000_000_000, idtyp: 'app', roles: ['User.Read.All'], ...claims },
    {},
  ]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')

/** Gives the tokens of a list, the last one for ever. */
export const credentialOf = (
  tokens: readonly string[],
  expiresAtMs: (nth: number) => number = () => 4_000_000_000_000,
): Credential & { readonly given: boolean[] } => {
  const given: boolean[] = []
  return {
    kind: 'scripted',
    given,
    async token({ refresh = false } = {}) {
      const nth = given.push(refresh) - 1
      return { token: tokens[Math.min(nth, tokens.length - 1)] ?? '', expiresAtMs: expiresAtMs(nth) }
    },
  }
}

interface Scene extends ScriptedServer, FakeClock {
  readonly graph: GraphClient
  readonly events: GraphEvent[]
}

/** A client, a clock that nobody waits for, and a server that answers by the script. Jitter is the most there can be. */
export const scene = async (
  t: Test,
  script: readonly Scripted[] | ((asked: Asked, nth: number) => Scripted | Promise<Scripted>),
  options: Partial<GraphOptions> = {},
): Promise<Scene> => {
  const fake = fakeClock()
  const server = await scriptedServer(t, script)
  const events: GraphEvent[] = []
  const graph = createGraph({
    tenant,
    rootUrl: server.rootUrl,
    credential: credentialOf([makeToken()]),
    budget: memoryBudget(fake.clock),
    quotas: quotasOf({ size: 'L' }),
    clock: fake.clock,
    random: () => 1,
    onEvent: event => events.push(event),
    ...options,
  })
  t.teardown(() => graph.close())
  return { ...server, ...fake, graph, events }
}

export const throttled = (retryAfter?: string, headers: Readonly<Record<string, string>> = {}): Scripted => ({
  status: 429,
  headers: { ...(retryAfter !== undefined && { 'retry-after': retryAfter }), ...headers },
  body: { error: { code: 'TooManyRequests', message: 'Please retry again later.' } },
})

export const refused = (status: number, code: string, message = 'No.'): Scripted => ({
  status,
  headers: { 'request-id': 'rid-1' },
  body: { error: { code, message, innerError: { 'request-id': 'rid-1' } } },
})

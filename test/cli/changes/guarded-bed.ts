import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { protectionOf } from '../../../src/cli/changes/protection.ts'
import { given } from '../../../src/core/given.ts'
import { systemClock } from '../../../src/core/clock.ts'
import type { OperationRow } from '../../../src/core/operation.ts'
import type { Changing, RunRequest } from '../../../src/engine/run-request.ts'
import { createGraph, type GraphClient } from '../../../src/graph/create-graph.ts'
import { memoryBudget } from '../../../src/graph/memory-budget.ts'
import type { SandboxOptions } from '../../../src/sandbox/create-sandbox.ts'
import { phasesOf } from '../../../src/store/types.ts'
import { missingRights } from '../../../src/tenants/missing-rights.ts'
import type { Protect } from '../../../src/tenants/protected-objects.ts'
import { sandboxBed } from '../../engine/changes/sandbox-bed.ts'

/** How rows are sent. */
export interface Sending extends Partial<Changing> {
  readonly protect?: Protect
  readonly includePrivileged?: boolean
  readonly client?: GraphClient
  /** Whether the permissions of the client are checked before anything is read in. @default false */
  readonly checked?: boolean
  readonly request?: Partial<RunRequest>
  /** The last line of the input: what the command before it says about its rows. */
  readonly end?: object
}

/** A sandbox whose changes are guarded as those of a command. Results are told with the writes that Graph saw. */
export const guardedBed = async (t: Test, options: Partial<SandboxOptions> = {}) => {
  const bed = await sandboxBed(t, [], options)
  const { control, graph, sandbox, store } = bed
  const forget = () => control('DELETE', '/counters')
  /** Routes that changed the directory since `forget`. */
  const writes = async (): Promise<readonly string[]> => {
    const { routes } = JSON.parse(await control('GET', '/counters')) as { routes: object }
    return Object.keys(routes).filter(route => !/^GET |\$batch|getByIds/.test(route))
  }
  const resultsOf = (run: string): Promise<readonly string[]> =>
    store.read(run, async reader => {
      const told: (readonly [key: number, what: string])[] = []
      for (const phase of phasesOf(await store.get(run)))
        for (const { key, outcome, code } of await reader.phase(phase).readResults({}))
          told.push([Number(key), code === undefined ? outcome : `${outcome} ${code}`])
      return told.toSorted(([one], [other]) => one - other).map(([, what]) => what)
    })
  return {
    ...bed,
    forget,
    writes,
    resultsOf,
    async list<T>(path: string): Promise<readonly T[]> {
      const found: T[] = []
      for await (const { values } of graph.pages<T>(path)) found.push(...values)
      return found
    },
    /** A client of an app with these roles. */
    async clientWith(roles: readonly string[]): Promise<GraphClient> {
      const { accessToken: token } = JSON.parse(await control('POST', '/tokens', { roles })) as { accessToken: string }
      const client = createGraph({
        tenant: { name: 'sandbox', id: sandbox.tenantId },
        rootUrl: sandbox.baseUrl,
        credential: { kind: 'token', token: async () => ({ token, expiresAtMs: Date.now() + 3_600_000 }) },
        budget: memoryBudget(systemClock),
        quotas: {},
        clock: systemClock,
      })
      t.teardown(() => client.close())
      return client
    },
    /** Runs rows of one step each, or of several. */
    async send(
      rows: readonly (OperationRow | readonly OperationRow[])[],
      { protect, includePrivileged, client = graph, checked = false, request, end, ...changing }: Sending = {},
    ) {
      const text = rows.map(row => `${JSON.stringify({ steps: [row].flat() })}\n`).join('')
      const trailer = end ? `${JSON.stringify({ $end: { rows: rows.length, ...end } })}\n` : ''
      writeFileSync(join(bed.folder, 'in.jsonl'), text + trailer)
      await forget()
      return bed.change(
        {
          protection: protectionOf(client, given({ protect }), includePrivileged, new AbortController().signal),
          ...(checked && {
            permitted: async () =>
              missingRights((await client.signedIn()).claims, { includePrivileged, dryRun: changing.dryRun }),
            permittedToSend: async () => missingRights((await client.signedIn()).claims, { includePrivileged }),
          }),
          irreversible: true,
          ...changing,
        },
        { graph: client, fresh: true, ...request },
      )
    },
  }
}

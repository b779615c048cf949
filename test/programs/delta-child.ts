import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { systemClock } from '../../src/core/clock.ts'
import { execute } from '../../src/engine/execute.ts'
import { plan } from '../../src/engine/plan.ts'
import type { RunEnd } from '../../src/engine/run-request.ts'
import { createGraph } from '../../src/graph/create-graph.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { delta } from '../../src/sources/delta.ts'
import { linkDelta } from '../../src/sources/link-delta.ts'
import { environmentAt, storeAt } from './crash-run.ts'
import { killer, watch, type KillPoint } from './kill-point.ts'

/** Where a sandbox is, and what it lets in. */
export interface SandboxAt {
  readonly rootUrl: string
  readonly tenantId: string
  readonly token: string
}

/** The properties of the delta. */
export const select = ['id', 'displayName', 'department']

const clientOf = ({ rootUrl, tenantId, token }: SandboxAt) =>
  createGraph({
    tenant: { name: 'sandbox', id: tenantId },
    rootUrl,
    credential: { kind: 'token', token: async () => ({ token, expiresAtMs: Date.now() + 3_600_000 }) },
    budget: memoryBudget(systemClock),
    quotas: {},
    clock: systemClock,
  })

/** What is exported. */
export type Exported = 'users' | 'memberships' | 'managers'

/** Exports the changes to a file of a folder, which also has the store. */
export const runDelta = async (folder: string, to: string, at: SandboxAt, of: Exported = 'users'): Promise<RunEnd> => {
  const store = storeAt(folder)
  const graph = clientOf(at)
  try {
    return await execute({
      pipeline: 'delta',
      params: {},
      plan: plan({
        source: of === 'users' ? delta({ of, select }) : linkDelta({ of }),
        sink: jsonl({ to }),
        rowsPerCut: 5,
      }),
      store,
      graph,
      places: destinationAt,
      environment: environmentAt(folder),
      clock: systemClock,
      signal: new AbortController().signal,
      version: '0.0.0',
      codeHash: 'same',
    })
  } finally {
    await graph.close()
    await store.close()
  }
}

/** How often a process came to each point; undefined if it was killed. */
export const child = async (
  folder: string,
  to: string,
  at: SandboxAt,
  point?: KillPoint,
  of: Exported = 'users',
): Promise<Partial<Record<KillPoint['at'], number>> | undefined> => {
  try {
    const args = ['--no-warnings', import.meta.filename, folder, to, JSON.stringify(at), of]
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...args,
      ...(point ? [point.at, String(point.n)] : []),
    ])
    return JSON.parse(stdout) as Partial<Record<KillPoint['at'], number>>
  } catch (error) {
    if ((error as { readonly signal?: string }).signal === 'SIGKILL') return undefined
    throw error
  }
}

if (import.meta.main) {
  const [folder = '', to = '', sandbox = '', of, at, n] = process.argv.slice(2)
  const counts: Partial<Record<KillPoint['at'], number>> = {}
  const reached = killer(n === undefined ? undefined : { at: at as KillPoint['at'], n: Number(n) })
  await watch((what, by = 1) => {
    counts[what] = (counts[what] ?? 0) + by
    return reached(what, by)
  })
  await runDelta(folder, to, JSON.parse(sandbox) as SandboxAt, of as Exported)
  process.stdout.write(JSON.stringify(counts))
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { loadOperations } from '../../../src/catalogue/operations.ts'
import { systemClock } from '../../../src/core/clock.ts'
import type { OperationRow } from '../../../src/core/operation.ts'
import type { Changing, RunRequest } from '../../../src/engine/run-request.ts'
import { createGraph } from '../../../src/graph/create-graph.ts'
import { memoryBudget } from '../../../src/graph/memory-budget.ts'
import { createSandbox, type SandboxOptions } from '../../../src/sandbox/create-sandbox.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { jsonl } from '../../../src/sources/jsonl.ts'
import { bed } from '../plan-bed.ts'

export const operations = await loadOperations()

/** A row of the input: its changes in order. */
type Steps = readonly OperationRow[]

const lines = (rows: readonly Steps[]): string => rows.map(steps => `${JSON.stringify({ steps })}\n`).join('')

/** A sandbox in the test's process, a client that may write to it, and a folder with a store. */
export const sandboxBed = async (t: Test, rows: readonly Steps[], options: Partial<SandboxOptions> = {}) => {
  const files = bed(t, { 'in.jsonl': lines(rows) })
  const sandbox = await createSandbox({ users: 300, tls: false, ...options, stateDir: `${files.folder}/sandbox` })
  const control = async (method: string, path: string, body?: unknown): Promise<string> => {
    const reply = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return reply.text()
  }
  const { accessToken: token } = JSON.parse(await control('POST', '/tokens', {})) as { readonly accessToken: string }
  const client = (readOnly = false) =>
    createGraph({
      tenant: { name: 'sandbox', id: sandbox.tenantId },
      rootUrl: sandbox.baseUrl,
      credential: { kind: 'token', token: async () => ({ token, expiresAtMs: Date.now() + 3_600_000 }) },
      budget: memoryBudget(systemClock),
      quotas: {},
      clock: systemClock,
      readOnly,
    })
  const graph = client()
  t.teardown(async () => {
    await graph.close()
    await sandbox.close()
  })
  const plan = {
    source: jsonl<{ readonly steps: Steps }>({ from: 'in.jsonl' }),
    sink: graphSink<{ readonly steps: Steps }>(({ steps }) => steps),
  }
  return {
    ...files,
    sandbox,
    graph,
    control,
    plan,
    /** Replaces the input. */
    input: (rows: readonly Steps[]) => writeFileSync(join(files.folder, 'in.jsonl'), lines(rows)),
    ids: async (path: string) => {
      const found: string[] = []
      for await (const { values } of graph.pages<{ readonly id: string }>(path))
        found.push(...values.map(({ id }) => id))
      return found
    },
    change: (changing: Partial<Changing> = {}, more: Partial<RunRequest> = {}) =>
      files.run(plan, { graph, operations, changing: { lagBoundMs: 0, ...changing }, ...more }),
  }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Changing, RunRequest } from '../../../src/engine/run-request.ts'
import { createSandbox, type SandboxOptions } from '../../../src/sandbox/create-sandbox.ts'
import { bed } from '../plan-bed.ts'
import { clientOf, operations, planOfSteps, type Steps } from './steps-plan.ts'

const lines = (rows: readonly Steps[]): string => rows.map(steps => `${JSON.stringify({ steps })}\n`).join('')

/** A sandbox in the test's process, a client that may write to it, and a folder with a store. */
export const sandboxBed = async (
  t: Test,
  rows: readonly Steps[],
  options: Partial<SandboxOptions> = {},
  shared?: Parameters<typeof bed>[2],
) => {
  const files = bed(t, { 'in.jsonl': lines(rows) }, shared)
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
  const graph = clientOf([sandbox.baseUrl, sandbox.tenantId, token])
  t.teardown(async () => {
    await graph.close()
    await sandbox.close()
  })
  const plan = planOfSteps()
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
    /** Creates a group with these members. */
    newGroup: async (members: readonly string[] = []) => {
      const body = {
        displayName: 'Team',
        mailEnabled: false,
        mailNickname: 'team',
        securityEnabled: true,
        ...(members.length > 0 && { 'members@odata.bind': members.map(id => `${sandbox.baseUrl}/v1.0/users/${id}`) }),
      }
      return (await graph.request<{ readonly id: string }>({ method: 'POST', url: '/groups', body })).body.id
    },
    /** Each row of a run: its key, step, outcome and code. */
    rowsOf: (run: string) =>
      files.store.read(run, async reader =>
        (await reader.readRows({ limit: 1000 })).map(({ result: { key, step = 0, outcome, code } }) => [
          key,
          step,
          outcome,
          code,
        ]),
      ),
    change: (changing: Partial<Changing> = {}, more: Partial<RunRequest> = {}) =>
      files.run(plan, { graph, operations, changing: { lagBoundMs: 0, ...changing }, ...more }),
  }
}

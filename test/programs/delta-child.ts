import { plan } from '../../src/engine/plan.ts'
import type { RunEnd } from '../../src/engine/run-request.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { delta } from '../../src/sources/delta.ts'
import { linkDelta } from '../../src/sources/link-delta.ts'
import { runIn } from './crash-run.ts'
import { countsOf, watchCounting, type KillPoint, type PointCounts } from './kill-point.ts'
import { sandboxClient, type SandboxAt } from './sandbox-client.ts'

/** The properties of the delta. */
export const select = ['id', 'displayName', 'department']

/** What is exported. */
export type Exported = 'users' | 'memberships' | 'managers'

/** Exports the changes to a file of a folder, which also has the store. */
export const runDelta = async (folder: string, to: string, at: SandboxAt, of: Exported = 'users'): Promise<RunEnd> => {
  const graph = sandboxClient(at)
  try {
    const source = of === 'users' ? delta({ of, select }) : linkDelta({ of })
    return await runIn(folder, plan({ source, sink: jsonl({ to }), rowsPerCut: 5 }), graph)
  } finally {
    await graph.close()
  }
}

/** How often a process came to each point; undefined if it was killed. */
export const child = (
  folder: string,
  to: string,
  at: SandboxAt,
  point?: KillPoint,
  of: Exported = 'users',
): Promise<PointCounts | undefined> => countsOf(import.meta.filename, [folder, to, JSON.stringify(at), of], point)

if (import.meta.main) {
  const [folder = '', to = '', sandbox = '', of, at, n] = process.argv.slice(2)
  const counts = await watchCounting(at, n)
  await runDelta(folder, to, JSON.parse(sandbox) as SandboxAt, of as Exported)
  process.stdout.write(JSON.stringify(counts))
}

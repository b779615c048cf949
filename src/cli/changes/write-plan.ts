import { existsSync } from 'node:fs'
import { machineUser } from '../../core/environment.ts'
import { given } from '../../core/given.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { PlannedRow } from '../../engine/changes/planned-rows.ts'
import { undoneBy } from '../../engine/changes/undos.ts'
import type { RunInfo } from '../../store/types.ts'
import { planHeadLine, planLine, planSum, type PlanHead } from '../../formats/change-plan.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import { byteFile } from '../../places/byte-file.ts'
import { checkTarget, targetOf } from '../../places/target.ts'
import type { Cli } from '../cli.ts'
import { identityOf } from './identity.ts'

interface PlanOptions {
  /** Path of the file. */
  readonly to: string
  /** The run that writes it. */
  readonly info: Pick<RunInfo, 'id' | 'pipeline' | 'params'>
  readonly graph: GraphClient
  /** Absolute path of the file whose permissions limit those of the plan. */
  readonly like?: string | undefined
  /** The rows, which are read twice. */
  readonly rows: () => AsyncIterable<readonly PlannedRow[]>
}

const pathOf = (to: string, cli: Cli): string => targetOf(checkContext({ ...cli, graph: undefined }), to)

/**
 * Refuses a file that cannot be written, or is there: a plan may have been reviewed.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`, `OPTION_INVALID`
 */
export const checkPlan = async (to: string, cli: Cli): Promise<void> => {
  if (!/\.jsonl$/i.test(to))
    throw new EntrapipeError('OPTION_INVALID', `Expected --plan to be x.jsonl, got ${JSON.stringify(to)}`)
  const path = pathOf(to, cli)
  await checkTarget(path)
  if (!existsSync(path)) return
  throw new EntrapipeError('FILE_UNWRITABLE', `${path} already exists. A plan does not replace a file.`, {
    facts: { path },
    fix: 'Name another file with --plan, or remove this one.',
  })
}

/**
 * Writes a plan. The file appears under its own name when it is complete.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`, `DISK_FULL`
 */
export const writePlan = async ({ to, info, graph, like, rows }: PlanOptions, cli: Cli): Promise<PlanHead> => {
  const { claims } = await graph.signedIn(cli.signal)
  const sum = planSum()
  for await (const some of rows()) for (const row of some) sum.add(row)
  const { id, name } = graph.tenant
  const unhashed = {
    version: 1 as const,
    run: info.id,
    pipeline: info.pipeline,
    ...given({ undoes: undoneBy(info) }),
    tenant: { id, name },
    maker: { ...machineUser(), identity: identityOf(claims) },
    at: new Date(cli.clock.now()).toISOString(),
    rows: sum.rows,
    counts: sum.counts,
  }
  const head: PlanHead = { ...unhashed, sha256: sum.sha256(unhashed) }
  const file = await byteFile(pathOf(to, cli))
  try {
    await file.append(Buffer.from(planHeadLine(head)))
    for await (const some of rows())
      if (some.length > 0) await file.append(Buffer.from(some.map(row => planLine(row)).join('')))
    await file.publish(undefined, like)
    cli.watch?.planned(head.sha256, head.counts)
  } catch (error) {
    await file.remove()
    throw error
  }
  return head
}

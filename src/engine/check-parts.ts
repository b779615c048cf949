import type { Context } from '../core/context.ts'
import { flowColumns, type Flowing } from './columns.ts'
import { checkContext, type Surroundings } from './contexts.ts'
import type { ReadyPhase } from './phases.ts'
import { isTransform, type ReadyPlan } from './plan.ts'

/** A phase whose columns, and parts that use no directory, are checked. */
export interface CheckedPhase extends ReadyPhase {
  /** The columns in the plan, as far as they are known before the first row. */
  readonly columns: Flowing
}

type Around = Pick<Surroundings, 'clock' | 'environment' | 'signal'>

/**
 * Checks the columns of all phases, and the parts that use no directory, so that a mistake is reported before the sign-in.
 * Reads no rows and writes nothing.
 *
 * @throws EntrapipeError as the parts do, and `COLUMN_UNKNOWN`
 */
export const checkWithoutGraph = async (
  phases: readonly ReadyPhase[],
  around: Around,
): Promise<readonly CheckedPhase[]> => {
  const ctx = checkContext({ ...around, graph: undefined })
  const checked: CheckedPhase[] = []
  for (const { name, plan } of phases) {
    await checkParts(plan, false, ctx)
    checked.push({ name, plan, columns: await flowColumns(plan, ctx) })
  }
  return checked
}

/** Checks the other parts. @throws EntrapipeError as the parts do */
export const checkWithGraph = async (
  phases: readonly CheckedPhase[],
  around: Omit<Surroundings, 'run'>,
): Promise<void> => {
  const ctx = checkContext(around)
  for (const { plan } of phases) await checkParts(plan, true, ctx)
}

const checkParts = async (plan: ReadyPlan, usingGraph: boolean, ctx: Context): Promise<void> => {
  const parts = [plan.source, ...plan.transforms.filter(isTransform), plan.sink, plan.rejects]
  for (const part of parts) if (part && (part.usesGraph === true) === usingGraph) await part.check?.(ctx)
}

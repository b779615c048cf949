import { flowColumns } from '../../engine/columns.ts'
import { checkContext } from '../../engine/contexts.ts'
import { ready, type Plan } from '../../engine/plan.ts'
import type { Cli } from '../cli.ts'

/**
 * Checks those parts of a plan that need no directory, and says whether others do: what a person has mistyped is told before
 * anything is signed in to, or started.
 *
 * @throws EntrapipeError as the parts do
 */
export const checkEarly = async (plan: Plan, cli: Cli): Promise<{ readonly usesGraph: boolean }> => {
  const checked = ready(plan)
  const { source, transforms, sink, rejects, usesGraph } = checked
  if (!usesGraph) return { usesGraph }
  const ctx = checkContext({ ...cli, graph: undefined })
  for (const part of [source, ...transforms, sink, rejects])
    if (part && 'check' in part && !('usesGraph' in part && part.usesGraph)) await part.check?.(ctx)
  await flowColumns(checked, ctx)
  return { usesGraph }
}

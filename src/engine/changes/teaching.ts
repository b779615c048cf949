import { operationContext } from './context.ts'
import type { Refused } from './endings.ts'
import type { Workplace } from './workplace.ts'

/**
 * Keeps what refusals teach. Rows in memory that were never sent are looked at again, since they were judged without it.
 *
 * @throws EntrapipeError as the client does
 */
export const learn = async (
  refusals: readonly Refused[],
  { lessons, graph, signal, desk, relooks, clock }: Workplace,
): Promise<void> => {
  if (!lessons) return
  for (const { rows, reply } of refusals) {
    const { topic, taught } = rows[0]!.operation
    if (topic === undefined || !taught) continue
    const made = await taught(rows, reply, operationContext(graph, signal, lessons))
    if (lessons.learn(topic, made) === 0) continue
    const stale = desk.withdraw(({ operation, attempts }) => operation.topic === topic && attempts === 0)
    relooks.add(
      stale.map(({ entry }) => entry),
      clock.now(),
    )
  }
}

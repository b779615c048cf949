import { join } from 'node:path'
import type { Result } from '../../../src/core/result.ts'
import { impactCollector } from '../../../src/licensing/impact/collector.ts'
import { heldText, impactJson, type ImpactBody } from '../../../src/licensing/impact/row-impact.ts'
import { openSorter } from '../../../src/store/sorter.ts'
import { heldBy } from '../held-by.ts'

type Test = { testdir(): string; teardown(run: () => unknown): void }
type Held = Parameters<typeof heldBy>[0]

/** An empty collector, and short ways to tell it of rows. */
export const collecting = (t: Test) => {
  const collector = impactCollector(openSorter(join(t.testdir(), 'sort')))
  t.teardown(() => collector.remove())
  return {
    ...collector,
    look: (key: string, user: string, sku: string, held: Held, more: Partial<ImpactBody> = {}): void =>
      collector.looked({
        key,
        step: 0,
        kind: 'assign-license',
        about: `${user}/licences/${sku}`,
        impact: impactJson({ user, name: `${user}@contoso.com`, held: heldText(heldBy(held)), ...more }),
      }),
    end: (key: string, target: string, end: Pick<Result, 'outcome'> & Partial<Result>, isKnown = true): void =>
      collector.settled({ key, operation: 'assign-license', target, ...end }, isKnown),
  }
}

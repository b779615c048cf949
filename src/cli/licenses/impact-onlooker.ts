import type { Fields, Json } from '../../core/json.ts'
import type { Operations } from '../../core/operation.ts'
import type { Sorter } from '../../core/sorted.ts'
import { readProducts } from '../../licensing/read-products.ts'
import type { Onlooker } from '../../engine/changes/onlooker.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import { impactCollector } from '../../licensing/impact/collector.ts'
import { impactOf, type Impact } from '../../licensing/impact/impact.ts'
import type { Prices } from '../../licensing/impact/price.ts'
import { impactTally } from '../../licensing/impact/tally.ts'
import { userLines } from '../../licensing/impact/user-lines.ts'
import type { UserFile } from './impact-reports.ts'

interface ImpactOptions {
  readonly graph: GraphClient
  readonly signal: AbortSignal
  readonly operations: Operations
  readonly prices: Prices | undefined
  /** Opens the files with a line for each row. */
  readonly openFiles: () => Promise<readonly UserFile[]>
  /** Whether all rows are about licences. Otherwise nothing is shown unless some are. */
  readonly isAlways: boolean
}

type Collector = ReturnType<typeof impactCollector>

/** A line with the plans of a user can have 1 KB. Texts of more than 128 KB are only collected with the old generation. */
const linesAtOnce = 50

/** Counts what changes of licences do while a survey looks at them. */
export const impactOnlooker = ({ graph, signal, operations, prices, openFiles, isAlways }: ImpactOptions): Onlooker => {
  const tellsImpact = (kind: string): boolean => operations(kind)?.tellsImpact === true
  let opened: Collector | undefined
  let open: () => Sorter
  const collector = (): Collector => (opened ??= impactCollector(open()))
  let hasImpact = isAlways
  /** Whether rows of users were not looked at, who are created first: the numbers would lack them. */
  let isPartial = false
  const remove = (): void => {
    opened?.remove()
    opened = undefined
  }
  return {
    async begin(sorter, rejected) {
      open = sorter
      hasImpact = isAlways
      isPartial = false
      for await (const results of rejected())
        for (const result of results) if (isAlways || tellsImpact(result.operation)) collector().settled(result, false)
    },
    looked(rows) {
      for (const { entry, impact, ...row } of rows) {
        if (impact === undefined) {
          isPartial ||= tellsImpact(entry.row.kind) && !('finding' in row)
          continue
        }
        hasImpact = true
        collector().looked({ ...entry, kind: entry.row.kind, impact })
      }
    },
    settled(results) {
      for (const result of results) if (tellsImpact(result.operation)) collector().settled(result, true)
    },
    async end() {
      try {
        return hasImpact && (isAlways || !isPartial) ? ((await counted(collector())) as unknown as Json) : undefined
      } finally {
        remove()
      }
    },
  }

  async function counted(collected: Collector): Promise<Impact> {
    const { products, isOwn } = await readProducts(graph, signal)
    const tally = impactTally(products)
    const files = await openFiles()
    try {
      let lines: Fields[] = []
      const flush = async (): Promise<void> => {
        signal.throwIfAborted()
        for (const file of files) await file.write(lines)
        lines = []
      }
      for (const user of collected.users()) {
        if (user.user === undefined) user.rows.forEach(tally.addRow)
        const effect = user.user === undefined ? undefined : tally.addUser(user.rows)
        if (files.length === 0) continue
        lines.push(...userLines(user, effect, products))
        if (lines.length >= linesAtOnce) await flush()
      }
      await flush()
      for (const file of files) await file.commit()
    } catch (error) {
      for (const file of files) await file.abort().catch(() => undefined)
      throw error
    }
    return impactOf(tally.counts(), products, isOwn, prices)
  }
}

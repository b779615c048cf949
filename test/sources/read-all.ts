import type { Shard, Source } from '../../src/core/parts.ts'
import type { Position, Row } from '../../src/core/row.ts'
import { partContext } from '../contracts/part-context.ts'

type Page = { readonly rows: readonly Row<unknown>[]; readonly position?: Position }

/** Reads everything from one shard of a source, from a position on. */
export const readAll = async (
  source: Source<unknown>,
  folder: string,
  options: { readonly shard?: Shard; readonly from?: Position } = {},
): Promise<{ readonly pages: readonly Page[]; readonly rows: readonly Row<unknown>[] }> => {
  const { ctx } = partContext(folder)
  const pages: Page[] = []
  for await (const page of source.read(ctx, options.shard ?? { name: source.kind }, options.from)) pages.push(page)
  return { pages, rows: pages.flatMap(page => page.rows) }
}

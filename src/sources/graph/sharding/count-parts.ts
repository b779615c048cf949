import type { Context } from '../../../core/context.ts'

/** Some objects of a collection. */
interface Counted {
  readonly path: string
  /** @default all of them */
  readonly filter?: string | undefined
}

/** Counts several collections or parts of them. Undefined for what Graph refuses to count. */
export const countParts = async (
  { graph, signal }: Pick<Context, 'graph' | 'signal'>,
  asked: readonly Counted[],
): Promise<readonly (number | undefined)[]> => {
  const replies = await graph.batch(
    asked.map(({ path, filter }) => ({
      method: 'GET',
      url: `${path}/$count${filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`}`,
      headers: { ConsistencyLevel: 'eventual' },
    })),
    signal,
  )
  return replies.map(({ status, body }) => (status === 200 ? countIn(body) : undefined))
}

/** How a plain number comes in a batch is not documented: as a number, as text, or in base64 like everything that is not JSON. */
const countIn = (body: unknown): number | undefined => {
  const texts = typeof body === 'string' ? [body, Buffer.from(body, 'base64').toString('latin1')] : [String(body)]
  const text = texts.find(one => /^\s*\d{1,15}\s*$/.test(one))
  return text === undefined ? undefined : Number(text)
}

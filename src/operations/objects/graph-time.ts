import type { OperationContext } from '../../core/operation.ts'

/** Graph's time in milliseconds since 1970, in whole seconds; undefined if its reply does not say it. */
export const graphTime = ({ graph, signal, once }: OperationContext): Promise<number | undefined> =>
  once('time', async () => {
    const { headers } = await graph.attempt({ method: 'GET', url: '/organization?$select=id' }, signal)
    const ms = Date.parse(headers['date'] ?? '')
    return Number.isNaN(ms) ? undefined : ms
  })

import { absolute } from '../core/absolute.ts'
import type { Origin } from '../core/context.ts'
import { isFields, type Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { exportedFrom } from '../places/exported-from.ts'

/**
 * A source of a file that also reports what the manifest beside the file says of its rows.
 *
 * @param from the path of the file; `-` for stdin, which has no manifest
 * @param told chooses what it reports
 */
export const withManifest = (
  source: Source<Fields>,
  from: string,
  told: (origin: Origin) => Origin = origin => origin,
): Source<Fields> => {
  const { describe } = source
  if (!describe || from === '-') return source
  let sha256: unknown
  return {
    ...source,
    async describe(ctx) {
      const described = await describe(ctx)
      sha256 = isFields(described) ? described['sha256'] : undefined
      return described
    },
    async *read(ctx, ...at) {
      if (typeof sha256 === 'string') {
        const origin = told(await exportedFrom(absolute(ctx.environment, from), sha256))
        if (Object.keys(origin).length > 0) ctx.origin(origin)
      }
      yield* source.read(ctx, ...at)
    },
  }
}

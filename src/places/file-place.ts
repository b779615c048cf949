import type { Context } from '../core/context.ts'
import type { Place } from '../core/place.ts'
import { namesOf } from '../core/sidecars.ts'
import { targetAt } from '../core/targets.ts'
import { byteFile, type FileMark } from './byte-file.ts'
import { clearFile, discardFile, identityOf, isPublished, leftoverOf } from './file-remains.ts'
import { checkTarget, targetOf } from './target.ts'

/**
 * A file. Its bytes are in `<path>.partial` until commit. A mark is returned once its bytes are on disk. When the run
 * resumes, the partial is truncated to its mark.
 *
 * @param to as given: relative to the working folder, `~/` for the home folder, possibly a symbolic link
 */
export const filePlace = (to: string): Place => {
  const pathOf = (ctx: Context): string => targetOf(ctx, to)
  return {
    check: async ctx => checkTarget(pathOf(ctx)),
    target: ctx => targetAt(pathOf(ctx)),
    names: ctx => namesOf(pathOf(ctx)).map(targetAt),
    async open(ctx, { from, like } = {}) {
      const file = await byteFile(pathOf(ctx), from as FileMark | undefined)
      return {
        append: file.append,
        mark: async cut => ({ mark: await file.mark(), cut }),
        async finish(last, rows) {
          for (const bytes of last) await file.append(bytes)
          const { bytes, sha256 } = await file.mark()
          return [{ path: to, rows, bytes, sha256 }]
        },
        async close(end, { manifest } = {}) {
          if (end === 'commit') await file.publish(manifest, like)
          else if (end === 'keep') await file.keep()
          else await file.remove()
        },
      }
    },
    async published(ctx, files) {
      const facts = files.find(file => file.path === to)
      return facts !== undefined && isPublished(pathOf(ctx), { ...facts, run: ctx.run }, ctx.signal)
    },
    leftover: async ctx => leftoverOf(pathOf(ctx)),
    identity: async ctx => identityOf(pathOf(ctx)),
    async discard(ctx, identity) {
      const path = pathOf(ctx)
      const found = identity === undefined ? undefined : await identityOf(path)
      return found === undefined || found === identity ? discardFile(path) : []
    },
    clear: async ctx => clearFile(pathOf(ctx)),
  }
}

import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { passing } from '../../src/core/place.ts'
import type { Sink } from '../../src/core/parts.ts'
import type { Row } from '../../src/core/row.ts'
import { targetAt } from '../../src/core/targets.ts'

interface Safe {
  readonly cut: number
  readonly files: number
}

const cutsPerFile = 3

/**
 * Rows to a folder of files of three cuts each, as Parquet or a blob store would have it: only a closed file is safe,
 * and that it is safe is only known one cut later. So it mostly vouches for an older cut than it is asked for.
 */
export const laggingSink = (folder: string): Sink<unknown> => {
  const making = `${folder}.partial`
  return {
    kind: 'lagging',
    place: {
      ...passing,
      target: () => targetAt(`${folder}/`),
      published: async () => (await readdir(join(folder, '..'))).includes(basename(folder)),
    },
    async open(_ctx, from) {
      let closed = (from as unknown as Safe | undefined) ?? { cut: 0, files: 0 }
      let { files } = closed
      let safe = closed
      let lines = ''
      let rows = 0
      await mkdir(making, { recursive: true })
      for (const name of await readdir(making)) if (Number(name) >= files) await rm(join(making, name))
      const put = async (): Promise<void> => {
        await writeFile(join(making, String(files++).padStart(4, '0')), lines)
        lines = ''
      }
      return {
        async write(page: readonly Row<unknown>[]) {
          for (const { value } of page) lines += `${JSON.stringify(value, withBigInts)}\n`
          rows += page.length
        },
        async checkpoint(now) {
          safe = closed
          if (now % cutsPerFile === 0) {
            await put()
            closed = { cut: now, files }
          }
          return { mark: { ...safe }, cut: safe.cut }
        },
        async finish() {
          await put()
          return [{ path: folder, format: 'lagging', rows, bytes: 0 }]
        },
        async close(end) {
          if (end === 'commit') await rename(making, folder)
          else if (end === 'abort') await rm(making, { recursive: true, force: true })
        },
      }
    },
  }
}

const withBigInts = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

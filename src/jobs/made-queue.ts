import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const launcher = fileURLToPath(new URL('../../bin/entrapipe.js', import.meta.url))

/** Makes an empty database. PGlite takes more than 1 GB for it, and returns little of that. */
export const makeQueue = async (path: string): Promise<void> => {
  const { PGlite } = await import('@electric-sql/pglite')
  await (await PGlite.create(path)).close()
}

/** Makes an empty database in a process of its own, unless there is one: the memory ends with that process. */
export const madeQueue = async (path: string): Promise<void> => {
  if (!existsSync(join(path, 'PG_VERSION')))
    await promisify(execFile)(process.execPath, [launcher, '__make-queue', path], { windowsHide: true })
}

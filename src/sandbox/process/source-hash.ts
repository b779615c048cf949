import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The sandbox's code, and the layers it may import. */
const folders = ['core', 'data', 'odata', 'sandbox']

/**
 * Hash of the code that a sandbox started now would run, so that a sandbox of older code is not used. Takes about 10 ms.
 *
 * @param of folders of the code @default all that the sandbox may import
 */
export const sourceHash = (of: readonly string[] = folders): string => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const hash = createHash('sha256')
  for (const folder of of) {
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(file => file.isFile() && /\.(?:ts|js|json|csv)$/.test(file.name))
      .map(file => join(file.parentPath, file.name))
      .sort()
    for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex').slice(0, 32)
}

/** Version of the package. */
export const packageVersion = (): string =>
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The sandbox's code, and the layers it may import. */
const folders = ['core', 'data', 'odata', 'sandbox']

/** Of folders: the hash, and the files with their sizes and times when it was made. */
const known = new Map<string, { readonly files: string; readonly hash: string }>()

/**
 * Hash of the code that a sandbox started now would run, so that a sandbox of older code is not used. Takes about 10 ms, and less while no
 * file is written.
 *
 * @param of folders of the code @default all that the sandbox may import
 */
export const sourceHash = (of: readonly string[] = folders): string => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const files = of.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(file => file.isFile() && /\.(?:ts|js|json|csv)$/.test(file.name))
      .map(file => join(file.parentPath, file.name))
      .sort(),
  )
  const stats = files.map(file => statSync(file))
  const now = files.map((file, at) => `${file} ${stats[at]!.size} ${stats[at]!.mtimeMs} ${stats[at]!.ino}`).join('\n')
  const kept = known.get(of.join())
  if (kept?.files === now) return kept.hash
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  const made = hash.digest('hex').slice(0, 32)
  known.set(of.join(), { files: now, hash: made })
  return made
}

/** Version of the package. */
export const packageVersion = (): string =>
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

interface Loaded {
  readonly sha256: string
  /** URLs of the files that it imports. */
  readonly imports: Set<string>
}

/** Every file of a pipeline by its URL, with its content when Node read it. */
const loaded = new Map<string, Loaded>()
/** How often a file was reloaded. It makes the URL unique, since Node never discards the module of a URL. */
const versions = new Map<string, number>()
/** URLs loaded for a pipeline. */
const tracked = new Set<string>()
const own = ['src/', 'dist/', 'bin/'].map(folder => new URL(`../../${folder}`, import.meta.url).href)

/** Whether a file is the user's own. Packages and entrapipe itself do not change while a process runs. */
const isOwn = (url: string): boolean =>
  url.startsWith('file:') && !url.includes('/node_modules/') && !own.some(folder => url.startsWith(folder))

const hashOf = (bytes: string | NodeJS.ArrayBufferView): string => createHash('sha256').update(bytes).digest('hex')

let isHooked = false
const hook = (): void => {
  if (isHooked) return
  isHooked = true
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const parent = context.parentURL === undefined ? undefined : loaded.get(context.parentURL)
      if (!parent || !isOwn(found.url)) return found
      // The imports of a reloaded file are reloaded with it.
      const url = new URL(found.url)
      url.search = new URL(context.parentURL!).search
      parent.imports.add(url.href)
      tracked.add(url.href)
      return { ...found, url: url.href }
    },
    load(url, context, next) {
      const result = next(url, context)
      if (tracked.has(url)) {
        const source = result.source ?? readFileSync(fileURLToPath(url))
        loaded.set(url, { sha256: hashOf(source as string | NodeJS.ArrayBufferView), imports: new Set() })
      }
      return result
    },
  })
}

/** A loaded file and all files that it imports, directly or indirectly. */
const filesOf = (url: string, found = new Map<string, Loaded>()): ReadonlyMap<string, Loaded> => {
  const file = loaded.get(url)
  if (!file || found.has(url)) return found
  found.set(url, file)
  for (const imported of file.imports) filesOf(imported, found)
  return found
}

const isAsRead = ([url, { sha256 }]: readonly [string, Loaded]): boolean => {
  try {
    return hashOf(readFileSync(fileURLToPath(url))) === sha256
  } catch {
    // A missing file has changed.
    return false
  }
}

/**
 * Imports a file. `codeHash` covers the file and all the user's own files that it imports, as Node read them. If one has
 * changed since this process loaded it, all are reloaded. Code loaded by `require` is not covered.
 */
export const loadModule = async (file: string): Promise<{ readonly module: object; readonly codeHash: string }> => {
  hook()
  const base = pathToFileURL(file).href
  const at = (version: number): string => (version === 0 ? base : `${base}?version=${version}`)
  let version = versions.get(base) ?? 0
  const known = filesOf(at(version))
  if (![...known].every(isAsRead)) versions.set(base, ++version)
  const url = at(version)
  tracked.add(url)
  try {
    const module = (await import(url)) as object
    const files = [...filesOf(url).values()].map(({ sha256 }) => sha256)
    return { module, codeHash: files.length === 1 ? files[0]! : hashOf(files.sort().join('\n')) }
  } catch (error) {
    // Node caches the error, but a missing file may exist by the next attempt.
    versions.set(base, version + 1)
    throw error
  }
}

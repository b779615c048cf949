import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { absolute } from '../../core/absolute.ts'
import type { Environment } from '../../core/environment.ts'
import { EntrapipeError, systemCode } from '../../core/errors.ts'
import { partsManifest, runOfPart } from '../../core/part-names.ts'
import { fileOfManifest, fileOfPartial } from '../../core/sidecars.ts'
import { hasFormat } from '../../formats/format-of.ts'

/** Files in a folder and below it: sorted paths relative to it. */
interface Manifested {
  /** Folders with the manifest of a load in parts; '' for the folder itself. */
  readonly loads: readonly string[]
  /** Files that have a manifest, even if the file itself is missing, and data files without one. */
  readonly files: readonly string[]
  /** Files of unfinished runs. */
  readonly partials: readonly string[]
  /** Other files without a manifest. */
  readonly others: readonly string[]
  /** Whether no file has a manifest or is partial. */
  readonly isForeign: boolean
}

/**
 * The files to verify in a folder. Undefined if the path is not a folder. Links to folders are not followed.
 *
 * @throws EntrapipeError `FILE_UNREADABLE`
 */
export const manifested = async (path: string, environment: Environment): Promise<Manifested | undefined> => {
  let names: readonly string[]
  const folder = absolute(environment, path)
  try {
    names = await filesBelow(folder)
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'ENOTDIR' || code === 'ENOENT') return undefined
    throw new EntrapipeError('FILE_UNREADABLE', `The folder ${path} cannot be read (${code ?? 'failed'}).`, {
      cause,
      facts: { path },
      fix: 'Check that you can read it and the folders in it, or name a file.',
    })
  }
  const loads = names.flatMap(name => (basename(name) === partsManifest ? [name.slice(0, -partsManifest.length)] : []))
  const ofLoads = (name: string): boolean =>
    loads.includes(name.slice(0, name.length - basename(name).length)) && isOfLoad(basename(name))
  names = names.filter(name => !ofLoads(name))
  const found = names.map(fileOfManifest).filter(name => name !== undefined)
  const partials = names.filter(name => fileOfPartial(name) !== undefined)
  const own = new Set(found)
  const bare = names.filter(
    name => !own.has(name) && fileOfManifest(name) === undefined && fileOfPartial(name) === undefined,
  )
  // JSON files are often not exports, such as package.json. A CSV or JSON lines file may have lost its manifest.
  const hasRows = (name: string): boolean => hasFormat(name) && !/\.json$/i.test(name)
  return {
    loads: loads.toSorted(),
    files: [...found, ...bare.filter(hasRows)].toSorted(),
    partials: partials.toSorted(),
    others: bare.filter(name => !hasRows(name)).toSorted(),
    isForeign: found.length === 0 && partials.length === 0 && loads.length === 0,
  }
}

const isOfLoad = (name: string): boolean =>
  name === partsManifest || runOfPart(fileOfPartial(name) ?? name) !== undefined

/** Folders of other tools, with thousands of files. */
const notOurs: ReadonlySet<string> = new Set(['node_modules', '.git'])

/** Node's own `recursive` is not used: it skips unreadable folders silently. */
const filesBelow = async (folder: string, below = ''): Promise<readonly string[]> => {
  const found: string[] = []
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const name = join(below, entry.name)
    if (entry.isDirectory() && notOurs.has(entry.name)) continue
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, name)))
    else found.push(name)
  }
  return found
}

import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { EntrapipeError, systemCode } from '../../core/errors.ts'
import type { Manifest } from '../../core/manifest.ts'
import { partsManifest } from '../../core/part-names.ts'
import { fileOfPartial } from '../../core/sidecars.ts'
import { digestOf } from '../../places/sha256.ts'

/** A file that a job wrote. */
interface JobFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** The files that jobs wrote. */
export interface JobFiles {
  /** Those that are complete, by name. @param paths of the job */
  list(paths: Readonly<Record<string, string>>): Promise<readonly JobFile[]>
  /** @throws EntrapipeError `FILE_UNKNOWN` */
  find(
    paths: Readonly<Record<string, string>>,
    name: string,
  ): Promise<{ readonly path: string; readonly bytes: number }>
}

const endsWithSlash = (path: string): boolean => /[/\\]$/.test(path)

/** What is published in a folder of part files: what its manifest names, and itself. Until then, parts may still be replaced. */
const partsOf = async (folder: string): Promise<ReadonlySet<string>> => {
  const { files } = JSON.parse(await readFile(join(folder, partsManifest), 'utf8')) as Manifest
  return new Set([partsManifest, ...files.flatMap(({ name }) => name ?? [])])
}

/** @param outputs the folder in which each output has a folder */
export const jobFilesIn = (outputs: string): JobFiles => {
  const known = new Map<string, JobFile>()

  /** The folders of a job's outputs: its inputs are elsewhere. An output that ends with a slash is a folder of part files. */
  const foldersOf = (paths: Readonly<Record<string, string>>): readonly string[] => [
    ...new Set(
      Object.values(paths)
        .map(path => (endsWithSlash(path) ? path : dirname(path)))
        .filter(folder => folder.startsWith(`${outputs}${sep}`)),
    ),
  ]

  const inFolder = async (
    folder: string,
  ): Promise<
    readonly { readonly path: string; readonly name: string; readonly bytes: number; readonly stamp: string }[]
  > => {
    try {
      const parts = endsWithSlash(folder) ? await partsOf(folder) : undefined
      const found = []
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (!entry.isFile() || fileOfPartial(entry.name) !== undefined || !(parts?.has(entry.name) ?? true)) continue
        const path = join(folder, entry.name)
        const { size, mtimeMs } = await stat(path)
        found.push({ path, name: entry.name, bytes: size, stamp: `${path} ${size} ${mtimeMs}` })
      }
      return found.toSorted((one, other) => (one.name < other.name ? -1 : 1))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return []
      throw error
    }
  }

  const all = async (paths: Readonly<Record<string, string>>) =>
    (await Promise.all(foldersOf(paths).map(inFolder))).flat()

  return {
    async list(paths) {
      const files: JobFile[] = []
      for (const { path, name, stamp } of await all(paths)) {
        const file = known.get(stamp) ?? { name, ...(await digestOf(path)) }
        // Hashes of files that are asked for again and again.
        if (known.size > 10_000) known.clear()
        known.set(stamp, file)
        files.push(file)
      }
      return files
    },
    async find(paths, name) {
      const file = (await all(paths)).find(each => each.name === name)
      if (!file) throw new EntrapipeError('FILE_UNKNOWN', 'The job has no file with this name.')
      return file
    },
  }
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { Job } from '../../jobs/job.ts'
import type { Depot } from '../../core/depot.ts'
import { EntrapipeError, systemCode } from '../../core/errors.ts'
import type { Manifest } from '../../core/manifest.ts'
import { partsManifest } from '../../core/part-names.ts'
import { fileOfPartial } from '../../core/sidecars.ts'
import { digestOf } from '../../places/sha256.ts'
import { outputsName } from './new-output.ts'
import { sentFiles, type JobFile } from './sent-files.ts'

/** The files that jobs wrote. */
export interface JobFiles {
  /** Those that are complete, by name. @param paths of the job */
  list(paths: Readonly<Record<string, string>>, job: Pick<Job, 'tenant' | 'run'>): Promise<readonly JobFile[]>
  /** @throws EntrapipeError `FILE_UNKNOWN` */
  find(
    paths: Readonly<Record<string, string>>,
    name: string,
  ): Promise<{ readonly bytes: number; read(): AsyncIterable<Uint8Array> }>
}

const unknownFile = (): EntrapipeError => new EntrapipeError('FILE_UNKNOWN', 'The job has no file with this name.')

const endsWithSlash = (path: string): boolean => /[/\\]$/.test(path)

/** The folder of an output. One that ends with a slash is a folder of part files. */
const folderOf = (path: string): string => (endsWithSlash(path) ? path : dirname(path))

/** What is published in a folder of part files, but for its manifest. Until then, parts may still be replaced. */
const partsIn = (manifest: Uint8Array): Manifest['files'] =>
  (JSON.parse(Buffer.from(manifest).toString()) as Manifest).files

/** @param outputs the folder in which each output has a folder */
export const jobFilesIn = (outputs: string): JobFiles => {
  const known = new Map<string, JobFile>()

  /** The folders of a job's outputs: its inputs are elsewhere. */
  const foldersOf = (paths: Readonly<Record<string, string>>): readonly string[] => [
    ...new Set(
      Object.values(paths)
        .map(folderOf)
        .filter(folder => folder.startsWith(`${outputs}${sep}`)),
    ),
  ]

  const inFolder = async (
    folder: string,
  ): Promise<
    readonly { readonly path: string; readonly name: string; readonly bytes: number; readonly stamp: string }[]
  > => {
    try {
      const parts = endsWithSlash(folder)
        ? new Set([partsManifest, ...partsIn(await readFile(join(folder, partsManifest))).map(({ name }) => name)])
        : undefined
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
      if (!file) throw unknownFile()
      return { bytes: file.bytes, read: () => createReadStream(file.path) as AsyncIterable<Buffer> }
    },
  }
}

/** Files of jobs at an address. */
export const jobFilesAt = (depot: Depot): JobFiles => {
  const inFolder = async (folder: string): Promise<readonly JobFile[]> => {
    if (!endsWithSlash(folder)) return sentFiles(depot, folder)
    const manifest = await depot.in(folder.slice(0, -1)).get(depot.ctx, partsManifest)
    if (!manifest) return []
    const own = {
      name: partsManifest,
      bytes: manifest.byteLength,
      sha256: createHash('sha256').update(manifest).digest('hex'),
    }
    return [
      own,
      ...partsIn(manifest).flatMap(({ name, bytes, sha256 }) =>
        name !== undefined && sha256 !== undefined ? { name, bytes, sha256 } : [],
      ),
    ]
  }
  const all = async (paths: Readonly<Record<string, string>>) => {
    const folders = new Set(
      Object.values(paths)
        .filter(path => path.startsWith(`${outputsName}/`))
        .map(folderOf),
    )
    const found = []
    for (const folder of folders) for (const file of await inFolder(folder)) found.push({ folder, file })
    return found
  }
  return {
    list: async paths => (await all(paths)).map(({ file }) => file),
    async find(paths, name) {
      const found = (await all(paths)).find(({ file }) => file.name === name)
      if (!found) throw unknownFile()
      // In pieces, so that the largest file takes no more memory than any other.
      const objects = depot.in(found.folder.replace(/\/$/, ''))
      return { bytes: found.file.bytes, read: () => objects.read(depot.ctx, name) }
    },
  }
}

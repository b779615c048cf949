import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Context } from '../core/context.ts'
import type { FileFacts } from '../core/manifest.ts'
import type { Mark, Sink, Writer } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { partsManifest } from '../core/part-names.ts'
import { fileOfManifest } from '../core/sidecars.ts'
import { sampleManifest } from './sample-manifest.ts'
import type { Scene } from './scene.ts'
import type { SinkCase } from './sink-case.ts'

/** A write has 15 pages, with a cut after every fifth. */
const pagesInAll = 15
const pagesPerCut = 5
/** The number of cuts in a write. */
export const cutsInAll = pagesInAll / pagesPerCut

/** 600 values with the same columns: quotes, line breaks, Unicode, nulls and lists. */
export const oddValues: readonly unknown[] = Array.from({ length: 600 }, (_, at) => ({
  id: `id-${at}`,
  displayName: at % 3 === 0 ? `Ännö, "${at}" 🙂` : `User ${at}`,
  enabled: at % 2 === 0,
  mail: at % 5 === 0 ? null : `user${at}@contoso.com`,
  plans: at % 4 === 0 ? ['E3', 'P1'] : [],
  note: at % 7 === 0 ? 'two\r\nlines' : '',
}))

/** The output of a sink: the values, and the bytes of its files except manifests. */
interface Left {
  readonly read: readonly unknown[] | undefined
  readonly files: Readonly<Record<string, string>>
}

/** One run of a sink under its contract. */
export interface SinkRun {
  readonly ctx: Context
  readonly sink: () => Sink<unknown>
  readonly open: (from?: Mark) => Promise<Writer<unknown>>
  /** Writes the pages between two cuts. Returns the newest mark, after a JSON round trip. */
  readonly write: (writer: Writer<unknown>, from: number, to: number) => Promise<Written>
  readonly commit: (writer: Writer<unknown>) => Promise<readonly FileFacts[]>
  readonly read: () => Promise<readonly unknown[] | undefined>
  readonly left: () => Promise<Left>
}

interface Written {
  readonly safe: { readonly mark: Mark; readonly cut: number } | undefined
  /** The cut in each answer of `checkpoint`. */
  readonly answered: readonly number[]
}

/** Pages of equal size, as far as possible. */
const pagesOf = (values: readonly unknown[]): readonly (readonly Row<unknown>[])[] => {
  const size = Math.ceil(values.length / pagesInAll)
  return Array.from({ length: pagesInAll }, (_, page) =>
    values.slice(page * size, (page + 1) * size).map((value, at) => ({ key: page * size + at + 1, value })),
  )
}

/** Begins a run of the sink in the scene's folder. */
export const beginSink = async (scene: Scene, { make, read, values = oddValues }: SinkCase): Promise<SinkRun> => {
  const { folder } = scene
  const ctx = scene.contextOf(await scene.newRun(), 'sink')
  const pages = pagesOf(values)
  const sink = () => make(folder) as Sink<unknown>
  return {
    ctx,
    sink,
    open: from => sink().open(ctx, from),
    async write(writer, from, to) {
      let safe: Written['safe']
      const answered: number[] = []
      for (let page = from * pagesPerCut; page < to * pagesPerCut; page++) {
        await writer.write(pages[page]!)
        if ((page + 1) % pagesPerCut !== 0) continue
        const { mark, cut } = await writer.checkpoint((page + 1) / pagesPerCut)
        answered.push(cut)
        if (cut > from) safe = { mark: JSON.parse(JSON.stringify(mark)) as Mark, cut }
      }
      return { safe, answered }
    },
    async commit(writer) {
      const files = await writer.finish()
      await writer.close('commit', sampleManifest(files, { run: ctx.run }))
      return files
    },
    read: () => read(folder),
    left: async () => ({ read: await read(folder), files: ofAnyRun(await filesIn(folder), ctx.run) }),
  }
}

/** Names of part files have the run's id. */
const ofAnyRun = (files: Left['files'], run: string): Left['files'] =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [name.replace(run, 'run'), content]))

/** The files below a folder, except manifests, as base64. */
export const filesIn = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const files: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || fileOfManifest(path) !== undefined || entry.name === partsManifest) continue
    files[path.slice(folder.length + 1).replaceAll(sep, '/')] = (await readFile(path)).toString('base64')
  }
  return files
}

import { readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { EntrapipeError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'
import { builtInNames, builtInPipeline } from '../../catalogue/built-in.ts'
import { builtInCode, loadPipeline } from '../../catalogue/load-pipeline.ts'
import { notedFile, pipelineNames, shippedName } from '../../catalogue/pipeline-file.ts'
import type { Environment } from '../../core/environment.ts'
import type { Params } from '../../engine/params.ts'

/** A pipeline that jobs may run. */
export interface KnownPipeline {
  /** As jobs show it. */
  readonly name: string
  /** As it is loaded: its name, or the absolute path of its file. */
  readonly loaded: string
  /** As it is noted with jobs. */
  readonly noted: string
  /** The hash of its file, or the version of a built-in one. */
  readonly code: string
  readonly summary: string
  readonly params: Params
}

/** The pipelines of a server. */
export interface Pipelines {
  list(): Promise<readonly KnownPipeline[]>
  /** @throws EntrapipeError `PIPELINE_UNKNOWN` */
  find(name: string): Promise<KnownPipeline>
  /** How jobs show a pipeline that is noted with its file. */
  shown(noted: string): string
}

const endings = ['.ts', '.js', '.mjs']

/** Pipelines that need what only this machine has, or that jobs have other ways to: an undo, rows that are due. */
const isForJobs = async (name: string): Promise<boolean> => {
  const known = await builtInPipeline(name)
  if (!known || known.found.length > 0 || name.startsWith('runs ') || name === 'apply') return false
  return isWithoutMachine(known.pipeline.params)
}

/** Whether nothing must be given that only its machine has. */
const isWithoutMachine = (params: Params = {}): boolean =>
  Object.values(params).every(param => param.place !== 'machine' || 'fallback' in param)

/**
 * The built-in pipelines, those that come with entrapipe, and the files of a folder. None is found by a path, and none in the working folder.
 *
 * @param folder absolute
 */
export const pipelinesOf = (folder: string | undefined, environment: Environment): Pipelines => {
  const elsewhere: Environment = { ...environment, cwd: join(environment.tmp, 'no-folder') }

  const own = async (): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>()
    for (const name of await pipelineNames(elsewhere)) found.set(name, notedFile(name))
    if (folder === undefined) return found
    for (const file of await readdir(folder))
      if (endings.includes(extname(file)) && !file.endsWith('.d.ts'))
        found.set(basename(file, extname(file)), join(folder, file))
    return found
  }

  const ofFile = async (name: string, file: string): Promise<KnownPipeline | undefined> => {
    const { pipeline, name: noted, codeHash: code } = await loadPipeline(file, elsewhere)
    if (!isWithoutMachine(pipeline.params)) return undefined
    return { name, loaded: file, noted, code, summary: pipeline.summary, params: pipeline.params ?? {} }
  }

  const builtIn = async (name: string): Promise<KnownPipeline | undefined> => {
    const known = (await isForJobs(name)) ? await builtInPipeline(name) : undefined
    return (
      known && {
        ...{ name, loaded: name, noted: name, code: builtInCode(known) },
        ...{ summary: known.pipeline.summary, params: known.pipeline.params ?? {} },
      }
    )
  }

  return {
    async list() {
      const all: KnownPipeline[] = []
      for (const name of await builtInNames()) {
        const known = await builtIn(name)
        if (known) all.push(known)
      }
      for (const [name, file] of await own()) {
        const known = await ofFile(name, file)
        if (known) all.push(known)
      }
      return all.toSorted((one, other) => (one.name < other.name ? -1 : 1))
    },
    async find(name) {
      const files = await own()
      const file = files.get(name)
      const known = file === undefined ? await builtIn(name) : await ofFile(name, file)
      if (known) return known
      const near = nearest(name, [...(await builtInNames()), ...files.keys()])
      throw new EntrapipeError(
        'PIPELINE_UNKNOWN',
        `The server has no pipeline ${JSON.stringify(name)}.${near === undefined || near === name ? '' : ` Did you mean ${near}?`}`,
        { fix: 'GET /api/pipelines lists those that it has.' },
      )
    },
    shown: noted =>
      shippedName(noted) ??
      (folder !== undefined && noted.startsWith(join(folder, '/')) ? basename(noted, extname(noted)) : noted),
  }
}

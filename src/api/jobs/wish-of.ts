import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import { placedOutput, type NamedPlaces } from '../../core/named-places.ts'
import { isWithoutFile, type SelectionValues } from '../../catalogue/changes/selection-params.ts'
import type { Param } from '../../engine/params.ts'
import { newOutputs } from '../../jobs/new-outputs.ts'
import type { JobWish } from '../../jobs/single-jobs.ts'
import { isRemote } from '../../places/objects-at.ts'
import { outputFormatOf } from '../../formats/format-of.ts'
import type { Caller } from '../access/caller.ts'
import { plainName } from '../uploads/file-name.ts'
import type { Uploads } from '../uploads/uploads.ts'
import type { NewOutput } from './new-output.ts'
import { isForOthers } from './param-schema.ts'
import type { KnownPipeline } from './pipelines.ts'

/** A job as a request asks for it. Times are ISO 8601. */
export interface JobBody {
  readonly pipeline: string
  readonly tenant?: string
  readonly tenants?: 'all' | readonly string[]
  readonly tags?: readonly string[]
  readonly params?: { readonly [name: string]: Json }
  readonly upload?: string
  readonly fileName?: string
  readonly dryRun?: boolean
  readonly at?: string
  readonly notAfter?: string
  readonly priority?: number
  readonly reason?: string
  readonly ticket?: string
  readonly maxRemovals?: number
  readonly maxFailed?: number | string
  readonly limit?: number
  readonly includePrivileged?: boolean
  readonly irreversible?: boolean
  readonly quotaShare?: number
  readonly wave?: number
  /** Milliseconds. */
  readonly pause?: number
  readonly columns?: { readonly [column: string]: string }
  readonly key?: string
}

const invalid = (message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, given({ fix }))

const optionNames = [
  ...([
    'dryRun',
    'reason',
    'ticket',
    'maxRemovals',
    'maxFailed',
    'limit',
    'includePrivileged',
    'irreversible',
  ] as const),
  ...(['quotaShare', 'wave', 'pause'] as const),
]

const pastMs = 5 * 60_000

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** The only input of a pipeline, or `from` of several. */
const mainInput = (inputs: readonly string[]): string | undefined =>
  inputs.includes('from') ? 'from' : inputs.length === 1 ? inputs[0] : undefined

interface Named {
  readonly params: { readonly [name: string]: Json }
  /** Ids of uploads by param. */
  readonly uploads: { readonly [name: string]: string }
  /** Names of what it writes, by param. */
  readonly outputs: { readonly [name: string]: string }
  /** What ends a listing is a parameter of it; the option of this name ends changes. */
  readonly limitsRows: boolean
}

const formatFix = 'Give the parameter format, such as parquet; or name a file, such as users.csv.'

/** A file, or a folder of part files, whose format is in the params. */
const expectOutput = (output: string, what: string, places: NamedPlaces): void => {
  const placed = placedOutput(output)
  if (placed) expectPlace(placed, places)
  const { name } = placed ?? { name: output }
  if (!name.endsWith('/')) outputFormatOf(plainName(name, what), what)
  else plainName(name.slice(0, -1), what)
}

const expectPlace = ({ place, name }: { readonly place: string; readonly name: string }, places: NamedPlaces): void => {
  const at = Object.hasOwn(places, place) ? places[place]! : undefined
  const names = Object.keys(places).toSorted().join(', ')
  if (at === undefined)
    throw invalid(
      `The server has no place ${place}.`,
      names === '' ? 'Leave it out: the configuration of the server names no places.' : `Its places are ${names}.`,
    )
  if (isRemote(at) && !name.endsWith('/'))
    throw invalid(
      `The place ${place} takes folders of part files only, and ${name} is a file.`,
      `Give a folder, such as ${place}:users/, and the parameter format.`,
    )
}

/** A job has its files by their names. */
const expectDifferent = (outputs: Named['outputs']): void => {
  const seen = new Map<string, string>()
  for (const [param, name] of Object.entries(outputs)) {
    const folded = name.endsWith('/') ? '/' : name.toLowerCase()
    const other = seen.get(folded)
    if (other !== undefined)
      throw invalid(
        folded === '/'
          ? `Only one of ${other} and ${param} can be a folder.`
          : `Expected ${other} and ${param} to be different files, and both are ${name}.`,
      )
    seen.set(folded, param)
  }
}

/**
 * Sorts what a request says of a pipeline: values, uploads, and the name of the output. Nothing that it names is opened.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
const namedBy = (
  { name, params: known }: Pick<KnownPipeline, 'name' | 'params'>,
  body: JobBody,
  places: NamedPlaces,
): Named => {
  const { params = {}, upload, fileName, columns, key, limit } = body
  const of = (place: Param<unknown>['place']): readonly string[] =>
    Object.keys(known).filter(param => known[param]!.place === place)
  const limitsRows = Object.hasOwn(known, 'limit')
  if (limitsRows && limit !== undefined && params['limit'] !== undefined)
    throw invalid('Only one of limit and params.limit can be given.')
  const values: Record<string, Json> = {}
  const uploads: Record<string, string> = {}
  const outputs: Record<string, string> = {}
  const all = {
    ...params,
    ...given({
      limit: limitsRows ? limit : undefined,
      key,
      columns: columns && Object.entries(columns).map(([column, property]) => `${column}=${property}`),
    }),
  }
  for (const [param, value] of Object.entries(all)) {
    const { place } = Object.hasOwn(known, param) ? known[param]! : {}
    if (Object.hasOwn(known, param) && !isForOthers(known[param]!))
      throw invalid(
        `The parameter ${param} of ${name} cannot be given over REST: it is of the machine that runs the job.`,
      )
    if (place === 'input') {
      if (typeof value !== 'string' || !uuid.test(value))
        throw invalid(
          `Expected the parameter ${param} to be the id of an upload.`,
          'Send the file to /api/uploads first.',
        )
      uploads[param] = value
    } else if (place === 'output') {
      if (typeof value !== 'string') throw invalid(`Expected the parameter ${param} to be a plain name of a file.`)
      outputs[param] = value
    } else values[param] = value
  }
  if (upload !== undefined) {
    const main = mainInput(of('input'))
    if (main === undefined)
      throw invalid(
        of('input').length === 0 ? `${name} reads no file.` : `${name} reads several files.`,
        of('input').length === 0 ? 'Leave upload out.' : `Name each upload in params: ${of('input').join(', ')}.`,
      )
    if (uploads[main] !== undefined) throw invalid(`Only one of upload and params.${main} can be given.`)
    uploads[main] = upload
  }
  if (fileName !== undefined) {
    if (!of('output').includes('to')) throw invalid(`${name} writes no file.`, 'Leave fileName out.')
    if (outputs['to'] !== undefined) throw invalid('Only one of fileName and params.to can be given.')
    outputs['to'] = fileName
  }
  for (const [param, output] of Object.entries(outputs)) {
    expectOutput(output, param === 'to' ? 'fileName' : `The parameter ${param}`, places)
    if (output.endsWith('/') && Object.hasOwn(known, 'format') && values['format'] === undefined)
      throw invalid(`${output} is a folder of part files, and their format was not given.`, formatFix)
  }
  expectDifferent(outputs)
  return { params: values, uploads, outputs, limitsRows }
}

/** What stdin and stdout would be, which a job does not have. */
const expectPlaces = ({ name, params: known }: KnownPipeline, { uploads, outputs, params }: Named): void => {
  const selects = Object.values(known).some(({ place }) => place === 'terms')
  const chooses = selects && isWithoutFile(params as SelectionValues)
  for (const [param, { place, ...of }] of Object.entries(known)) {
    const fallback = 'fallback' in of ? of.fallback : undefined
    const isNeeded = !('fallback' in of) || fallback === '-'
    if (place === 'input' && isNeeded && uploads[param] === undefined && !chooses && params['all'] !== true)
      throw invalid(`${name} reads a file, and none was given.`, 'Send it to /api/uploads, and name its id in upload.')
    if (place === 'output' && isNeeded && outputs[param] === undefined)
      throw invalid(
        `${name} writes a file, and ${param === 'to' ? 'fileName' : param} was not given.`,
        'Name one, such as users.csv.',
      )
  }
}

/** What a request says of a job, whenever it starts. */
interface Order extends Pick<JobWish, 'pipeline' | 'params' | 'priority'> {
  readonly paths: { readonly [name: string]: string }
  readonly sha256: { readonly [name: string]: string }
  readonly options: { readonly [name: string]: Json }
  /** Names of the files that it writes, by param. */
  readonly outputs: { readonly [name: string]: string }
}

/**
 * Makes the order of a job.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `UPLOAD_UNKNOWN`
 */
export const orderOf = async (
  pipeline: KnownPipeline,
  body: JobBody,
  caller: Caller,
  { uploads, places }: { readonly uploads: Pick<Uploads, 'find'>; readonly places: NamedPlaces },
): Promise<Order> => {
  const named = namedBy(pipeline, body, places)
  expectPlaces(pipeline, named)
  const paths: Record<string, string> = {}
  const hashes: Record<string, string> = {}
  for (const [param, id] of Object.entries(named.uploads)) {
    const { path, sha256 } = await uploads.find(id, caller)
    paths[param] = path
    hashes[param] = sha256
  }
  return {
    pipeline: pipeline.loaded,
    params: named.params,
    paths,
    sha256: hashes,
    options: Object.fromEntries(
      optionNames.flatMap(name =>
        body[name] === undefined || body[name] === false || (name === 'limit' && named.limitsRows)
          ? []
          : [[name, body[name]]],
      ),
    ),
    outputs: named.outputs,
    ...given({ priority: body.priority }),
  }
}

/**
 * Makes a job of a request, besides its tenants. `pathsOf` makes the paths of each: an output gets a folder of its own.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `UPLOAD_UNKNOWN`
 */
export const wishOf = async (
  pipeline: KnownPipeline,
  body: JobBody,
  caller: Caller,
  {
    newOutput,
    now,
    ...known
  }: {
    readonly uploads: Uploads
    readonly places: NamedPlaces
    readonly newOutput: NewOutput
    readonly now: number
  },
): Promise<{
  readonly wish: Omit<JobWish, 'tenant' | 'paths' | 'parent'>
  readonly pathsOf: () => Promise<{ readonly [name: string]: string }>
}> => {
  const { outputs, paths, ...order } = await orderOf(pipeline, body, caller, known)
  const times = given({
    at: body.at === undefined ? undefined : Date.parse(body.at),
    notAfter: body.notAfter === undefined ? undefined : Date.parse(body.notAfter),
  })
  if (times.notAfter !== undefined && times.notAfter <= Math.max(now, times.at ?? 0))
    throw invalid('Expected notAfter to be later than now and than at.')
  // A time that has just passed is the caller's clock; one that is long over is a mistake, such as last year's.
  if (times.at !== undefined && times.at < now - pastMs)
    throw invalid(`at ${body.at} is over.`, 'Give a time that is to come, or leave it out to start at once.')
  return {
    wish: { ...order, ...given({ dryRun: body.dryRun === true ? true : undefined }), ...times },
    pathsOf: async () => ({ ...paths, ...(await newOutputs(outputs, newOutput)) }),
  }
}

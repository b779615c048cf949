import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { create as attachment } from 'content-disposition'
import { Command } from 'commander'
import { absolute } from '../../core/absolute.ts'
import { commandWords } from '../../core/command-words.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { nearest } from '../../core/nearest.ts'
import { kindsOfFiles } from '../../catalogue/file-operations.ts'
import { choice, flag, list as listParam, number, text, type Param, type Params } from '../../engine/params.ts'
import type { Job } from '../../jobs/job.ts'
import { readError } from '../../places/file-errors.ts'
import type { Cli } from '../cli.ts'
import { addChangeOnly } from '../options/change-options.ts'
import { addParamOptions, flagOf } from '../options/param-options.ts'
import { refuseBlanks } from '../options/refuse-blanks.ts'
import { refuseRepeats } from '../options/refuse-repeats.ts'
import { refuseSwallowed } from '../options/refuse-swallowed.ts'
import { maxFailedOption } from '../options/run-options.ts'
import { addSubmitOptions, type SubmitWish } from '../options/submit-options.ts'
import { openClient, type ServerClient } from './call-server.ts'
import { tellJob } from './list-jobs.ts'
import { followJob } from './watch-job.ts'

interface ParamSchema {
  readonly description: string
  readonly type: string
  readonly enum?: readonly string[]
  readonly format?: string
  readonly default?: unknown
}

interface ServedPipeline {
  readonly name: string
  readonly summary: string
  readonly params: { readonly properties: Readonly<Record<string, ParamSchema>>; readonly required: readonly string[] }
}

/** A parameter of a server's pipeline, as flags are made of it. What is needed is checked by the server. */
const paramOf = ({ description, type, enum: words, format, default: usual }: ParamSchema): Param<unknown> => {
  const summary =
    format === 'uuid' ? description.replace('the id of an upload', 'a file here, which is sent') : description
  const made: Param<unknown> =
    type === 'boolean'
      ? flag(summary)
      : type === 'number'
        ? number(summary)
        : type === 'array'
          ? listParam(summary)
          : words
            ? choice(summary, words)
            : text(summary)
  // What is on unless it is turned off has a flag that turns it off.
  return { ...made, fallback: usual === true ? true : undefined }
}

/** Options of `serve` that a job has, of those of changes. */
const ofJobs = [
  'dryRun',
  'limit',
  'maxRemovals',
  'includePrivileged',
  'irreversible',
  'reason',
  'ticket',
  'quotaShare',
  'wave',
  'pause',
]

const pipelineOf = async (name: string, client: ServerClient): Promise<ServedPipeline> => {
  const { items } = await client.json<{ readonly items: readonly ServedPipeline[] }>('GET', '/api/pipelines')
  const found = items.find(item => item.name === name)
  if (found) return found
  const near = nearest(
    name,
    items.map(item => item.name),
  )
  throw new EntrapipeError(
    'PIPELINE_UNKNOWN',
    `The server has no pipeline ${JSON.stringify(name)}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    {
      fix: 'Put names of two words in quotes: entrapipe jobs submit "users create".',
    },
  )
}

/** Sends a file. @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`, and those of the server */
const send = async (file: string, pipeline: string, client: ServerClient, cli: Cli): Promise<string> => {
  const path = absolute(cli.environment, file)
  const { size } = await stat(path).catch(error => {
    throw readError(error, path)
  })
  const isOperation = kindsOfFiles().some(kind => commandWords(kind) === pipeline)
  const query = isOperation ? `?operation=${encodeURIComponent(pipeline)}` : ''
  const { id, wrong, problems } = await client.json<{
    readonly id: string
    readonly wrong: number
    readonly problems: readonly { readonly row: number | string; readonly message: string }[]
  }>('POST', `/api/uploads${query}`, {
    body: createReadStream(path),
    headers: {
      'content-disposition': attachment(basename(path)),
      'content-length': String(size),
      'content-type': 'application/octet-stream',
    },
  })
  if (wrong > 0 && !cli.json())
    cli.say(
      `${wrong} ${wrong === 1 ? 'row has a mistake' : 'rows have mistakes'} and will fail. The first: row ${problems[0]!.row}: ${problems[0]!.message}`,
    )
  return id
}

/** What the API calls otherwise than the command line. */
const calledByApi: Readonly<Record<string, string>> = {
  fileName: '--to',
  'than at': 'than --at',
  'Send it to /api/uploads, and name its id in upload.': 'Name it with --from.',
}

/** An error of the server about an order, in the words of the flags that it was made of. */
const inFlags = (error: unknown): unknown => {
  if (!(error instanceof EntrapipeError)) return error
  const told = (text: string): string =>
    [...ofJobs, 'maxFailed', 'notAfter']
      .filter(name => /[A-Z]/.test(name))
      .map(name => [name, flagOf(name)] as const)
      .concat(Object.entries(calledByApi))
      .reduce(
        (all, [name, flag]) => all.replaceAll(name, flag),
        text.replace(/^(?=(?:at|limit|reason|ticket|wave|pause) )/, '--'),
      )
  const { code, message, fix, facts } = error
  return new EntrapipeError(code, told(message), { cause: error, ...given({ fix: fix && told(fix), facts }) })
}

/** A command whose flags are those of the server's pipeline, besides its own. */
interface OrderCommand {
  /** Its first words, in help. */
  readonly words: string
  /** Name of the pipeline. */
  readonly name: string
  readonly flags: readonly string[]
  /** Adds its own options, which are already read, to its help. */
  readonly addOptions: (command: Command) => Command
  readonly wish: Pick<SubmitWish, 'priority' | 'server'>
  /** The part of the request that names tenants; undefined if none was named. */
  readonly tenants: object | undefined
  /** Called when all flags are read, before a file is sent. */
  readonly check?: () => void
  /** @param order the body of a request with what is to be run */
  readonly act: (client: ServerClient, order: object) => Promise<void>
}

/**
 * Reads the flags of a pipeline of the server, and sends files that they name.
 *
 * @throws EntrapipeError `PIPELINE_UNKNOWN`, `USAGE`, and those of the server
 */
export const orderFrom = async (
  { words, name, flags, addOptions, wish, tenants, check, act }: OrderCommand,
  program: Command,
  cli: Cli,
): Promise<void> => {
  const { priority } = wish
  const isHelp = flags.some(word => word === '--help' || word === '-h')
  if (tenants === undefined && !isHelp)
    throw new EntrapipeError('TENANT_MISSING', 'A job needs --tenant.', { fix: 'Name a tenant of the server.' })
  const client = await openClient(wish, cli)
  const served = await pipelineOf(name, client)
  const { properties } = served.params
  const params: Params = Object.fromEntries(
    Object.entries(properties).map(([param, schema]) => [param, paramOf(schema)]),
  )
  const own = new Command(`${words} ${JSON.stringify(name)}`).copyInheritedSettings(program).description(served.summary)
  addOptions(own)
  addParamOptions(own, params)
  const common = addChangeOnly(new Command(), params).options.filter(option => ofJobs.includes(option.attributeName()))
  for (const option of [...common, maxFailedOption()])
    if (!own.options.some(each => each.long === option.long)) own.addOption(option)
  own.action(async (given: Readonly<Record<string, unknown>>) => {
    check?.()
    const values: Record<string, unknown> = {}
    const options: Record<string, unknown> = {}
    for (const [option, value] of Object.entries(given)) {
      if (value === undefined || value === params[option]?.fallback) continue
      if (!Object.hasOwn(properties, option)) options[option] = value
      else
        values[option] =
          properties[option]!.format === 'uuid'
            ? await send(String(value), name, client, cli)
            : params[option]!.parse(value, option)
    }
    try {
      await act(client, { pipeline: name, ...tenants, params: values, priority, ...options })
    } catch (error) {
      throw inFlags(error)
    }
  })
  await refuseSwallowed(refuseBlanks(refuseRepeats(own))).parseAsync(flags, { from: 'user' })
}

/** The part of a request that names tenants. @throws EntrapipeError `USAGE` for both options */
export const tenantsOf = ({ tenant, tag }: Pick<SubmitWish, 'tenant' | 'tag'>): object | undefined => {
  if (tenant && tag) throw new EntrapipeError('USAGE', '--tenant and --tag exclude each other.')
  if (tag) return { tags: tag }
  if (!tenant) return undefined
  const [only, ...more] = new Set(tenant)
  if (more.length === 0) return only === 'all' ? { tenants: 'all' } : { tenant: only }
  if (tenant.includes('all')) throw new EntrapipeError('USAGE', '--tenant all excludes other tenants.')
  return { tenants: [only, ...more] }
}

/**
 * Submits a job, whose flags are those of the server's pipeline.
 *
 * @throws EntrapipeError `PIPELINE_UNKNOWN`, `USAGE`, and those of the server
 */
export const submitJob = (
  name: string,
  flags: readonly string[],
  wish: SubmitWish,
  program: Command,
  cli: Cli,
): Promise<void> => {
  const { at, notAfter, wait } = wish
  const act = async (client: ServerClient, order: object): Promise<void> => {
    const job = await client.json<Job>('POST', '/api/jobs', { body: { ...order, at, notAfter } })
    await tellJob(job, cli)
    if (wait) await followJob(client, job.id, cli)
  }
  const tenants = tenantsOf(wish)
  return orderFrom(
    { words: 'jobs submit', name, flags, addOptions: addSubmitOptions, wish, tenants, act },
    program,
    cli,
  )
}

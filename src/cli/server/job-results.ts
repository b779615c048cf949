import { createHash } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { partialOf } from '../../core/sidecars.ts'
import { textTable } from '../../formats/text-table.ts'
import { writeError } from '../../places/file-errors.ts'
import { createOwned } from '../../places/owned-file.ts'
import { output } from '../../places/stdio.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import type { Job } from '../../jobs/job.ts'
import { openClient, type ServerClient, type ServerWish } from './call-server.ts'
import { addressOf } from './list-jobs.ts'

/** Options of `jobs results`. */
export interface ResultsWish extends ServerWish {
  readonly outcome?: readonly string[]
  readonly to: string
  readonly asInput?: boolean
}

/** Writes what comes to a file, which appears when it is complete, or to stdout. Returns its hash. */
const save = async (body: Readable, to: string, cli: Cli): Promise<string> => {
  const hash = createHash('sha256')
  if (to === '-') {
    const printed = output(cli.stdout as Writable)
    for await (const piece of body as AsyncIterable<Buffer>) {
      hash.update(piece)
      await printed.write(piece)
    }
    return hash.digest('hex')
  }
  const path = absolute(cli.environment, to)
  try {
    const file = await createOwned(partialOf(path))
    try {
      for await (const piece of body as AsyncIterable<Buffer>) {
        hash.update(piece)
        await file.writeFile(piece)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partialOf(path), path)
  } catch (error) {
    await rm(partialOf(path), { force: true })
    throw cli.signal.aborted ? cli.signal.reason : writeError(error, path)
  }
  return hash.digest('hex')
}

/** Writes the results of a job. @throws EntrapipeError `OPTION_INVALID` for another format */
export const writeJobResults = async (
  id: string,
  { outcome = [], to, asInput = false, ...wish }: ResultsWish,
  cli: Cli,
): Promise<void> => {
  const format = to === '-' ? 'jsonl' : /\.(csv|jsonl)$/i.exec(to)?.[1]?.toLowerCase()
  if (format === undefined)
    throw new EntrapipeError('OPTION_INVALID', `Expected --to to be x.csv, x.jsonl or -, got ${JSON.stringify(to)}`)
  const query = new URLSearchParams({ format })
  for (const each of outcome) query.append('outcome', each)
  if (asInput) query.set('asInput', 'true')
  const client = await openClient(wish, cli)
  const reply = await client.send('GET', `${addressOf(id)}/results?${query}`)
  await save(reply.body, to, cli)
  if (to !== '-') cli.say(`Wrote ${to}.`)
  if (!asInput) return
  const { counts, planned } = await client.json<Job>('GET', addressOf(id))
  const failed = (counts?.failed ?? 0) - (planned?.counts.failed ?? 0)
  if (planned && failed > 0)
    cli.say(
      `${failed} ${failed === 1 ? 'row of its plan has failed and is' : 'rows of its plan have failed and are'} not in it: entrapipe jobs retry ${id} --outcome failed`,
    )
}

/** A file as the server lists it: of a job over several tenants, with the tenant and its job. */
interface ListedFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  /** The place of the administrator where it is, if not on the server. */
  readonly at?: string
  readonly tenant?: string
  readonly job?: string
}

/** Lists the files of a job, or gets one. @throws EntrapipeError `VERIFY_FAILED` if another file came than the server has */
export const jobFiles = async (
  id: string,
  name: string | undefined,
  { to, ...wish }: ServerWish & { readonly to?: string },
  cli: Cli,
): Promise<void> => {
  const client = await openClient(wish, cli)
  const { items } = await client.json<{
    readonly items: readonly ListedFile[]
  }>('GET', `${addressOf(id)}/files`)
  if (name === undefined) {
    if (cli.json())
      return printLines(
        cli,
        items.map(item => JSON.stringify(item)),
      )
    if (items.length === 0) return cli.say(`Job ${id} has written no file yet.`)
    const hasTenants = items.some(({ tenant }) => tenant !== undefined)
    const hasPlaces = items.some(({ at }) => at !== undefined)
    return printLines(
      cli,
      textTable([
        ['NAME', 'BYTES', 'SHA-256', ...(hasTenants ? ['TENANT'] : []), ...(hasPlaces ? ['PLACE'] : [])],
        ...items.map(({ name: file, bytes, sha256, tenant = '', at = '' }) => [
          ...[file, String(bytes), sha256],
          ...[...(hasTenants ? [tenant] : []), ...(hasPlaces ? [at] : [])],
        ]),
      ]),
    )
  }
  const ofTenants = items.filter(item => item.name === name && item.job !== undefined)
  if (ofTenants.length > 0) {
    if (to !== undefined)
      throw new EntrapipeError('USAGE', '--to has no effect on a job over several tenants.', {
        fix: 'Leave it out: each file is named after its tenant.',
      })
    for (const { job, tenant } of ofTenants)
      await getFile(job!, name, `${tenant}-${basename(name)}`, items, client, cli)
    return
  }
  await getFile(id, name, to ?? basename(name), items, client, cli)
}

/** Writes one file. @throws EntrapipeError `VERIFY_FAILED` if another one came than the server has */
const getFile = async (
  id: string,
  name: string,
  target: string,
  items: readonly ListedFile[],
  client: ServerClient,
  cli: Cli,
): Promise<void> => {
  const reply = await client.send('GET', `${addressOf(id)}/files/${encodeURIComponent(name)}`)
  const sha256 = await save(reply.body, target, cli)
  if (items.find(item => item.name === name && (item.job ?? id) === id)?.sha256 !== sha256)
    throw new EntrapipeError('VERIFY_FAILED', `${target} is not the file that the server has.`, {
      fix: 'Get it again.',
    })
  if (target !== '-') cli.say(`Wrote ${target}.`)
}

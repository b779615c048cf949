import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { stringify } from 'csv-stringify/sync'
import { given } from '../../core/given.ts'
import type { Operations } from '../../core/operation.ts'
import type { Json } from '../../core/json.ts'
import { isCode } from '../../core/errors.ts'
import { partialOf } from '../../core/sidecars.ts'
import {
  credentialsOf,
  ordinalsIn,
  rangesOf,
  sealedCredentials,
  withheldSecrets,
  type CredentialsNote,
  type SealedCredential,
} from '../../engine/changes/credentials.ts'
import { inTheWay } from '../../engine/begin-run.ts'
import { operationsBy } from '../../engine/changes/ledger-sink.ts'
import { checkNewFile, hasPartial, publishNew, writePrivatePartial } from '../../places/private-file.ts'
import { digestOf } from '../../places/sha256.ts'
import type { AlteredRun, Store } from '../../store/store.ts'
import { credentialsNote } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { countCredentials, type CredentialCount } from './counted-credentials.ts'
import type { Credentials } from './open-credentials.ts'

/** What was handed out. */
interface HandedOut extends CredentialCount {
  readonly path: string
}

const header = ['Name', 'Email/UPN', 'Initial Password']

/** The portal's columns. */
const textOf = (found: readonly SealedCredential[]): string =>
  stringify([header, ...found.map(({ name, user, secret }) => [name, user, secret])])

/**
 * Writes the passwords and passes that a run has set to a file, and destroys them in the store, with the passwords that nobody gets. If the process dies in between, the
 * next call continues: nothing is destroyed that is not in a complete file. Undefined if nothing is left.
 *
 * @param credentials undefined to end only what an earlier process began
 * @param operations of the rows
 * @throws EntrapipeError `RUN_ACTIVE` while the run is in progress, `FILE_UNWRITABLE` also for an existing file, `DISK_FULL`
 */
export const handOut = async (
  store: Store,
  id: string,
  credentials: Credentials | undefined,
  operations: Operations,
  cli: Pick<Cli, 'clock'>,
): Promise<HandedOut | undefined> => {
  const info = await store.get(id)
  return store.alter(info.id, async run => {
    const before = await credentialsOf(run)
    const operationOf = operationsBy(operations)
    const left: IsLeft = async () =>
      (await isAny(sealedCredentials(run, info, operationOf, 'unknown'))) ||
      (await isAny(sealedCredentials(run, info, operationOf, 'done')))
    const earlier = await finished(run, before, left, cli)
    if (earlier) return earlier
    const read = async (outcome: 'done' | 'unchanged'): Promise<SealedCredential[]> => {
      const found: SealedCredential[] = []
      for await (const one of sealedCredentials(run, info, operationOf, outcome)) found.push(one)
      return found
    }
    const found = await read('done')
    // Their users have other passwords: these were never set.
    const unused = await read('unchanged')
    const rows: Pick<SealedCredential, 'phase' | 'ordinal'>[] = [...found, ...unused]
    for await (const one of withheldSecrets(run, info, operationOf)) rows.push(one)
    const ranges = rangesOf(rows)
    const save = (note: CredentialsNote): Promise<void> => run.saveNote(credentialsNote, note as object as Json)
    const { handedOut } = before
    if (found.length === 0) {
      // The file was published, and then moved.
      if (before.writing?.sha256 !== undefined) return finish(run, before, left, cli)
      for (const [phase, ordinals] of ordinalsIn({ rows: ranges })) await run.destroySecrets(phase, ordinals)
      await save({ left: await left(), handedOut })
      return undefined
    }
    if (!credentials) return undefined
    const { path, encrypt } = credentials
    await checkNewFile(path)
    if (before.writing?.path !== path && (await hasPartial(path))) throw inTheWay(partialOf(path))
    const bytes = await encrypt(textOf(found))
    await save({ left: true, handedOut, writing: { path, rows: ranges } })
    await writePrivatePartial(path, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const writing = { path, rows: ranges, sha256, ...(await countCredentials(found)) }
    await save({ left: true, handedOut, writing })
    await publishNew(path)
    return finish(run, { ...before, writing }, left, cli)
  })
}

/** Whether passwords or passes are left once those of a file are destroyed: rows may have been done since. */
type IsLeft = () => Promise<boolean>

/** Ends what an earlier process began: its file is complete and in its place. */
const finished = async (
  run: AlteredRun,
  note: CredentialsNote,
  left: IsLeft,
  cli: Pick<Cli, 'clock'>,
): Promise<HandedOut | undefined> => {
  const { writing } = note
  if (writing?.sha256 === undefined || (await sha256Of(writing.path)) !== writing.sha256) return undefined
  await rm(partialOf(writing.path), { force: true })
  return finish(run, note, left, cli)
}

const isAny = async (found: AsyncIterable<unknown>): Promise<boolean> => {
  for await (const _ of found) return true
  return false
}

const sha256Of = async (path: string): Promise<string | undefined> => {
  try {
    return (await digestOf(path)).sha256
  } catch (error) {
    if (isCode(error, 'FILE_MISSING')) return undefined
    throw error
  }
}

const finish = async (
  run: AlteredRun,
  { writing, handedOut }: CredentialsNote,
  left: IsLeft,
  { clock }: Pick<Cli, 'clock'>,
): Promise<HandedOut> => {
  const { path, credentials = 0, passes } = writing!
  const count = { credentials, ...given({ passes }) }
  for (const [phase, ordinals] of ordinalsIn(writing!)) await run.destroySecrets(phase, ordinals)
  const at = new Date(clock.now()).toISOString()
  await run.saveNote(credentialsNote, {
    left: await left(),
    handedOut: [...handedOut, { path, ...count, at }],
  } as object as Json)
  return { path, ...count }
}

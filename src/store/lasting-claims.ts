import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { onDisk } from './database.ts'

/** Who keeps what survives runs, where machines share their runs: it is on the machine that first had it. */
export interface LastingClaims {
  /** A folder that all machines share. */
  readonly folder: string
  /** The name of this machine, for messages. */
  readonly host: string
}

const made = (path: string, text: string): string => {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600, flush: true })
    return text
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    return readFileSync(path, 'utf8')
  }
}

/** Names a state folder: two machines may have the same host name. */
const idOf = (stateFolder: string): string => made(join(stateFolder, 'machine'), randomUUID())

/**
 * Checks that this machine has what survives runs of a tenant, or is the first to have it.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` if another machine has it
 */
export const claimLasting = (
  { folder, host }: LastingClaims,
  stateFolder: string,
  tenant: string,
  name: string,
): void => {
  const id = idOf(stateFolder)
  const own = join(folder, tenant)
  const path = join(own, name)
  const text = onDisk(path, () => {
    mkdirSync(own, { recursive: true, mode: 0o700 })
    return made(path, JSON.stringify({ id, host }))
  })
  const holder = JSON.parse(text) as { readonly id: string; readonly host: string }
  if (holder.id === id) return
  throw new EntrapipeError(
    'STORE_UNUSABLE',
    `What earlier runs left for this pipeline (${name}) is kept on the machine ${holder.host}, and this is ${host}.`,
    {
      facts: { name, machine: holder.host },
      fix: `Give this tenant to the workers of that machine only. If the machine is gone, remove ${path}: the next run then starts as the first one.`,
    },
  )
}

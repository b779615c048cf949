import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { onDisk } from './database.ts'
import type { Shelf } from './key-shelf.ts'

/** Who keeps what survives runs, where machines share their runs: it is on the machine that first had it. */
export interface LastingClaims {
  /**
   * Checks that this machine has what survives runs of a tenant, or is the first to have it.
   *
   * @throws EntrapipeError `STORE_UNUSABLE` if another machine has it
   */
  claim(stateFolder: string, tenant: string, name: string): void
  /** Waits for claims on their way. @throws EntrapipeError `STORE_UNUSABLE` if another machine was faster */
  settled(): Promise<void>
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

/** @throws EntrapipeError `STORE_UNUSABLE` if the machine of a claim is another one */
const expectOwn = (
  text: string,
  {
    id,
    host,
    name,
    path,
  }: { readonly id: string; readonly host: string; readonly name: string; readonly path: string },
): void => {
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

/** @param folder that all machines share. @param host the name of this machine, for messages */
export const claimsInFolder = (folder: string, host: string): LastingClaims => ({
  claim(stateFolder, tenant, name) {
    const id = idOf(stateFolder)
    const own = join(folder, tenant)
    const path = join(own, name)
    const text = onDisk(path, () => {
      mkdirSync(own, { recursive: true, mode: 0o700 })
      return made(path, JSON.stringify({ id, host }))
    })
    expectOwn(text, { id, host, name, path })
  },
  settled: async () => undefined,
})

/**
 * Reads the claims that are on a shelf, each as `<tenant>.<name>`. A new one is made on the way: until it is there, its run has only an
 * empty database, and cannot end.
 *
 * @param address of the shelf, for messages
 */
export const claimsOnShelf = async (
  shelf: Pick<Shelf, 'get' | 'create' | 'names'>,
  address: string,
  host: string,
): Promise<LastingClaims> => {
  const known = new Map<string, string>()
  const read = async (called: string): Promise<string | undefined> => {
    const bytes = await shelf.get(called)
    return bytes && Buffer.from(bytes).toString()
  }
  for await (const called of shelf.names()) known.set(called, (await read(called)) ?? '{}')
  const making: Promise<void>[] = []
  return {
    claim(stateFolder, tenant, name) {
      const id = idOf(stateFolder)
      const called = `${tenant}.${name}`
      const about = { id, host, name, path: address + called }
      const there = known.get(called)
      if (there !== undefined) return expectOwn(there, about)
      const text = JSON.stringify({ id, host })
      known.set(called, text)
      const claiming = async (): Promise<void> => {
        await shelf.create(called, Buffer.from(text))
        expectOwn((await read(called)) ?? '{}', about)
      }
      const own = claiming()
      // Reported where it is waited for.
      own.catch(() => undefined)
      making.push(own)
    },
    settled: async () => void (await Promise.all(making)),
  }
}

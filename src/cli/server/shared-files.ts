import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EntrapipeError, systemCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { KeyWrapping } from '../../store/key-wrapping.ts'
import type { Tables } from '../../store/tables/tables.ts'

const place = 'files'
const proofName = 'entrapipe-files'
const keyProofName = 'entrapipe-key'

const refused = (files: string, why: string, fix: string, cause?: unknown): EntrapipeError =>
  new EntrapipeError('FILE_UNWRITABLE', `--files: ${files} ${why}`, {
    facts: { path: files },
    fix,
    ...given({ cause }),
  })

/** Writes a file as jobs do, and tells whose it is. */
const tryWriting = async (files: string): Promise<number> => {
  const path = join(files, `probe-${randomUUID()}`)
  try {
    await writeFile(path, '', { mode: 0o600, flag: 'wx' })
    const { uid } = await stat(path)
    await rm(path)
    return uid
  } catch (cause) {
    throw refused(
      files,
      `cannot be written (${systemCode(cause) ?? 'unknown'}).`,
      'Give the user of this process the right to write there.',
      cause,
    )
  }
}

const remount = 'All servers and workers of a fleet need the same folder, under the same path. Mount it there.'

/**
 * Checks that a folder is the one that the other processes of the fleet use, and that each can read what the other writes. The first
 * process of a fleet chooses it.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`
 */
export const expectSharedFiles = async (files: string, tables: Tables): Promise<void> => {
  const uid = await tryWriting(files)
  const path = join(files, proofName)
  const own = randomUUID()
  const isFirst = await tables.transaction(async on => {
    const [added] = await on.query(
      'insert into places (name, path, proof) values ($1, $2, $3) on conflict do nothing returning name',
      [place, files, own],
    )
    // Others that start at the same time wait until it is there.
    if (added) await writeFile(path, own, { mode: 0o600 })
    return added !== undefined
  })
  if (isFirst) return
  const [line] = await tables.query('select path, proof from places where name = $1', [place])
  if (line?.['path'] !== files)
    throw refused(files, `is not the folder of this fleet, which is ${line?.['path']}.`, remount)
  let proof: string
  try {
    proof = await readFile(path, 'utf8')
  } catch (cause) {
    throw systemCode(cause) === 'ENOENT'
      ? refused(files, 'is another folder of that name than the one of this fleet.', remount, cause)
      : refused(files, `cannot be read (${systemCode(cause) ?? 'unknown'}).`, remount, cause)
  }
  if (proof !== line['proof'])
    throw refused(files, 'is another folder of that name than the one of this fleet.', remount)
  const { uid: theirs } = await stat(path)
  if (theirs !== uid)
    throw refused(
      files,
      `has files of user ${theirs}, and this process writes as user ${uid}: neither could read the files of the other.`,
      'Run all servers and workers of a fleet as the same user.',
    )
}

/** The folders of a fleet in the folder that all machines share. */
export const sharedFolders = async (files: string): Promise<{ readonly keys: string; readonly lasting: string }> => {
  const folders = { keys: join(files, 'keys'), lasting: join(files, 'lasting') }
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 })
  return folders
}

/**
 * Checks that this process has the key of the fleet, so that the others can read what it seals. The first process of a fleet chooses it.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const expectSharedKey = async (files: string, wrapping: KeyWrapping): Promise<void> => {
  const path = join(files, keyProofName)
  const own = `${path}-${randomUUID()}`
  const write = (): Promise<void> => writeFile(own, wrapping.wrap(randomBytes(32), keyProofName), { mode: 0o600 })
  let known: Buffer
  try {
    known = await readFile(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    await write()
    try {
      // Unlike renaming, linking replaces nothing: another process may be the first one, too.
      await link(own, path)
    } catch (taken) {
      if (systemCode(taken) !== 'EEXIST') throw taken
    } finally {
      await rm(own)
    }
    known = await readFile(path)
  }
  if (!wrapping.unwrap(known, keyProofName))
    throw new EntrapipeError('CONFIG_INVALID', 'The file that ENTRAPIPE_KEY_FILE names lacks the key of this fleet.', {
      fix: 'All servers and workers need the same file. To replace the key, add the new one as the first line and keep the old one until all have restarted.',
    })
  if (wrapping.isCurrent(known)) return
  await write()
  await rename(own, path)
}

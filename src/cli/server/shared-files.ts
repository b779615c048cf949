import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EntrapipeError, systemCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { KeyWrapping } from '../../store/key-wrapping.ts'
import type { Tables } from '../../store/tables/tables.ts'

const place = 'files'
const keyPlace = 'key'
/** The file that proves that a place is that of a fleet. */
export const proofName = 'entrapipe-files'

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

/**
 * Notes where the files of a fleet are, unless another process has.
 *
 * @param own what proves that a place is this one. @param prove writes it there
 */
export const claimPlace = async (
  path: string,
  own: string,
  tables: Tables,
  prove: () => Promise<void>,
): Promise<{ readonly path: string; readonly proof: string; readonly isFirst: boolean }> => {
  const isFirst = await tables.transaction(async on => {
    const [added] = await on.query(
      'insert into places (name, path, proof) values ($1, $2, $3) on conflict do nothing returning name',
      [place, path, own],
    )
    // Others that start at the same time wait until it is there.
    if (added) await prove()
    return added !== undefined
  })
  const [line] = await tables.query('select path, proof from places where name = $1', [place])
  return { path: String(line?.['path']), proof: String(line?.['proof']), isFirst }
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
  const line = await claimPlace(files, own, tables, () => writeFile(path, own, { mode: 0o600 }))
  if (line.isFirst) return
  if (line.path !== files) throw refused(files, `is not the folder of this fleet, which is ${line.path}.`, remount)
  let proof: string
  try {
    proof = await readFile(path, 'utf8')
  } catch (cause) {
    throw systemCode(cause) === 'ENOENT'
      ? refused(files, 'is another folder of that name than the one of this fleet.', remount, cause)
      : refused(files, `cannot be read (${systemCode(cause) ?? 'unknown'}).`, remount, cause)
  }
  if (proof !== line.proof) throw refused(files, 'is another folder of that name than the one of this fleet.', remount)
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
 * Checks that this process has the key of the fleet, so that the others can read what it seals. The first process of a fleet chooses it:
 * what it seals to prove that is used for nothing else.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const expectSharedKey = async (tables: Tables, wrapping: KeyWrapping): Promise<void> => {
  const sealed = (): string => wrapping.wrap(randomBytes(32), keyPlace).toString('base64')
  await tables.query('insert into places (name, path, proof) values ($1, $2, $3) on conflict do nothing', [
    ...[keyPlace, ''],
    sealed(),
  ])
  const [line] = await tables.query('select proof from places where name = $1', [keyPlace])
  const known = Buffer.from(String(line?.['proof']), 'base64')
  if (!wrapping.unwrap(known, keyPlace))
    throw new EntrapipeError('CONFIG_INVALID', 'The file that ENTRAPIPE_KEY_FILE names lacks the key of this fleet.', {
      fix: 'All servers and workers need the same file. To replace the key, put the new one above it on all machines, and keep it until all have restarted.',
    })
  if (!wrapping.isCurrent(known))
    await tables.query('update places set proof = $2 where name = $1', [keyPlace, sealed()])
}

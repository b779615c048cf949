import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EntrapipeError, errorOf } from '../core/errors.ts'
import { takeLock } from '../store/held-lock.ts'
import type { StateFolder } from '../store/types.ts'
import { madeQueue } from './made-queue.ts'
import { emptyQueue, ticketQueue, type TicketQueue } from './queue.ts'

/**
 * Opens the queue of one machine, in a folder of the state folder, for this process alone. It is empty: each job that waits needs a
 * new ticket. Holds about 300 MB.
 *
 * @param say called with what the queue reports
 * @throws EntrapipeError `SERVER_ACTIVE` while another process has it
 */
export const openEmbeddedQueue = async (
  folder: StateFolder,
  say: (line: string) => void = () => undefined,
): Promise<TicketQueue> => {
  // PGlite has no lock of its own: two processes in one folder would lose rows.
  const lock = takeLock(join(folder.folder('jobs'), 'serve.lock'))
  if (!lock)
    throw new EntrapipeError('SERVER_ACTIVE', `Another entrapipe serve uses the state folder ${folder.path}.`, {
      facts: { path: folder.path },
      fix: 'Stop it, or set ENTRAPIPE_STORE to another folder.',
    })
  const path = join(folder.path, 'jobs', 'queue')
  try {
    try {
      return await open(path, say, lock.release)
    } catch (error) {
      // A crash may have left it half written. It has nothing that the jobs have not.
      say(`The queue of jobs is made again: ${errorOf(error).message}`)
      await rm(path, { recursive: true, force: true })
      return await open(path, say, lock.release)
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

const open = async (path: string, say: (line: string) => void, release: () => void): Promise<TicketQueue> => {
  const [{ PGlite }, { PgBoss, fromPglite }] = await Promise.all([import('@electric-sql/pglite'), import('pg-boss')])
  await madeQueue(path)
  const database = await PGlite.create(path)
  try {
    const boss = new PgBoss({ db: fromPglite(database), backend: 'pglite', schedule: false })
    boss.on('error', error => say(`The queue of jobs reports: ${error.message}`))
    await boss.start()
    await emptyQueue(boss)
    return await ticketQueue(boss, async () => {
      await database.close()
      release()
    })
  } catch (error) {
    await database.close()
    throw error
  }
}

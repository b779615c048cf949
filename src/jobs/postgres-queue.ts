import { ticketQueue, type TicketQueue } from './queue.ts'

/** So a worker that gives no sign of life is noticed within 30 s. */
const lookEvery = { superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 }

const newBoss = async (connectionString: string, options: object) => {
  const { PgBoss } = await import('pg-boss')
  return new PgBoss({ connectionString, schema: 'entrapipe_queue', schedule: false, ...options })
}

/** Makes the tables of the queue, or brings them to the version of this program. Processes that do so at once wait for one another. */
export const migratePostgresQueue = async (connectionString: string): Promise<void> => {
  const boss = await newBoss(connectionString, { max: 1, supervise: false })
  await boss.start()
  await boss.stop({ graceful: false })
}

/**
 * Opens the queue that all workers of a fleet share, in the schema `entrapipe_queue` of a PostgreSQL server.
 *
 * @param say called with what the queue reports
 */
export const openPostgresQueue = async (
  connectionString: string,
  say: (line: string) => void = () => undefined,
): Promise<TicketQueue> => {
  const boss = await newBoss(connectionString, { max: 4, ...lookEvery })
  // It tries again every second.
  let saidLast: string | undefined
  boss.on('error', ({ message }) => {
    if (message !== saidLast) say(`The queue of jobs reports, and tries again: ${message}`)
    saidLast = message
  })
  await boss.start()
  return ticketQueue(boss, async () => undefined)
}

import { ticketQueue, type TicketQueue } from './queue.ts'

/** So a worker that gives no sign of life is noticed within 30 s. */
const lookEvery = { superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 }

/**
 * Opens the queue that all workers of a fleet share, in the schema `entrapipe_queue` of a PostgreSQL server.
 *
 * @param say called with what the queue reports
 */
export const openPostgresQueue = async (
  connectionString: string,
  say: (line: string) => void = () => undefined,
): Promise<TicketQueue> => {
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({ connectionString, schema: 'entrapipe_queue', schedule: false, max: 4, ...lookEvery })
  boss.on('error', error => say(`The queue of jobs reports: ${error.message}`))
  await boss.start()
  return ticketQueue(boss, async () => undefined)
}

import { wrongState } from '../../jobs/job-errors.ts'
import type { Job } from '../../jobs/job.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import type { UndoWish } from '../options/change-options.ts'
import { openClient, type ServerClient, type ServerWish } from './call-server.ts'
import { addressOf, tellJob } from './list-jobs.ts'

/** What is done with a job, as the server calls it. */
export type JobAction = 'cancel' | 'resume' | 'approve' | 'reject' | 'delete'

/** Does something with a job, and shows what became of it. An approval is that of the plan that the job has now. */
export const actOnJob = async (action: JobAction, id: string, wish: ServerWish, cli: Cli): Promise<void> => {
  const client = await openClient(wish, cli)
  const address = addressOf(id)
  if (action === 'delete') {
    await client.json('DELETE', address)
    if (cli.json()) return printLines(cli, [JSON.stringify({ deleted: id })])
    return cli.say(`Deleted job ${id}.`)
  }
  const body = action === 'approve' ? { planHash: await planOf(address, client) } : undefined
  await tellJob(await client.json<Job>('POST', `${address}/${action}`, { body }), cli)
}

/**
 * The plan that is approved: never one that comes while the command runs, which nobody can have seen.
 *
 * @throws EntrapipeError `JOB_STATE` without one
 */
const planOf = async (address: string, client: ServerClient): Promise<string> => {
  const job = await client.json<Job>('GET', address)
  if (job.planHash === undefined) throw wrongState(job, 'approved')
  return job.planHash
}

/** Undoes the changes of a job. */
export const undoJob = async (id: string, order: UndoWish, wish: ServerWish, cli: Cli): Promise<void> => {
  const client = await openClient(wish, cli)
  await tellJob(await client.json<Job>('POST', `${addressOf(id)}/undo`, { body: order }), cli)
}

/** Sends rows of a job again. */
export const retryJob = async (id: string, outcomes: readonly string[], wish: ServerWish, cli: Cli): Promise<void> => {
  const client = await openClient(wish, cli)
  await tellJob(await client.json<Job>('POST', `${addressOf(id)}/retry`, { body: { outcomes } }), cli)
}

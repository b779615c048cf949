import { randomBytes } from 'node:crypto'

/** The id of the job of one tenant, of a job over several. @param nth from 1 */
export const partIdOf = (whole: string, nth: number): string => `${whole}-${nth}`

/** The job over several tenants that an id of one of its jobs belongs to; undefined for another id. */
export const wholeIdOf = (id: string): string | undefined => /^(j\d{8}-\d{6}-[0-9a-f]{8})-\d+$/.exec(id)?.[1]

/** Creates an id that sorts by time. It begins with a letter that no id of a run has. */
export const newJobId = (now: number): string => {
  const [day, time] = new Date(now).toISOString().replace(/[-:]/g, '').split('T')
  return `j${day}-${time!.slice(0, 6)}-${randomBytes(4).toString('hex')}`
}

import { randomBytes } from 'node:crypto'

/** Creates an id that sorts by time. It begins with a letter that no id of a run has. */
export const newJobId = (now: number): string => {
  const [day, time] = new Date(now).toISOString().replace(/[-:]/g, '').split('T')
  return `j${day}-${time!.slice(0, 6)}-${randomBytes(4).toString('hex')}`
}

import type { Notice } from '../jobs/notices.ts'

/** A notice as others get it. */
export interface Message extends Omit<Notice, 'isProblem'> {
  /** Where a person sees more. */
  readonly link?: string
}

/** The message of a notice. @param link URL of the page, without a slash at its end */
export const messageOf = ({ isProblem: _, ...notice }: Notice, link: string | undefined): Message => ({
  ...notice,
  ...(link === undefined ? {} : { link: notice.job ? `${link}/jobs/${notice.job.id}` : `${link}/schedules` }),
})

const number = (value: number): string => value.toLocaleString('en-US')

/** Subject of a mail about a notice. */
export const subjectOf = ({ type, pipeline, tenant, job, schedule }: Message): string => {
  const what = `${pipeline} on ${tenant}`
  if (!job) return `Schedule ${schedule}: no job was started (${what})`
  if (type === 'job.awaiting-approval') return `${what} waits for approval`
  const failed = (job.counts?.failed ?? 0) + (job.counts?.unknown ?? 0)
  return `${what}: ${job.state}${failed > 0 ? `, ${number(failed)} failed or unknown` : ''}`
}

/** Text of a mail about a notice. */
export const textOf = (message: Message): string => {
  const { job, alert, schedule, link, at } = message
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Job', job?.id],
    ['State', job && [job.state, job.status, job.reason].filter(Boolean).join(', ')],
    ['Schedule', schedule],
    ['Alert', alert],
    ['Submitted', job?.createdAt],
    ['Started', job?.startedAt],
    ['Ended', job?.endedAt],
    ['Time', job ? undefined : at],
    ['Rows', job?.counts && number(job.counts.rows)],
    ...Object.entries(job?.counts ?? {}).flatMap(([name, count]) =>
      count > 0 && name !== 'rows' ? [[`Rows: ${name}`, number(count)] as const] : [],
    ),
    ['See', link],
  ]
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`])).join('')
}

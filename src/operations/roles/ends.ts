import { momentOf } from '../../core/instant.ts'
import type { Finding, Values } from '../../core/operation.ts'
import { invalid } from '../values/expect.ts'
import type { Held, RoleForm, RoleRow } from './read.ts'

/** The end that a row wants, in UTC; undefined for none. @throws EntrapipeError `ROW_INVALID` */
export const endIn = ({ until = null }: Values): string | undefined => {
  if (until === null || until === '') return undefined
  const moment = typeof until === 'string' ? momentOf(until.trim()) : undefined
  if (moment) return `${moment.instant}Z`
  throw invalid(
    'until',
    'Expected until to be a day such as 2027-01-31, or a date and time with its zone such as 2027-01-31T18:00:00Z.',
    'Correct the value, or leave it empty for no end.',
  )
}

// No text says that Graph keeps fractions of a second.
const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000)

/** Whether an assignment ends as a row wants it. */
export const sameEnd = ({ until }: RoleRow, { end }: Held): boolean =>
  until === undefined ? end === null : typeof end === 'string' && seconds(end) === seconds(until)

/** When an assignment ends, as words. */
export const shownEnd = (end: Held['end']): string =>
  end === undefined
    ? 'with an end that Graph does not show as a date'
    : end === null
      ? 'without an end'
      : `until ${end}`

/** The row of an assignment that is there, and ends otherwise than the row wants it. */
export const otherEnd = ({ principal }: RoleRow, { end }: Held, called: string, { isEligible }: RoleForm): Finding => ({
  outcome: 'failed',
  id: principal,
  code: 'END_DIFFERS',
  message: `Already ${called}, ${shownEnd(end)}. An end is not changed.`,
  fix: `Unassign it first with ${isEligible ? '`entrapipe roles unassign --eligible`' : '`entrapipe roles unassign`'}${
    end === undefined ? '' : end === null ? ', or leave until empty' : `, or write ${end} in until`
  }.`,
})

/** Whether a row wants an end that is over by Graph's clock. */
export const isPast = ({ until }: Pick<RoleRow, 'until'>, nowMs: number | undefined): boolean =>
  until !== undefined && nowMs !== undefined && Date.parse(until) <= nowMs

/** The row of an assignment whose end is over. */
export const endPast = ({ principal, until }: RoleRow, { isEligible }: RoleForm): Finding => ({
  outcome: 'failed',
  id: principal,
  code: 'END_PAST',
  message: `The ${isEligible ? 'eligible' : 'active'} assignment would end at ${until}, which is in the past.`,
  fix: 'Write a later date in until, or leave it empty for no end.',
})

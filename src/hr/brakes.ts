import { EntrapipeError } from '../core/errors.ts'

/** The classes that have a brake. */
export const brakedClasses = ['joiners', 'movers', 'leavers', 'deletions'] as const

/** One of `brakedClasses`. */
export type Braked = (typeof brakedClasses)[number]

/** Most people of a class: a number, or a share of the accounts in scope, such as `5%`. */
export type Limits = { readonly [of in Braked]?: string }

/** What holds if nothing is said: a share, and at least so many people. */
const usual: Readonly<Record<Braked, { readonly share: number; readonly floor: number }>> = {
  joiners: { share: 0.1, floor: 20 },
  movers: { share: 0.25, floor: 20 },
  leavers: { share: 0.02, floor: 5 },
  deletions: { share: 0.02, floor: 5 },
}

const limit = /^(\d+(?:\.\d+)?)(%)?$/

/** @throws EntrapipeError `OPTION_INVALID` */
const mostOf = (of: Braked, text: string | undefined, accounts: number): number => {
  if (text === undefined) return Math.max(usual[of].floor, Math.floor(accounts * usual[of].share))
  const [, number = '', percent] = limit.exec(text.trim()) ?? []
  if (number === '' || (percent === undefined && number.includes('.')))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `--max-${of} is a number of people, or a share such as 5%; got ${JSON.stringify(text)}.`,
    )
  return percent === undefined ? Number(number) : Math.floor((accounts * Number(number)) / 100)
}

/**
 * Which classes have more people than they may.
 *
 * @param accounts number of live accounts in scope
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const judgeBrakes = (
  counts: Readonly<Record<Braked, number>>,
  accounts: number,
  limits: Limits,
): readonly { readonly of: Braked; readonly text: string }[] =>
  brakedClasses.flatMap(of => {
    const most = mostOf(of, limits[of], accounts)
    return counts[of] > most
      ? [{ of, text: `The feed has ${counts[of]} ${of}, and at most ${most} are acted on at once.` }]
      : []
  })

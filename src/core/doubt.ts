import { unconfirmed } from './completeness.ts'
import type { Origin } from './context.ts'

/** Why rows may be missing in an input. */
interface Doubt {
  /** Continues a sentence that begins with the input. */
  readonly because: string
  readonly fix: string
}

const exportAgain = 'Run the export again, without a limit.'

/** Why an input may lack rows. A listing that names a reason for being unverified still has all rows that it showed. */
export const doubtOf = ({
  completeness,
  limit,
  why,
}: { readonly [of in 'completeness' | 'limit' | 'why']?: Origin[of] | undefined }): Doubt | undefined => {
  if (limit !== undefined)
    return { because: `was limited to ${limit} ${limit === 1 ? 'row' : 'rows'}`, fix: exportAgain }
  if (completeness === 'short') return { because: 'was exported incompletely', fix: exportAgain }
  if (completeness !== 'unverified' || (why !== undefined && !why.includes(unconfirmed))) return undefined
  return {
    because: 'came through a pipe, and nothing confirms that all its rows arrived',
    fix: 'Write the rows to a file, and read that with --from.',
  }
}

import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Preview } from '../../engine/changes/tally.ts'
import type { Cli } from '../cli.ts'
import { count, counted } from '../report/words.ts'

/** The number of changes that would be sent. */
const changesIn = ({ send }: Pick<Preview, 'send'>): number => Object.values(send).reduce((sum, many) => sum + many, 0)

/** The number of objects that would be deleted. */
const deletionsIn = ({ removals }: Pick<Preview, 'removals'>): number =>
  removals.reduce((sum, { what, count: many }) => (what === 'delete' ? sum + many : sum), 0)

/** What is confirmed. */
interface Asked {
  readonly preview: Preview
  /** Whether earlier phases of the run have sent changes. */
  readonly hasSent: boolean
}

/** @param fix none for a person who has looked at the changes, and refused them */
const unconfirmed = ({ preview, hasSent }: Asked, why: string, fix?: string): EntrapipeError =>
  new EntrapipeError('UNCONFIRMED', `${why} Nothing ${hasSent ? 'more ' : ''}was sent.`, {
    facts: { changes: changesIn(preview) },
    ...given({ fix }),
  })

/** Whether a person sees the preview and can answer. */
export const canAsk = (cli: Pick<Cli, 'stdin' | 'stderr' | 'json'>): boolean => cli.stderr.isTTY === true && !cli.json()

/**
 * Asks the user at the terminal whether the changes are to be made. Deletions are confirmed by their number.
 *
 * @param directory its name
 * @throws EntrapipeError `UNCONFIRMED`, also without a terminal; `INTERRUPTED`
 */
export const confirm = async (asked: Asked, directory: string, cli: Cli): Promise<void> => {
  const { preview } = asked
  const changes = changesIn(preview)
  const { openAsk } = await import('../tenants/ask.ts')
  const ask = canAsk(cli) ? await openAsk(cli, 'Interrupted.') : undefined
  if (!ask)
    throw unconfirmed(
      asked,
      `${counted(changes, 'change')} would be made in ${directory}, and --yes is missing.`,
      'Look at the changes with --dry-run, then add --yes to make them.',
    )
  try {
    const deletions = deletionsIn(preview)
    if (deletions > 0) {
      const verb = preview.send['purge-user'] === deletions ? 'purge' : 'delete'
      const answer = await ask.text({
        message: `Type ${deletions} to ${verb} ${counted(deletions, 'object')} in ${directory}, or no:`,
        validate: text =>
          isNo(text) || text.replaceAll(',', '') === String(deletions) || `Type ${deletions}, or no to stop.`,
      })
      if (isNo(answer)) throw unconfirmed(asked, `The ${verb === 'purge' ? 'purge' : 'deletion'} was not confirmed.`)
      return
    }
    const answer = await ask.text({
      message: `Make ${changes === 1 ? 'this change' : `these ${count(changes)} changes`} in ${directory}? (yes or no)`,
      validate: text => isNo(text) || /^y(?:es)?$/i.test(text) || 'Type yes or no.',
    })
    if (isNo(answer)) throw unconfirmed(asked, 'The changes were not confirmed.')
  } finally {
    ask.close()
  }
}

const isNo = (text: string): boolean => /^no?$/i.test(text)

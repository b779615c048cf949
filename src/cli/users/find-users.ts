import { given } from '../../core/given.ts'
import { textTable } from '../../formats/text-table.ts'
import { trailerLine } from '../../formats/trailer.ts'
import { searchUsers, type FoundUser } from '../../sources/graph/search-users.ts'
import { canAsk } from '../changes/confirm.ts'
import type { Cli } from '../cli.ts'
import { print, printLines } from '../command-line/print.ts'
import type { TenantOptions } from '../options/tenant-options.ts'
import { counted } from '../report/words.ts'
import { openAsk } from '../tenants/ask.ts'
import { openWished } from '../tenants/open-tenant.ts'
import { chosenNumbers } from './chosen-numbers.ts'

/** Options of `users find`. */
export interface FindOptions extends TenantOptions {
  /** Most users to list. */
  readonly limit: number
}

/**
 * `entrapipe users find TEXT`: finds the users who match. At a terminal, lists them, asks which ones, and writes their ids to stdout as rows that commands
 * read with `--from -`; otherwise all that it found. Nobody is no error: there are no rows.
 *
 * @throws EntrapipeError as `searchUsers`
 */
export const findUsers = async (text: string, { limit, ...wish }: FindOptions, cli: Cli): Promise<void> => {
  const wanted = text.trim()
  const { graph } = await openWished(wish, cli)
  try {
    const found = await searchUsers(graph, wanted, limit + 1, cli.signal)
    const users = found.slice(0, limit)
    const hasMore = found.length > limit
    if (cli.json()) return await printLines(cli, [JSON.stringify({ users, hasMore })])
    if (hasMore) cli.say(`More users than these ${limit} match. Write more of the name, or raise --limit.`)
    if (users.length === 0) cli.say(`No user matches ${JSON.stringify(wanted)}.`)
    const chosen = users.length === 0 ? [] : await choose(users, cli)
    if (chosen?.length === 0 && users.length > 0) cli.say('No user was chosen.')
    const rows: readonly object[] = chosen?.map(({ id }) => ({ id })) ?? users
    // A command that reads a pipe waits for its end, also if there is nothing in it.
    if (rows.length === 0 && cli.stdout.isTTY === true) return
    const limited = chosen === undefined && hasMore ? limit : undefined
    const end = trailerLine(rows.length, {
      completeness: 'complete',
      tenant: graph.tenant,
      ...given({ limit: limited }),
    })
    await print(cli, rows.map(row => `${JSON.stringify(row)}\n`).join('') + end)
  } finally {
    await graph.close()
  }
}

const listOf = (users: readonly FoundUser[]): readonly string[] =>
  textTable(
    users.map(({ id, userPrincipalName, displayName, mail }, at) => [
      String(at + 1),
      displayName ?? '',
      userPrincipalName ?? '',
      mail === userPrincipalName ? '' : (mail ?? ''),
      id,
    ]),
    { right: [0] },
  )

/** Undefined without a terminal. */
const choose = async (users: readonly FoundUser[], cli: Cli): Promise<readonly FoundUser[] | undefined> => {
  const ask = canAsk(cli) ? await openAsk(cli, 'Interrupted.') : undefined
  if (!ask) return undefined
  try {
    for (const line of listOf(users)) cli.say(line)
    const answer = await ask.text({
      message: `Which of these ${counted(users.length, 'user')}? Numbers such as 1,3-5, all or none:`,
      validate: typed => {
        const chosen = chosenNumbers(typed, users.length)
        return typeof chosen === 'string' ? chosen : true
      },
    })
    return (chosenNumbers(answer, users.length) as readonly number[]).map(at => users[at]!)
  } finally {
    ask.close()
  }
}

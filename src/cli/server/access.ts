import type { Role } from '../../api/access/caller.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { textTable } from '../../formats/text-table.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { openClient, type ServerWish } from './call-server.ts'

/** Options of `access add`. */
export interface AccessWish extends ServerWish {
  readonly role: Role
  readonly tenant: readonly string[]
  readonly person?: string
  /** Milliseconds. */
  readonly expires?: number
}

interface Token {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly tenants: readonly string[] | 'all'
  readonly person?: string
  readonly expiresAt: string
  readonly revokedAt?: string
}

/** Makes a token and prints it. */
export const addToken = async (name: string, wish: AccessWish, cli: Cli): Promise<void> => {
  const { role, tenant, person, expires } = wish
  const client = await openClient(wish, cli)
  const made = await client.json<Token & { readonly token: string }>('POST', '/api/access', {
    body: {
      name,
      role,
      tenants: tenant.includes('all') ? 'all' : tenant,
      ...given({ person }),
      ...(expires !== undefined && { expiresAt: new Date(cli.clock.now() + expires).toISOString() }),
    },
  })
  if (cli.json()) return printLines(cli, [JSON.stringify(made)])
  await printLines(cli, [made.token])
  cli.say(
    `${made.role} until ${made.expiresAt}. The token is not shown again: keep it in a file of mode 0600, and name that in ENTRAPIPE_TOKEN_FILE.`,
  )
}

const tokensOf = async (wish: ServerWish, cli: Cli) => {
  const client = await openClient(wish, cli)
  const { items } = await client.json<{ readonly items: readonly Token[] }>('GET', '/api/access')
  return { client, items }
}

/** Prints the tokens of a server. */
export const listTokens = async (wish: ServerWish, cli: Cli): Promise<void> => {
  const { items } = await tokensOf(wish, cli)
  if (cli.json())
    return printLines(
      cli,
      items.map(item => JSON.stringify(item)),
    )
  if (items.length === 0) return cli.say('The server has no tokens. Make one with `entrapipe access add`.')
  const now = new Date(cli.clock.now()).toISOString()
  await printLines(
    cli,
    textTable([
      ['NAME', 'ROLE', 'TENANTS', 'PERSON', 'VALID UNTIL'],
      ...items.map(({ name, role, tenants, person = '-', expiresAt, revokedAt }) => [
        name,
        role,
        [tenants].flat().join(', '),
        person,
        revokedAt !== undefined ? 'revoked' : expiresAt <= now ? 'expired' : expiresAt,
      ]),
    ]),
  )
}

/** Revokes a token by its name or id. @throws EntrapipeError `TOKEN_UNKNOWN` */
export const revokeToken = async (name: string, wish: ServerWish, cli: Cli): Promise<void> => {
  const { client, items } = await tokensOf(wish, cli)
  const found = items.find(item => item.revokedAt === undefined && (item.id === name || item.name === name))
  if (!found)
    throw new EntrapipeError('TOKEN_UNKNOWN', `The server has no token ${name} that is valid.`, {
      fix: '`entrapipe access list` lists them.',
    })
  await client.json('DELETE', `/api/access/${found.id}`)
  cli.say(`Revoked ${found.name}.`)
}

/** Prints a link that signs one browser in. */
export const printLink = async (wish: ServerWish, cli: Cli): Promise<void> => {
  const client = await openClient(wish, cli)
  const { path } = await client.json<{ readonly path: string }>('POST', '/api/sign-in-links')
  await printLines(cli, [cli.json() ? JSON.stringify({ link: `${client.url}${path}` }) : `${client.url}${path}`])
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const tenantId = '11111111-2222-4333-8444-555555555555'

const token = (): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const roles = ['User.Read.All', 'GroupMember.Read.All']
  return `${part({ alg: 'none' })}.${part({ tid: tenantId, appid: 'bench', roles, iat: now, exp: now + 36_000 })}.x`
}

/** A command line of entrapipe, as a program to start in a folder. */
export interface Command {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** An export from a wire server. Writes the configuration of its tenant into the folder, where its store is too. */
export const exportFrom = (origin: string, folder: string, args: readonly string[]): Command => {
  const credential = { kind: 'token', env: 'BENCH_TOKEN' }
  const tenant = { tenantId, credential, graphUrl: `${origin}/v1.0`, authorityUrl: origin }
  writeFileSync(join(folder, 'entrapipe.config.json'), JSON.stringify({ tenants: { bench: tenant } }))
  return {
    args: [fileURLToPath(new URL('../bin/entrapipe.js', import.meta.url)), 'export', ...args, '--quiet'],
    env: { BENCH_TOKEN: token(), ENTRAPIPE_STORE: join(folder, 'store') },
  }
}

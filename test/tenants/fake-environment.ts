import { tmpdir } from 'node:os'
import type { Environment } from '../../src/core/environment.ts'

/** An environment of given variables, in a folder that is also home. */
export const fakeEnvironment = (
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
  platform: NodeJS.Platform = process.platform,
): Environment => ({
  variable: name => variables[name] || undefined,
  cwd,
  home: cwd,
  tmp: tmpdir(),
  platform,
})

/** A tenant's id and an app's, of nobody. */
export const tenantId = '11111111-2222-3333-4444-555555555555'
export const clientId = '66666666-7777-8888-9999-000000000000'

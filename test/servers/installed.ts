import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Loads a module of this folder's own package, which `npm test` installs. */
export const installed = <T>(name: string): T => {
  if (!existsSync(new URL('node_modules', import.meta.url)))
    throw new Error('The servers of the tests are not installed: run `node scripts/test-servers.js`.')
  return require(name) as T
}

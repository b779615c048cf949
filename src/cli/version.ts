import { readFileSync } from 'node:fs'

/** Version of this program, from its package. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** How a person starts this program where it lies: in a clone it is not on the PATH. */
export const programName = import.meta.url.endsWith('.ts') ? 'npx entrapipe' : 'entrapipe'

import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url).href
const own = ['src/', 'dist/', 'bin/'].map(folder => root + folder)

/** A frame of a stack, or the line above code that could not be parsed. */
const frames = /(?:^|\(|\bat (?:async )?)((?:file:\/\/|\/|[A-Z]:\\)[^\n()]*?):(\d+)(?::\d+)?\)?$/gm

const isForeign = (file: string): boolean =>
  !/[\\/]node_modules[\\/]/.test(file) && !own.some(folder => urlOf(file).startsWith(folder))

const urlOf = (file: string): string => (file.startsWith('file:') ? file : `file://${file.replaceAll('\\', '/')}`)

/** Whether the stack of an error contains our own code. */
export const isThroughUs = ({ stack = '' }: Error): boolean =>
  Array.from(stack.matchAll(frames)).some(([, file = '']) => own.some(folder => urlOf(file).startsWith(folder)))

/** A place in a user's code. */
interface CodePlace {
  /** Absolute path. */
  readonly path: string
  readonly line: number
}

/** Returns the first place of the stack of an error outside packages and entrapipe. Undefined if there is none. */
export const codePlaceOf = (error: unknown): CodePlace | undefined => {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined
  for (const [, file = '', line] of error.stack.matchAll(frames))
    if (isForeign(file)) {
      const bare = file.replace(/\?.*$/, '')
      return { path: bare.startsWith('file:') ? fileURLToPath(bare) : bare, line: Number(line) }
    }
  return undefined
}

/** A place in a user's code as it is shown, such as `first.ts:12`. */
export const shownPlace = ({ path, line }: CodePlace): string => `${path.split(/[\\/]/).at(-1)!}:${line}`

/**
 * Returns the place in a user's code where an error comes from, such as `first.ts:12`: the first place of its stack outside
 * packages and entrapipe. Undefined if there is none.
 */
export const locationOf = (error: unknown): string | undefined => {
  const place = codePlaceOf(error)
  return place && shownPlace(place)
}

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

/**
 * Returns the place in a user's code where an error comes from, such as `first.ts:12`: the first place of its stack outside
 * packages and entrapipe. Undefined if there is none.
 */
export const locationOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined
  for (const [, file = '', line] of error.stack.matchAll(frames))
    if (isForeign(file)) {
      const name = file.replace(/\?.*$/, '').split(/[\\/]/).at(-1)!
      return `${file.startsWith('file:') ? decodeURIComponent(name) : name}:${line}`
    }
  return undefined
}

import type { Json } from './json.ts'

/** How previews and messages show rows of an operation, with names in place of ids. */
export interface ShowsNames<V> {
  /** The object that it changes, as a preview names it beside `detail`: its id, in whose place its name is shown. @default `about` */
  subject?(value: V): string
  /** A value of a name in `Before` or `expected`; undefined for one that is shown as JSON. @default all are */
  shown?(name: string, value: Json | undefined): string | undefined
}

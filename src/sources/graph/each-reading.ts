import type { Columns } from '../../core/columns.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import type { EachWatch, EachWords } from './each-watch.ts'
import type { Entity } from './listing.ts'
import type { ListOptions } from './lists-of.ts'

/** Options of `ofEach`. */
export interface OfEachOptions extends ListOptions {
  readonly kind: string
  /** Reads the objects, in a fixed order and as one shard. */
  readonly objects: Source<Entity>
  readonly words: EachWords
  /** Makes a row of an entry of the list of an object; undefined leaves it out. */
  readonly row: (object: Entity, entry: Entity) => Fields | undefined
  readonly columns: Columns
}

/** What reads the lists of objects, and makes rows of them. */
export interface EachReading extends Pick<OfEachOptions, 'kind' | 'objects' | 'words'> {
  readonly list: ListOptions
  readonly rowsOf: (object: Entity, entries: readonly Entity[], watch: EachWatch) => Row<Fields>[]
}

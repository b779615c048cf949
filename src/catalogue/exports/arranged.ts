import type { ColumnTypes } from '../../core/column-type.ts'
import { given } from '../../core/given.ts'
import { columnTypeOf } from '../../data/column-types.ts'
import type { Plan } from '../../engine/plan.ts'
import { pick } from '../../transforms/pick.ts'
import type { PresetParts } from '../../transforms/preset.ts'
import { rename } from '../../transforms/rename.ts'
import type { outputSink } from '../output-sink.ts'
import { renamedColumns, type Renames } from '../renames.ts'

/** Types of columns by name. Columns of Microsoft's schema have its types. Others have texts. */
export const typesOf = (type: string, columns: readonly string[] = []): ColumnTypes =>
  Object.fromEntries(columns.map(name => [name, columnTypeOf(type, name) ?? 'any']))

const renamedTypes = (types: ColumnTypes, renames: Renames): ColumnTypes =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [renames[name] ?? name, type]))

/** The columns of an export before they are renamed. */
interface Laid {
  readonly preset: PresetParts | undefined
  readonly columns: readonly string[] | undefined
  readonly types: ColumnTypes
}

/**
 * The transforms that arrange and rename columns, and the header for the sink.
 *
 * @param naming marks a column as required or as optional
 */
export const arranged = (
  { preset, columns, types }: Laid,
  renames: Renames | undefined,
  naming: (name: string) => string,
): { readonly transforms: NonNullable<Plan['transforms']>; readonly header: Parameters<typeof outputSink>[1] } => {
  // A sink writes only its columns. pick is needed only if they get other names.
  const laidOut = preset
    ? [...(preset.only ? [preset.only] : []), preset.layout]
    : renames && columns
      ? [pick(...columns.map(naming))]
      : []
  const made = (names: readonly string[] | undefined): readonly string[] | undefined =>
    names && renames ? renamedColumns(names, renames) : names
  return {
    transforms: renames ? [...laidOut, rename(renames)] : laidOut,
    header: given({
      columns: made(preset?.header.columns ?? columns)?.map(naming),
      emptyColumns: made(preset?.header.emptyColumns),
      types: renames ? renamedTypes(types, renames) : types,
    }),
  }
}

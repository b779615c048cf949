/** Name of the manifest of a folder of part files. It comes last and is replaced at once, so it always names whole loads. */
export const partsManifest = '_manifest.json'

/** Name of a part file. It has the run's id, so that no run writes what another one wrote. @param at from 1 */
export const partName = (run: string, at: number, ending: string): string =>
  `part-${run}-${String(at).padStart(5, '0')}.${ending}`

const shape = /^part-(.+)-(\d{5,})\.(?:parquet|csv|jsonl)(?:\.(?:gz|zst))?$/

/** The run that wrote a part file; undefined for the name of another file. */
export const runOfPart = (name: string): string | undefined => shape.exec(name)?.[1]

/** The number of a part file; 0 for another file. */
export const numberOfPart = (name: string): number => Number(shape.exec(name)?.[2] ?? 0)

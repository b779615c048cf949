import { exportKinds, type ExportKind } from '../exports/kinds.ts'

/** Kinds of objects with which a file can be compared: those that need no group and no path. */
export type DiffKind = Exclude<ExportKind, 'members' | 'graph'>

/** One of `DiffKind`. */
export const diffKinds = exportKinds.filter((kind): kind is DiffKind => kind !== 'members' && kind !== 'graph')

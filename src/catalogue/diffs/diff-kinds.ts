import { exportKinds, relationKinds, type ExportKind, type RelationKind } from '../exports/kinds.ts'

/** Kinds of objects with which a file can be compared: those of one object a row, that need no group and no path. */
export type DiffKind = Exclude<ExportKind, 'members' | 'graph' | RelationKind>

const others: ReadonlySet<ExportKind> = new Set(['members', 'graph', ...relationKinds])

/** One of `DiffKind`. */
export const diffKinds = exportKinds.filter((kind): kind is DiffKind => !others.has(kind))

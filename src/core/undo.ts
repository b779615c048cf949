/** How a row of an undo says that it is one. */
export interface OfUndo {
  /** It undoes a change of an earlier run. If its object is gone, an operation that only takes (`onlyTakes`) has nothing left to take. */
  readonly undoes?: true
}

/** What an operation says for undos. */
export interface Takes {
  /** Why a change without an inverse is not undone, as a sentence. @default only that it cannot be */
  readonly lasts?: string
  /** It only takes from an object, or deletes it. @default it also gives or changes */
  readonly onlyTakes?: true
}

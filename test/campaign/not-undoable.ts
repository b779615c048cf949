const codes: readonly unknown[] = ['ROW_INVALID', 'UNKNOWN_OUTCOME', 'NOT_UNDOABLE']

/** Whether an undo leaves the row as it is, because nothing is known that would undo it. */
export const isNotUndoable = (code: unknown): boolean => codes.includes(code)

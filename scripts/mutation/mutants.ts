import ts from 'typescript'
import { replacementsOf } from './replacements.ts'

/** One small mistake in one source file. */
export interface Mutant {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly kind: string
  readonly start: number
  readonly end: number
  /** Replaces the text between `start` and `end`. */
  readonly text: string
}

/** Larger changes are skipped, since any test notices them. */
const mostLines = 6

/** Skips types, which do not run, and the wording of errors, which is not behaviour. */
const isSkipped = (node: ts.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  (ts.isNewExpression(node) && /(?:Error|Fault)$/.test(node.expression.getText()))

/** All mutants of a source, in source order. Equal text gives equal mutants. */
export const mutantsOf = (file: string, source: string): readonly Mutant[] => {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, true)
  const found = new Map<string, Mutant>()
  const visit = (node: ts.Node): void => {
    if (isSkipped(node)) return
    for (const { kind, at, text } of replacementsOf(node)) {
      const [start, end] = [at.getStart(), at.getEnd()]
      const key = `${start} ${end} ${text}`
      const line = tree.getLineAndCharacterOfPosition(start).line + 1
      const lines = tree.getLineAndCharacterOfPosition(end).line + 2 - line
      if (lines > (kind === 'value' ? 1 : mostLines)) continue
      if (!found.has(key)) found.set(key, { file, line, kind, start, end, text })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end || (a.text < b.text ? -1 : 1))
}

export const mutated = (source: string, { start, end, text }: Mutant): string =>
  source.slice(0, start) + text + source.slice(end)

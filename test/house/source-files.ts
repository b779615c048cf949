import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The folder of the project. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Every file below a folder of the project whose name ends so; paths from the root, with slashes, sorted. */
export const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** All of `src`: the files of the page are JavaScript, since browsers read them as they are. */
export const sources = [...filesIn('src', '.ts'), ...filesIn('src', '.js')].sort()

const parsed = new Map<string, ts.SourceFile>()

/** The syntax tree of a source file. */
export const treeOf = (file: string): ts.SourceFile => {
  const known = parsed.get(file)
  if (known) return known
  const tree = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ESNext, true)
  parsed.set(file, tree)
  return tree
}

export interface Import {
  readonly from: string
  /** A path from the root (`src/core/row.ts`), or the name of a package. */
  readonly to: string
  /** `import type`, or an import of nothing but types: gone when the program runs. */
  readonly typeOnly: boolean
  /** `import(…)`: loaded when it is needed. */
  readonly late: boolean
}

const target = (file: string, specifier: string): string => {
  if (specifier.startsWith('.'))
    return relative(root, resolve(root, dirname(file), specifier))
      .split(sep)
      .join('/')
  const [scope, name] = specifier.split('/')
  return specifier.startsWith('@') ? `${scope}/${name}` : specifier.startsWith('node:') ? specifier : scope!
}

const isTypeOnly = (node: ts.ImportDeclaration | ts.ExportDeclaration): boolean => {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly || allTypes(node.exportClause)
  const clause = node.importClause
  if (!clause) return false
  return clause.isTypeOnly || (clause.name === undefined && allTypes(clause.namedBindings))
}

const allTypes = (bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean =>
  bindings !== undefined &&
  (ts.isNamedImports(bindings) || ts.isNamedExports(bindings)) &&
  bindings.elements.every(element => element.isTypeOnly)

/** Every import of a source file, `export … from` and `import('…')` with a literal included. */
export const importsOf = (file: string): readonly Import[] => {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, late: boolean): void => {
    if (specifier && ts.isStringLiteralLike(specifier))
      found.push({ from: file, to: target(file, specifier.text), typeOnly, late })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node), false)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false, true)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true, false)
    ts.forEachChild(node, visit)
  }
  visit(treeOf(file))
  return found
}

/** `graph` of `src/graph/links.ts`; `` for a file of `src` itself. */
export const folderOf = (file: string): string => /^src\/([\w-]+)\//.exec(file)?.[1] ?? ''

interface Export {
  readonly file: string
  readonly name: string
  readonly documented: boolean
}

const exported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(modifier => modifier.kind === ts.SyntaxKind.ExportKeyword)

const documented = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc)

/** What a source file declares and exports; re-exports are not declarations. */
export const exportsOf = (file: string): readonly Export[] =>
  treeOf(file).statements.flatMap(statement => {
    if (ts.isExportAssignment(statement)) return [{ file, name: 'default', documented: documented(statement) }]
    if (!exported(statement)) return []
    const isDefault = (ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : []).some(
      ({ kind }) => kind === ts.SyntaxKind.DefaultKeyword,
    )
    if (isDefault) return [{ file, name: 'default', documented: documented(statement) }]
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => ({
        file,
        name: name.getText(),
        documented: documented(statement),
      }))
    const named = statement as ts.Statement & { readonly name?: ts.Identifier }
    return [{ file, name: named.name?.getText() ?? '', documented: documented(statement) }]
  })

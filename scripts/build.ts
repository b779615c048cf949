import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/**
 * Builds `dist`, from which the package runs, since Node does not strip types below node_modules: the compiled `src`, the data
 * files that it reads, and the pipelines in `dist/pipelines`.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const at = (...path: readonly string[]): string => join(root, ...path)

const compileSource = (): void => {
  const tsc = at('node_modules', 'typescript-7', 'bin', 'tsc')
  // `npm run types` checks the types, with those of the tests. This only writes.
  execFileSync(process.execPath, [tsc, '--project', at('tsconfig.build.json'), '--noCheck'], { stdio: 'inherit' })
}

const copyData = (): void => {
  for (const entry of readdirSync(at('src'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.ts')) continue
    const target = at('dist', relative(at('src'), join(entry.parentPath, entry.name)))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(join(entry.parentPath, entry.name), target)
  }
}

/** Only strips types: pipelines import `entrapipe/…`, which the launcher and the package resolve. */
const stripPipelines = (): void => {
  mkdirSync(at('dist', 'pipelines'), { recursive: true })
  for (const file of readdirSync(at('pipelines')).filter(name => name.endsWith('.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(at('pipelines', file), 'utf8'), {
      fileName: file,
      compilerOptions: { target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    })
    writeFileSync(at('dist', 'pipelines', `${basename(file, '.ts')}.js`), outputText)
  }
}

rmSync(at('dist'), { recursive: true, force: true })
compileSource()
copyData()
stripPipelines()

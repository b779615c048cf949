import { Command } from 'commander'
import t from 'tap'
import ts from 'typescript'
import type { Cli } from '../../src/cli/cli.ts'
import { commands } from '../../src/cli/main.ts'
import { sources, treeOf } from './source-files.ts'

interface Said {
  readonly at: string
  readonly text: string
}

/** The texts in a source file. What is filled in is `…`. */
const textsIn = (file: string): readonly Said[] => {
  const found: Said[] = []
  const tree = treeOf(file)
  const add = (node: ts.Node, text: string): void => {
    found.push({ at: `${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`, text })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) add(node, node.text)
    if (ts.isTemplateExpression(node))
      add(node, [node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join(''))
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** Files with commands of other programs, and with style sheets. */
const foreign = [
  'src/cli/tenants/app-walk.ts',
  'src/core/html.ts',
  'src/hr/report-html.ts',
  'src/licensing/impact/page-style.ts',
  'src/graph/credentials/token.ts',
  'src/graph/read-token.ts',
]

/** What people are told. The sandbox repeats what Microsoft's service says. */
const said = sources.filter(file => !file.startsWith('src/sandbox/') && !foreign.includes(file)).flatMap(textsIn)

const made = (): Promise<Command> => commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)

const flagsOf = (command: Command): readonly string[] => command.options.flatMap(({ long }) => long ?? [])

const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)]

/** Options of every program, of zstd and az, and of pipelines in examples. */
const others = ['--version', '--help', '--rejects', '--check', '--allow-no-subscriptions']

t.test('every option that a message names exists', async t => {
  const known = new Set([...others, ...all(await made()).flatMap(flagsOf)])
  const unknown = said.flatMap(({ at, text }) =>
    [...text.matchAll(/(?<![\w<>!-])--[a-z][a-z-]*[a-z](?![\w…]|-…)/g)]
      .map(([flag]) => flag)
      .filter(flag => !known.has(flag))
      .map(flag => `${at}: ${flag}`),
  )
  t.strictSame(unknown, [])
})

t.test('every command that a message names exists, and has the options that are named with it', async t => {
  const program = await made()
  const ofAll = new Set([...others, ...flagsOf(program)])
  let seen = 0
  const faults = said.flatMap(({ at, text }) =>
    [...text.matchAll(/(?<=[`\s(]|^)entrapipe ([a-z][\w-]*(?: [^`|\n]*)?)/g)].flatMap(([, words]) => {
      let command = program
      const path: string[] = []
      const rest = words!.split(/\s+/)
      while (command.commands.length > 0) {
        const next = command.commands.find(one => one.name() === rest[0])
        if (!next) break
        command = next
        path.push(rest.shift()!)
      }
      if (path.length === 0) return []
      seen++
      const known = new Set([...ofAll, ...flagsOf(command)])
      // A pipeline has options of its own.
      if (['run', 'check'].includes(command.name())) return []
      const isGroup = command.commands.length > 0 && command.name() !== 'sandbox' && /^[a-z]/.test(rest[0] ?? '')
      return [
        ...(isGroup ? [`${at}: ${path.join(' ')} ${rest[0]!}`] : []),
        ...rest
          .filter(word => /^--[a-z]/.test(word))
          .flatMap(word => {
            const flag = /^--[a-z-]+/.exec(word)![0].replace(/-$/, '')
            return known.has(flag) ? [] : [`${at}: ${path.join(' ')} ${flag}`]
          }),
      ]
    }),
  )
  t.ok(seen > 100, `${seen} commands`)
  t.strictSame(faults, [])
})

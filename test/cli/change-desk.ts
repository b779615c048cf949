import type { Test } from 'tap'
import { callControl } from '../../src/sandbox/process/call-control.ts'
import { readState } from '../../src/sandbox/process/state-file.ts'
import type { Counters } from '../../src/sandbox/server/counters.ts'
import { commandBed } from './command-bed.ts'

/** A line of a results file. */
export type Line = Readonly<Record<string, unknown>>

/** A command bed with the files that people have: commands read them, and their results are rows. */
export const changeDesk = async (
  t: Test,
  ...options: Parameters<typeof commandBed> extends [unknown, ...infer R] ? R : never
) => {
  const bed = await commandBed(t, ...options)
  const rowsOf = (name: string): readonly Line[] =>
    bed
      .textOf(name)
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line)
  const state = (await readState(await bed.look(async ({ folder }) => folder.folder('sandbox'))))!
  /** Exports to a file of JSON lines, and returns its name. */
  const exported = async (...argv: readonly string[]): Promise<string> => {
    const ran = await bed.run('export', ...argv, '--tenant', 'sandbox', '--to', 'exported.jsonl', '--quiet')
    if (ran.status !== 0) throw new Error(ran.stderr)
    return 'exported.jsonl'
  }
  return {
    ...bed,
    rowsOf,
    exported,
    /** Users as the directory shows them. */
    people: async (select: string, filter?: string): Promise<readonly Line[]> =>
      rowsOf(await exported('users', '--select', select, ...(filter === undefined ? [] : ['--filter', filter]))),
    /** Runs a command whose input is this text. Returns the results of its rows, by outcome, code, message and fix. */
    async change(command: readonly string[], text: string, ...flags: readonly string[]) {
      bed.write('in.csv', text)
      bed.write('results.jsonl', '')
      const ran = await bed.run(
        ...[...command, '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--results', 'results.jsonl', ...flags],
      )
      const byKey = rowsOf('results.jsonl').toSorted((one, other) => Number(one['key']) - Number(other['key']))
      return {
        ...ran,
        /** In the order of the input, with the columns that people read. */
        results: byKey.map(({ key, outcome, code, message, fix }) => ({ key, outcome, code, message, fix })),
      }
    },
    /** Changes the directory without a request to Graph. */
    mutate: (mutation: unknown) => callControl(state, 'POST', '/mutations', mutation),
    /** Writes that arrived since the last call, by route. */
    async writes(): Promise<Readonly<Record<string, number>>> {
      const { writes } = await callControl(state, 'GET', '/counters')
      await callControl(state, 'DELETE', '/counters')
      return (writes as Counters['writes']).attempted
    },
  }
}

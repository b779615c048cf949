import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Source } from '../../src/core/parts.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'

/** Numbers from 0 in pages of ten; breaks off before the row that it is told. `name` makes it other work. */
export const numbers = (name: string, breaks: { at?: number } = {}): Source<Fields> => ({
  kind: 'numbers',
  describe: async () => ({ name }),
  async *read(_ctx, _shard, from) {
    for (let at = (from as number | undefined) ?? 0; at < 60; at += 10) {
      if (breaks.at !== undefined && at >= breaks.at) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
      const rows = Array.from({ length: 10 }, (_, more) => ({ key: at + more, value: { n: at + more } }))
      yield { rows, position: at + 10 }
    }
  },
})

/** The error of numbers that break off. */
export const brokeOff = { code: 'GRAPH_UNAVAILABLE' }

/** Writes numbers to a file, with a cut after every twenty. */
export const planOf = (source: Source<Fields>, to = 'out/n.jsonl') => ({ source, sink: jsonl({ to }), rowsPerCut: 20 })

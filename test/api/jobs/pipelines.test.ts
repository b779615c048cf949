import { join } from 'node:path'
import t from 'tap'
import { builtInNames, builtInPipeline } from '../../../src/catalogue/built-in.ts'
import { pipelineNames } from '../../../src/catalogue/pipeline-file.ts'
import { loadPipeline } from '../../../src/catalogue/load-pipeline.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import type { Param } from '../../../src/engine/params.ts'
import { pipelinesOf } from '../../../src/api/jobs/pipelines.ts'
import { paramSchema } from '../../../src/api/jobs/param-schema.ts'

const environment = processEnvironment()

/** What in the words about a parameter says that it may be of a machine. */
const words = /\bfiles?\b|\bfolder|\bpath|stdin|stdout|\.csv|\.jsonl|environment variable|https?:|\bpage\b|address/i

/** Parameters with such words whose values are of the directory, or words about the content of a file. */
const others: Readonly<Record<string, string>> = {
  columns: 'names of columns',
  expand: 'names of relations',
  group: 'a group, also by its mail address',
  id: 'users, also by their mail addresses',
  path: 'of a collection of Graph',
  redirectUrl: 'is sent to Graph, and opened by the guest',
}

t.test('every parameter of a pipeline whose values are of a machine says so', async t => {
  const names = [...(await builtInNames()), ...(await pipelineNames(environment))]
  t.ok(names.length > 60)
  const missing = new Set<string>()
  const places: Record<string, Set<string>> = {}
  for (const name of names) {
    const pipeline = (await builtInPipeline(name))?.pipeline ?? (await loadPipeline(name, environment)).pipeline
    for (const [param, { place, kind, summary }] of Object.entries(
      (pipeline.params ?? {}) as Record<string, Param<unknown>>,
    )) {
      if (place) (places[place] ??= new Set()).add(param)
      else if (
        (kind === 'text' || kind === 'list') &&
        words.test(summary) &&
        !/^(?:CSV|xlsx)(?: and xlsx)?(?: input)?: /.test(summary)
      )
        missing.add(param)
    }
  }
  t.strictSame([...missing].filter(param => !(param in others)).sort(), [])
  t.strictSame(Object.fromEntries(Object.entries(places).map(([place, params]) => [place, [...params].sort()])), {
    input: ['from', 'ids', 'new', 'old', 'plan'],
    output: ['adFile', 'rejects', 'to'],
    machine: ['credentials', 'mapping', 'passphraseEnv', 'passphraseFile', 'report'],
    terms: ['also', 'except', 'only'],
  })
})

t.test('pipelines are found by their names only, and those that need the machine are not', async t => {
  const folder = t.testdir({
    'own.ts': `import { pipeline, plan } from 'entrapipe'\nexport default pipeline({ summary: 'Own.', make: () => plan({ source: undefined as never, sink: undefined as never }) })`,
    'notes.txt': '',
  })
  const pipelines = pipelinesOf(folder, environment)
  const all = (await pipelines.list()).map(({ name }) => name)
  for (const name of ['export users', 'users create', 'licenses assign', 'clean-hr-feed', 'own'])
    t.ok(all.includes(name), name)
  for (const name of ['apply', 'runs undo', 'runs due', 'hr-feed', 'onboard-cohort']) t.notOk(all.includes(name), name)
  t.equal((await pipelines.find('own')).loaded, join(folder, 'own.ts'))
  t.equal(pipelines.shown(join(folder, 'own.ts')), 'own')
  for (const name of [
    './own.ts',
    join(folder, 'own.ts'),
    '../own',
    'own.ts',
    'hr-feed',
    'http://evil.example/x.ts',
    '',
  ])
    await t.rejects(pipelines.find(name), { code: 'PIPELINE_UNKNOWN' }, name)
  await t.rejects(pipelines.find('user create'), { message: /Did you mean users create\?/ })
})

t.test('the parameters of every pipeline are a JSON Schema without what is of the machine', async t => {
  for (const { name, params } of await pipelinesOf(undefined, environment).list()) {
    const schema = paramSchema(params)
    const text = JSON.stringify(schema)
    t.notMatch(text, /passphrase|"credentials"|"also"/, name)
  }
  const { params } = await pipelinesOf(undefined, environment).find('export users')
  t.match(paramSchema(params), {
    type: 'object',
    properties: {
      ids: { type: 'string', format: 'uuid' },
      select: { type: 'array', items: { type: 'string' } },
      format: { type: 'string', enum: ['csv', 'jsonl', 'json', 'parquet'] },
    },
    additionalProperties: false,
  })
})
